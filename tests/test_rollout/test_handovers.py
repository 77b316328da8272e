"""Who was responsible is dated: statements about a past day show it, and a handover changes none of them."""

from decimal import Decimal

import psycopg
import pytest

from geo.access import Caller, Role
from geo.figures.checks import CHECKS, run
from geo.figures.kpis import evaluation
from geo.figures.kpis.broadband import INDICATORS
from geo.periods import parse_period
from geo.settings import load_settings
from tests.records import cluster, delete, one, square, violated_constraint
from tests.test_cli import Command
from tests.test_editing.helpers import api_as
from tests.test_rollout.conftest import City

BEFORE, DAY, AFTER = "2026-06-30", "2026-07-01", "2026-07-02"
FORMER = "select layer, since, until from flurwerk.former_responsibilities order by layer, record, until"


def progress(city: City, on: str, by: str = "cluster") -> dict[str | None, tuple[float, int]]:
    """Return the kilometres and connections of each part on a day."""
    rows = city.json("/api/rollout/progress", on=on, by=by)["rows"]
    return {row["label"]: (row["planned_km"], row["connected"]) for row in rows}


def figures(city: City, period: str) -> dict[tuple[str, str], Decimal | None]:
    """Return the indicators of the rollout."""
    city.connection.commit()
    city.connection.execute("set search_path = flurwerk, public")
    found = evaluation.totals(city.connection, [(indicator, parse_period(period)) for indicator in INDICATORS])
    city.connection.execute("reset search_path")
    return found


@pytest.fixture
def built(city: City) -> tuple[City, int, int, int]:
    """A trench laid and a connection made in 2026-H1, in the funded programme, cluster A, by the operator."""
    known = {"operator": city.operator, "cluster": "A"}
    trench = city.trench(1000, planned_on="2026-01-01", laid_on="2026-05-01", **known)
    connection = city.connect(connected_on="2026-05-01", **known)
    return city, trench, connection, city.add("operators", name="Nachfolger", kind="carrier")


def hand_over(city: City, *records: tuple[str, int], since: str = DAY, **values: object) -> None:
    """Change who is responsible for records from a day on."""
    for layer, record in records:
        city.change(layer, record, **values, responsible_since=since)


def test_a_past_day_shows_the_cluster_and_programme_of_then(built: tuple[City, int, int, int]) -> None:
    """1 km and one connection in cluster A until 30 June, in B and the agency's own programme from 1 July on."""
    city, trench, connection, _ = built
    records = ("trenches", trench), ("connections", connection)
    hand_over(city, *records, cluster=cluster(city.connection, "B"), programme=city.own)
    assert progress(city, BEFORE) == {"A": (1, 1)}
    assert progress(city, DAY) == {"B": (1, 1)}
    assert progress(city, BEFORE, "programme") == {"Förderung": (1, 1)}
    assert progress(city, DAY, "programme") == {"Eigenausbau": (1, 1)}
    for asked, last in (
        ({"cluster": "A"}, (1, 0)),
        ({"cluster": "B"}, (0, 1)),
        ({"programme": city.own}, (0, 1)),
        ({}, (1, 1)),
    ):
        months = city.json("/api/rollout/timeline", on="2026-07-31", **asked)["months"]
        laid = {month["month"]: (month["laid_km"], month["connected"]) for month in months}
        assert (laid.get("2026-06", (0, 0)), laid.get("2026-07", (0, 0))) == ((last[0],) * 2, (last[1],) * 2), asked


def test_the_day_of_a_handover_is_the_successors_also_if_others_follow_later(built: tuple[City, int, int, int]) -> None:
    city, trench, connection, _ = built
    second = cluster(city.connection, "B")
    hand_over(city, ("trenches", trench), cluster=second)
    hand_over(city, ("trenches", city.trench(2000, planned_on="2026-01-01", cluster="A")), since=AFTER, cluster=second)
    hand_over(city, ("connections", connection), since=AFTER, cluster=second)
    assert progress(city, BEFORE) == {"A": (3, 1)}
    assert progress(city, DAY) == {"A": (2, 1), "B": (1, 0)}
    assert progress(city, AFTER) == {"B": (3, 1)}


def test_published_figures_do_not_change_by_a_handover(built: tuple[City, int, int, int]) -> None:
    """By hand: the connection of May counts in the first half, the laid kilometre at its end, and neither in July."""
    city, trench, connection, _ = built
    before = figures(city, "2026-H1")
    hand_over(city, ("trenches", trench), ("connections", connection), programme=city.own)
    assert figures(city, "2026-H1") == before
    assert [*before.values()] == [1, 0, 1]
    assert [*figures(city, "2026-07").values()] == [0, 0, 0]


