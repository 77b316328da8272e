"""Mobile-site requests in hand-calculated cases: search rings, candidates and their surroundings."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from geo.periods import CITY_TIME
from tests.test_api.helpers import problem
from tests.test_rollout.conftest import City

URL = "/api/mobile-requests"
X, Y = 395_000, 5_705_000


def point(east: float, north: float = 0) -> str:
    """Return a point that many metres from the ring's centre."""
    return f"POINT({X + east} {Y + north})"


def request(city: City, **values: object) -> int:
    defaults: dict[str, object] = {"radius_m": 300, "min_height_m": 20, "received_on": "2022-01-01", "geom": point(0)}
    return city.add("mobile_requests", **(defaults | values))


def site(city: City, of: int) -> dict[str, Any]:
    return city.json(f"{URL}/{of}/site")


def ago(days: int) -> str:
    """Return the day that many days before today."""
    return str(datetime.now(CITY_TIME).date() - timedelta(days))


@pytest.mark.parametrize(
    ("dates", "status", "days"),
    [
        ({}, "received", 100),
        ({"proposed_on": ago(30)}, "proposed", 30),
        ({"proposed_on": ago(30), "accepted_on": ago(40)}, "accepted", 40),
        ({"applied_on": ago(7)}, "applied", 7),
        ({"on_air_on": ago(0)}, "on_air", 0),
        ({"built_on": ago(9), "withdrawn_on": ago(1)}, "withdrawn", 1),
        ({"received_on": None, "leased_on": ago(8)}, "leased", 8),
    ],
)
def test_a_request_is_in_its_state_since_that_states_own_date(
    city: City, dates: dict[str, str | None], status: str, days: int
) -> None:
    request(city, **({"received_on": ago(100)} | dates))
    (found,) = city.json(URL)["rows"]
    assert (found["status"], found["days"], found["since"]) == (status, days, ago(days))


def test_a_request_without_any_date_was_received_on_an_unknown_day(city: City) -> None:
    request(city, received_on=None)
    (found,) = city.json(URL)["rows"]
    assert (found["status"], found["since"], found["days"]) == ("received", None, None)


def test_open_requests_come_first_those_longest_in_their_state_at_the_top(city: City) -> None:
    done = request(city, received_on=ago(500), on_air_on=ago(400))
    short, long = request(city, received_on=ago(10)), request(city, received_on=ago(20))
    assert [one["id"] for one in city.json(URL)["rows"]] == [long, short, done]


def test_public_properties_inside_the_ring_are_listed_with_their_height(city: City) -> None:
    """The ring has 300 m, the minimum height is 20 m. 180 m east and 240 m north is exactly 300 m away."""
    search = request(city)
    known = {"ownership": "public", "use": "office"}
    city.add("properties", name="hoch", height_m=20, geom=point(50), **known)
    city.add("properties", name="niedrig", height_m="19.99", geom=point(180, 240), **known)
    city.add("properties", name="unbekannt", geom=point(0, 100), **known)
    city.add("properties", name="draußen", height_m=50, geom=point(181, 240), **known)
    city.add("properties", name="privat", height_m=50, geom=point(10), ownership="private")
    city.add("properties", name="abgegeben", height_m=50, geom=point(10), withdrawn_on="2022-01-01", **known)
    found = site(city, search)["properties"]
    assert [(one["name"], one["distance_m"], one["reaches_height"]) for one in found] == [
        ("hoch", 50, True),
        ("unbekannt", 100, None),
        ("niedrig", 300, False),
    ]
    assert found[0]["label"] == "Büro"


def test_sensitive_sites_within_100_m_of_a_candidate_require_a_forecast(city: City) -> None:
    """The school 60 m east and 80 m north of the first candidate is exactly 100 m away, the day-care centre 101 m."""
    search = request(city)
    near = city.add("mobile_candidates", request=search, kind="building", result="suitable", geom=point(0))
    far = city.add(
        "mobile_candidates", request=search, kind="mast", result="rejected", reason="zu nah", geom=point(301)
    )
    other = request(city)
    city.add("mobile_candidates", request=other, kind="mast", geom=point(60))
    city.add("sensitive_sites", name="Schule", kind="school", geom=point(60, 80))
    city.add("sensitive_sites", name="Kita", kind="day_care", geom=point(-101))
    city.add("sensitive_sites", name="Klinik", kind="hospital", geom=point(0, 5))
    first, second = site(city, search)["candidates"]
    assert (first["id"], first["forecast_due"], first["in_ring"]) == (near, True, True)
    assert [(one["name"], one["label"], one["distance_m"]) for one in first["sensitive_sites"]] == [
        ("Klinik", "Krankenhaus", 5),
        ("Schule", "Schule", 100),
    ]
    assert (second["id"], second["forecast_due"], second["in_ring"], second["distance_m"]) == (far, False, False, 301)
    assert (second["result_label"], second["reason"]) == ("abgelehnt", "zu nah")


def test_a_candidate_on_a_property_names_it_and_shows_whether_it_is_high_enough(city: City) -> None:
    search = request(city)
    hall = city.add("properties", name="Halle", height_m=30, geom=point(10))
    for height in (None, 15, 20):
        city.add("mobile_candidates", request=search, property=hall, kind="building", height_m=height, geom=point(10))
    found = site(city, search)["candidates"]
    assert [one["reaches_height"] for one in found] == [None, False, True]
    assert {one["property_name"] for one in found} == {"Halle"}


def test_the_ring_is_drawn_with_its_radius(city: City) -> None:
    ring = site(city, request(city))["ring"]
    drawn, away = city.connection.execute(
        """
        select st_area(shape), st_hausdorffdistance(st_exteriorring(shape), st_exteriorring(st_buffer(centre, 300, 24)))
        from (
            select
                st_transform(st_setsrid(st_geomfromgeojson(%s), 4326), 25832) as shape,
                st_setsrid(st_makepoint(395000, 5705000), 25832) as centre
        ) as r
        """,
        [str(ring).replace("'", '"')],
    ).fetchone() or (0, 0)
    assert 0.995 < drawn / (3.14159265 * 300 * 300) <= 1
    assert away < 0.2


def test_without_a_radius_there_is_no_ring_and_nothing_inside_it(city: City) -> None:
    search = request(city, radius_m=None, min_height_m=None)
    city.add("properties", name="Rathaus", ownership="public", height_m=30, geom=point(0))
    city.add("mobile_candidates", request=search, kind="ground", height_m=5, geom=point(0))
    found = site(city, search)
    assert (found["ring"], found["properties"]) == (None, [])
    (candidate,) = found["candidates"]
    assert (candidate["in_ring"], candidate["reaches_height"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "status"), [("99/site", 404), ("0/site", 400), ("x/site", 400), ("9223372036854775808/site", 400)]
)
def test_an_unknown_or_invalid_request_is_refused(city: City, path: str, status: int) -> None:
    found = problem(city.client.get(f"{URL}/{path}"), status)
    assert found["errors"][0]["parameter"] == "requestId"
