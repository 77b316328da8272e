"""Letters of intent in hand-calculated cases: promised and delivered connections."""

from tests.records import square
from tests.test_rollout.conftest import City

URL = "/api/rollout/letters"


def letter(city: City, **values: object) -> int:
    return city.add(
        "letters_of_intent",
        **({"operator": city.operator, "promised_connections": 8, "signed_on": "2022-03-01"} | values),
    )


def area(city: City, letter: int | None, x: float, side: float = 1000) -> None:
    city.add("expansion_areas", name="Gebiet", letter=letter, planned_connections=10, geom=square(x, 5_701_000, side))


def test_delivered_are_the_operators_connections_inside_its_areas_since_signing(city: City) -> None:
    """Two areas overlap between 391500 and 392000, where a connection counts once: 1 + 1 + 3 of 8 are 62.5 %."""
    signed = letter(city)
    area(city, signed, 391_000)
    area(city, signed, 391_500)
    area(city, None, 395_000)
    other = city.add("operators", name="Anderes Netz", kind="carrier")
    inside = {"x": 391_750, "y": 5_701_500, "operator": city.operator}
    city.connect(**inside, connected_on="2022-03-01")
    city.connect(**inside, activated_on="2022-04-01", programme=None)
    city.connect(**inside, connected_on="2022-05-01", programme=city.dwellings, dwellings=3)
    city.connect(**inside, connected_on="2022-02-28")
    city.connect(**inside, passed_on="2022-05-01")
    city.connect(**(inside | {"operator": other}), connected_on="2022-05-01")
    city.connect(**(inside | {"x": 393_000}), connected_on="2022-05-01")
    city.connect(**(inside | {"x": 395_500}), connected_on="2022-05-01")
    (found,) = city.json(URL, on="2022-12-31")["rows"]
    assert (found["promised"], found["delivered"], found["delivered_percent"]) == (8, 5, 62.5)
    assert (found["areas"], found["planned_connections"]) == (2, 20)
    (earlier,) = city.json(URL, on="2022-04-30")["rows"]
    assert earlier["delivered"] == 2
    assert city.json(URL, on="2022-02-28")["rows"] == []


def test_a_connection_on_an_areas_border_is_inside(city: City) -> None:
    area(city, letter(city), 391_000)
    city.connect(x=391_000, y=5_701_500, operator=city.operator, connected_on="2022-05-01")
    (found,) = city.json(URL, on="2022-12-31")["rows"]
    assert found["delivered"] == 1


def test_without_day_areas_or_promise_the_figures_are_unknown(city: City) -> None:
    """Without areas or a day of signing, the delivered number is unknown; without a promise, the percentage is."""
    letter(city, source_id="without areas")
    area(city, letter(city, source_id="unsigned", signed_on=None), 391_000)
    area(city, letter(city, source_id="without promise", promised_connections=None), 392_000)
    found = {one["source_id"]: one for one in city.json(URL, on="2022-12-31")["rows"]}
    assert {key: (one["delivered"], one["delivered_percent"]) for key, one in found.items()} == {
        "without areas": (None, None),
        "unsigned": (None, None),
        "without promise": (0, None),
    }


def test_a_letters_termination_is_shown_from_its_day_on(city: City) -> None:
    letter(city, terminated_on="2022-06-01")
    assert city.json(URL, on="2022-05-31")["rows"][0]["terminated_on"] is None
    assert city.json(URL, on="2022-06-01")["rows"][0]["terminated_on"] == "2022-06-01"