def test_letters_keep_what_their_operator_delivered(built: tuple[City, int, int, int]) -> None:
    """Also after the connection went to a successor."""
    city, _, connection, successor = built
    promised = {"promises": "all", "promised_connections": 10}
    letter = city.add("letters_of_intent", operator=city.operator, signed_on="2026-01-01", **promised)
    city.add("expansion_areas", name="Nord", letter=letter, geom=square(390_000, 5_701_000, 5_000))
    hand_over(city, ("connections", connection), operator=successor)
    for day in (BEFORE, AFTER):
        (row,) = city.json("/api/rollout/letters", on=day)["rows"]
        assert (row["operator"], row["delivered"]) == ("Netz", 1), day


def test_obstructions_and_consents_are_those_of_the_cluster_of_then(
    built: tuple[City, int, int, int],
) -> None:
    city, _, _, successor = built
    trench = city.trench(200, planned_on="2026-01-01", applied_on="2026-06-01", cluster="A", operator=city.operator)
    city.add("obstructions", cluster="A", kind="permit", from_on="2026-06-01", until_on="2026-06-30")
    hand_over(city, ("trenches", trench), cluster=cluster(city.connection, "B"), operator=successor)
    (held,) = city.json("/api/rollout/obstructions", on=AFTER)["rows"]
    assert (held["cluster"], held["km"]) == ("A", 0.2)
    for day, found in ((BEFORE, ("A", "Netz")), (AFTER, ("B", "Nachfolger"))):
        (row,) = city.json("/api/rollout/consents", on=day)["rows"]
        assert (row["cluster"], row["operator"]) == found


def test_a_change_without_a_later_day_corrects_the_past(built: tuple[City, int, int, int]) -> None:
    city, trench, _, _ = built
    city.change("trenches", trench, cluster=cluster(city.connection, "B"))
    assert progress(city, BEFORE)["B"] == (1, 0)
    assert city.connection.execute(FORMER).fetchall() == []


def test_a_day_that_is_corrected_or_undone_takes_what_is_kept_with_it(built: tuple[City, int, int, int]) -> None:
    """A until 1 July, then B, then C from 1 August on; the days move, and undoing leaves nothing."""
    city, trench, _, _ = built
    a, b, c = (cluster(city.connection, key) for key in "ABC")

    def kept() -> list[tuple[str | None, str]]:
        rows = city.connection.execute(FORMER).fetchall()
        return [(since and since.isoformat(), until.isoformat()) for _, since, until in rows]

    for values, expected in (
        ({"cluster": b, "responsible_since": DAY}, [(None, DAY)]),
        ({"cluster": c, "responsible_since": "2026-08-01"}, [(None, DAY), (DAY, "2026-08-01")]),
        ({"responsible_since": "2026-08-15"}, [(None, DAY), (DAY, "2026-08-15")]),
        ({"responsible_since": "2026-07-20"}, [(None, DAY), (DAY, "2026-07-20")]),
        ({"cluster": b, "responsible_since": DAY}, [(None, DAY)]),
        ({"cluster": a, "responsible_since": None}, []),
    ):
        city.change("trenches", trench, **values)
        city.connection.commit()
        assert kept() == expected, values
    assert one(city.connection, "select count(*) from flurwerk.responsibility_versions") >= 5


def test_a_handover_in_the_future_is_refused(built: tuple[City, int, int, int]) -> None:
    city, trench, _, _ = built
    with pytest.raises(psycopg.errors.CheckViolation, match="trenches_not_future"):
        city.change("trenches", trench, cluster=cluster(city.connection, "B"), responsible_since="2999-01-01")


def test_the_past_as_recorded_knows_nothing_of_later_handovers(built: tuple[City, int, int, int]) -> None:
    """And a deleted record that comes back has who was responsible before."""
    city, trench, _, _ = built
    city.connection.commit()
    before = one(city.connection, "select clock_timestamp()::text")
    hand_over(city, ("trenches", trench), cluster=cluster(city.connection, "B"))
    city.connection.commit()
    city.connection.execute("select set_config('flurwerk.as_of', %s, true)", [before])
    assert one(city.connection, "select count(*) from flurwerk_as_of.former_responsibilities") == 0
    assert one(city.connection, "select count(*) from flurwerk.former_responsibilities") == 1


def test_a_deleted_record_that_comes_back_has_who_was_responsible_before(built: tuple[City, int, int, int]) -> None:
    """Meanwhile nothing is kept of it; and who was responsible before cannot be deleted."""
    city, trench, _, _ = built
    first = cluster(city.connection, "A")
    hand_over(city, ("trenches", trench), cluster=cluster(city.connection, "B"))
    city.connection.execute("update flurwerk.connections set cluster = null")
    assert violated_constraint(city.connection, lambda: delete(city.connection, "clusters", first)) == (
        "clusters_formerly_responsible"
    )
    city.connection.commit()
    delete(city.connection, "trenches", trench)
    city.connection.commit()
    assert city.connection.execute(FORMER).fetchall() == []
    city.connection.execute(
        "insert into flurwerk.trenches (id, programme, cluster, operator, planned_on, laid_on, responsible_since, geom)"
        " overriding system value"
        " select id, programme, cluster, operator, planned_on, laid_on, responsible_since, geom"
        " from flurwerk_history.trenches where id = %s order by recorded_until desc limit 1",
        [trench],
    )
    assert progress(city, BEFORE)["A"] == (1, 0)


