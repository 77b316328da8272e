"""Letters of intent in hand-calculated cases: promised and delivered connections."""

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from tests.records import one, square
from tests.test_rollout.conftest import City

URL = "/api/rollout/letters"


def letter(city: City, **values: object) -> int:
    return city.add(
        "letters_of_intent",
        **(
            {"operator": city.operator, "promised_connections": 8, "counts": "address", "signed_on": "2022-03-01"}
            | values
        ),
    )


def area(city: City, letter: int | None, x: float, side: float = 1000, **values: object) -> None:
    known: dict[str, object] = {"name": "Gebiet", "letter": letter, "planned_connections": 10}
    city.add("expansion_areas", geom=square(x, 5_701_000, side), **(known | values))


def rows(city: City, on: str = "2022-12-31") -> dict[str, dict[str, Any]]:
    """Return the letters by their identifiers."""
    return {found["source_id"]: found for found in city.json(URL, on=on)["rows"]}


def test_delivered_are_the_operators_own_connections_inside_its_areas_since_signing(city: City) -> None:
    """Two areas overlap between 391500 and 392000, where a connection counts once: 2 of 8 are 25 %.

    One is of a self-financed programme, one of none; funded ones do not count, whatever they count.
    """
    signed = letter(city)
    area(city, signed, 391_000)
    area(city, signed, 391_500)
    area(city, None, 395_000)
    other = city.add("operators", name="Anderes Netz", kind="carrier")
    inside: dict[str, Any] = {"x": 391_750, "y": 5_701_500, "operator": city.operator, "programme": city.own}
    city.connect(**inside, connected_on="2022-03-01")
    of_none: dict[str, Any] = inside | {"programme": None}
    city.connect(**of_none, activated_on="2022-04-01")
    for funded in (city.funded, city.dwellings):
        city.connect(**(inside | {"programme": funded}), connected_on="2022-05-01", dwellings=3)
    city.connect(**inside, connected_on="2022-02-28")
    city.connect(**inside, passed_on="2022-05-01")
    city.connect(**(inside | {"operator": other}), connected_on="2022-05-01")
    city.connect(**(inside | {"x": 393_000}), connected_on="2022-05-01")
    city.connect(**(inside | {"x": 395_500}), connected_on="2022-05-01")
    (found,) = city.json(URL, on="2022-12-31")["rows"]
    assert (found["promised"], found["delivered"], found["delivered_percent"]) == (8, 2, 25)
    assert (found["areas"], found["planned_connections"], found["planned_counts"]) == (2, 20, "unknown")
    (earlier,) = city.json(URL, on="2022-03-31")["rows"]
    assert earlier["delivered"] == 1
    assert city.json(URL, on="2022-02-28")["rows"] == []


def test_a_letter_counts_what_it_promises(city: City) -> None:
    """Of 1 self-financed, 2 funded and 1 connection without a programme: own 2, one programme 2, all 4."""
    promises = {"own": {}, "one": {"promises": "programme", "programme": city.funded}, "all": {"promises": "all"}}
    for number, (name, promised) in enumerate(promises.items()):
        operator = city.add("operators", name=name, kind="carrier")
        area(city, letter(city, source_id=name, operator=operator, **promised), 391_000)
        for step, programme in enumerate((city.own, city.funded, city.funded, None)):
            x, y = 391_100 + 10 * step, 5_701_100 + number
            city.connect(x=x, y=y, operator=operator, programme=programme, connected_on="2022-05-01")
    assert {name: found["delivered"] for name, found in rows(city).items()} == {"own": 2, "one": 2, "all": 4}
    assert (rows(city)["one"]["promises"], rows(city)["one"]["programme"]) == ("programme", "Förderung")


def test_a_connection_counts_for_the_letter_first_signed_of_those_in_force(city: City) -> None:
    """Until the first letter ends on 30 June, connections are its own, then the second's; together they are 3."""
    area(city, letter(city, source_id="second", signed_on="2022-04-01"), 391_000)
    area(city, letter(city, source_id="first", ended_on="2022-06-30"), 391_000)
    inside = {"x": 391_500, "y": 5_701_500, "operator": city.operator, "programme": city.own}
    for day in ("2022-05-01", "2022-06-30", "2022-07-01"):
        city.connect(**inside, connected_on=day)
    found = city.json(URL, on="2022-12-31")
    assert [(one["source_id"], one["delivered"]) for one in found["rows"]] == [("first", 2), ("second", 1)]
    assert found["totals"] == [
        {"counts": "address", "letters": 2, "promised": 16, "delivered": 3, "delivered_percent": 18.8}
    ]
    # By the day: what was made on it counts, what was made later does not.
    assert {name: one["delivered"] for name, one in rows(city, "2022-06-30").items()} == {"first": 2, "second": 0}


def test_connections_after_a_termination_do_not_count(city: City) -> None:
    area(city, letter(city, terminated_on="2022-06-01"), 391_000)
    for day in ("2022-06-01", "2022-06-02"):
        city.connect(x=391_500, y=5_701_500, operator=city.operator, programme=city.own, connected_on=day)
    (found,) = city.json(URL, on="2022-12-31")["rows"]
    assert (found["delivered"], found["state"], found["missing"]) == (1, "terminated", 7)
    (before,) = city.json(URL, on="2022-05-31")["rows"]
    assert (before["terminated_on"], before["state"]) == (None, "in_force")