def test_all_records_of_an_operator_go_to_its_successor_and_back(built: tuple[City, int, int, int]) -> None:
    """By the command: in one transaction, undone by its number; the operator ends on the day before."""
    city, trench, _, successor = built
    request = city.add("mobile_requests", operator=city.operator, geom="POINT(391000 5701000)")
    city.connection.commit()
    flurwerk = Command(city.url)
    done = flurwerk("handover", "--operator", "Netz", "--to", "Nachfolger", "--from", "01.07.2026", "--lang", "en")
    assert "trenches 1, connections 1, mobile_requests 1, operators 1" in done.stdout
    state = "select operator, responsible_since::text from flurwerk.{} where id = %s"
    for layer, record in (("trenches", trench), ("mobile_requests", request)):
        assert city.connection.execute(state.format(layer).encode(), [record]).fetchall() == [(successor, DAY)]
    ended = "select ended_on::text, successor from flurwerk.operators where id = %s"
    assert city.connection.execute(ended, [city.operator]).fetchall() == [(BEFORE, successor)]
    refused = flurwerk("handover", "--operator", "Nachfolger", "--to", "Netz", "--from", "2026-07-01", exit_code=1)
    assert "has been handed over on that day or later" in refused.stderr
    number = done.stdout.split("--undo ")[1].strip()
    flurwerk("handover", "--undo", number)
    city.connection.commit()
    assert city.connection.execute(state.format("trenches").encode(), [trench]).fetchall() == [(city.operator, None)]
    assert city.connection.execute(ended, [city.operator]).fetchall() == [(None, None)]
    assert city.connection.execute(FORMER).fetchall() == []
    assert "has been changed since" in flurwerk("handover", "--undo", number, exit_code=1).stderr


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (("--operator", "Netze", "--to", "Nachfolger", "--from", DAY), "Did you mean “Netz”?"),
        (("--operator", "Netz", "--to", "Niemand", "--from", DAY), "There is no operator “Niemand”."),
        (("--operator", "Netz", "--to", "Nachfolger", "--from", "2999-01-01"), "Hand over on that day or later."),
        (("--operator", "Netz", "--to", "Netz", "--from", DAY), "cannot be its own successor"),
        (("--cluster", "Z", "--to", "A", "--from", DAY), "There is no cluster “Z”."),
        (("--undo", "1"), "Nothing was handed over under this number"),
    ],
)
def test_a_handover_that_cannot_be_is_refused(
    built: tuple[City, int, int, int], options: tuple[str, ...], refusal: str
) -> None:
    city, *_ = built
    city.connection.commit()
    refused = Command(city.url)("handover", *options, exit_code=1)
    assert refusal in refused.stderr


def test_the_service_hands_a_cluster_over_for_editors_alone(built: tuple[City, int, int, int]) -> None:
    city, trench, _, _ = built
    a, b = (cluster(city.connection, key) for key in "AB")
    city.connection.commit()
    wanted = {"kind": "cluster", "giving": a, "taking": b, "since": DAY}
    url = "/api/rollout/handovers"
    assert city.client.request("POST", url, json=wanted).status_code == 401
    with api_as(Caller(Role.EDITOR, "erika"), load_settings(database_url=city.url)) as editor:
        done = editor.request("POST", url, json=wanted).json()
        assert {one["layer"]: one["records"] for one in done["layers"]} == {
            "trenches": 1,
            "connections": 1,
            "clusters": 1,
        }
        assert progress(city, BEFORE) == {"A": (1, 1)}
        assert progress(city, DAY) == {"B": (1, 1)}
        for changed, status in (({}, 422), ({"since": "2999-01-01"}, 422), ({"taking": 2**62}, 422)):
            refused = editor.request("POST", url, json={**wanted, "giving": b, "taking": a} | changed)
            assert refused.status_code == status, refused.text
        assert editor.request("POST", f"{url}/{done['number']}/undo").status_code == 200
        assert editor.request("POST", f"{url}/1/undo").status_code == 422
    assert progress(city, DAY) == {"A": (1, 1)}
    assert one(city.connection, "select successor is null from flurwerk.clusters where id = %s", a)
    assert trench


def test_records_of_an_operator_that_has_ended_are_found(built: tuple[City, int, int, int]) -> None:
    city, trench, _, successor = built
    city.change("operators", city.operator, ended_on=BEFORE, successor=successor)
    city.connection.execute("set local search_path = flurwerk, public")
    found = [each for check in CHECKS if check.key == "responsible_ended" for each in run(city.connection, check)]
    assert [(each.layer, each.detail) for each in found] == [
        ("trenches", "operator Netz ended on 2026-06-30"),
        ("connections", "operator Netz ended on 2026-06-30"),
    ]
    assert found[0].id == trench