def test_a_passed_deadline_tells_what_was_missed(city: City) -> None:
    """Promised until 30 June: 1 of 1 is fulfilled from the day of the connection on, 1 of 3 is missed by 2."""
    for name, promised in (("one", 1), ("three", 3)):
        operator = city.add("operators", name=name, kind="carrier")
        due = {"operator": operator, "promised_connections": promised, "ended_on": "2022-06-30"}
        area(city, letter(city, source_id=name, **due), 391_000)
        city.connect(x=391_500, y=5_701_500, operator=operator, programme=city.own, connected_on="2022-05-01")
    told = {
        on: {name: (one["state"], one["missing"], one["ended_on"]) for name, one in rows(city, on).items()}
        for on in ("2022-04-30", "2022-05-01", "2022-06-30", "2022-07-01")
    }
    assert told == {
        "2022-04-30": {"one": ("in_force", 1, None), "three": ("in_force", 3, None)},
        "2022-05-01": {"one": ("fulfilled", 0, None), "three": ("in_force", 2, None)},
        "2022-06-30": {"one": ("fulfilled", 0, "2022-06-30"), "three": ("in_force", 2, "2022-06-30")},
        "2022-07-01": {"one": ("fulfilled", 0, "2022-06-30"), "three": ("missed", 2, "2022-06-30")},
    }
    assert rows(city, "2022-04-30")["one"]["deadline_on"] == "2022-06-30"


def test_a_deadline_may_lie_ahead_but_neither_signing_nor_termination(city: City) -> None:
    """Without a day of signing or start, a deadline ahead is no promise yet."""
    ahead = one(city.connection, "select flurwerk.today()") + timedelta(365)
    assert isinstance(ahead, date)
    letter(city, source_id="deadline", ended_on=ahead)
    assert rows(city)["deadline"]["deadline_on"] == ahead.isoformat()
    refused = {
        "letters_of_intent_not_future": ({"signed_on": ahead}, {"terminated_on": ahead}, {"started_on": ahead}),
        "letters_of_intent_deadline_of_signed": ({"signed_on": None, "ended_on": ahead},),
        "letters_of_intent_programme_named": ({"promises": "programme"}, {"programme": city.funded}),
    }
    for constraint, cases in refused.items():
        for values in cases:
            with pytest.raises(psycopg.errors.CheckViolation, match=constraint):
                letter(city, **values)
            city.connection.rollback()


def test_promised_and_delivered_are_of_one_unit(city: City) -> None:
    """8 dwellings promised, 1 address with 3 dwellings delivered: 37.5 %; in addresses 12.5 %.

    The letter's own unit goes before its programme's, this before its areas'; without any, there is no share.
    """
    own = city.add("programmes", name="Eigene Wohnungen", funding="self_financed", counts="dwelling")
    cases: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "own": ({"counts": "address"}, {"programme": own}),
        "programme": ({"counts": None, "promises": "programme", "programme": own}, {"programme": city.own}),
        "areas": ({"counts": None}, {"programme": own}),
        "unknown": ({"counts": None}, {}),
    }
    for name, (said, planned) in cases.items():
        operator = city.add("operators", name=name, kind="carrier")
        area(city, letter(city, source_id=name, operator=operator, **said), 391_000, **planned)
        city.connect(x=391_500, y=5_701_500, operator=operator, programme=own, dwellings=3, connected_on="2022-05-01")
    members = ("counts", "delivered", "delivered_percent", "no_share")
    assert {name: tuple(found[key] for key in members) for name, found in rows(city).items()} == {
        "own": ("address", 1, 12.5, None),
        "programme": ("dwelling", 3, 37.5, None),
        "areas": ("dwelling", 3, 37.5, None),
        "unknown": ("unknown", 1, None, "unit_unknown"),
    }
    totals = city.json(URL, on="2022-12-31")["totals"]
    assert [(one["counts"], one["promised"], one["delivered"]) for one in totals] == [
        ("address", 8, 1),
        ("dwelling", 16, 6),
    ]


def test_dwellings_that_are_not_known_are_told(city: City) -> None:
    area(city, letter(city, counts="dwelling"), 391_000)
    city.connect(x=391_500, y=5_701_500, operator=city.operator, programme=city.own, connected_on="2022-05-01")
    (found,) = city.json(URL, on="2022-12-31")["rows"]
    assert (found["delivered"], found["no_share"], found["state"]) == (None, "dwellings_unknown", "in_force")


def test_a_connection_on_an_areas_border_is_inside(city: City) -> None:
    area(city, letter(city), 391_000)
    border = {"x": 391_000, "y": 5_701_500}
    city.connect(**border, operator=city.operator, programme=city.own, connected_on="2022-05-01")
    (found,) = city.json(URL, on="2022-12-31")["rows"]
    assert found["delivered"] == 1


def test_without_day_areas_or_promise_the_figures_are_unknown(city: City) -> None:
    """Without areas or a day of signing, the delivered number is unknown; without a promise, the percentage is."""
    letter(city, source_id="without areas")
    area(city, letter(city, source_id="unsigned", signed_on=None), 391_000)
    area(city, letter(city, source_id="without promise", promised_connections=None), 392_000)
    members = ("delivered", "delivered_percent", "no_share")
    assert {name: tuple(found[key] for key in members) for name, found in rows(city).items()} == {
        "without areas": (None, None, "no_areas"),
        "unsigned": (None, None, "unsigned"),
        "without promise": (0, None, "not_promised"),
    }
