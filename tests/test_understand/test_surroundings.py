"""Callers see a plot's surroundings as far as they may."""

from typing import Any

import pytest

from tests.records import Connection, insert, line, one, plot, sale, square, update
from tests.test_api.helpers import Api

URL = "/api/plots/{}/surroundings"


@pytest.fixture
def land(city: Connection) -> int:
    """A plot of 100 m with everything that the panel shows; a nearby plot is not on offer."""
    record = plot(
        city,
        name="Nordhafen",
        offered_on="2023-01-01",
        asking_price_eur_m2=150,
        ground_value_eur_m2=120,
        ground_value_on="2023-01-01",
    )
    insert(city, "plot_restrictions", plot=record, kind="flood", severity="minor", note="intern vermerkt")
    insert(city, "plot_restrictions", plot=record, kind="mining", severity="serious")
    plot(city, x=395250, name="Im Angebot", offered_on="2023-01-01")
    plot(city, x=395100, name="Noch geheim")
    plot(city, x=395301, y=5705100, name="Zu weit", offered_on="2023-01-01")
    insert(city, "industrial_areas", name="Hafen", geom=square(394900, 5704900, 100))
    for number in range(4):
        place = f"POINT({394000 - 1000 * number} 5705050)"
        insert(city, "access_points", name=f"A {number}", kind="motorway_junction", geom=place)
    inquiry = insert(city, "inquiries", number="2023-117", kind="plot", received_on="2023-08-01")
    insert(city, "reservations", plot=record, inquiry=inquiry, reserved_on="2023-08-02", expires_on="2023-09-02")
    insert(city, "reservations", plot=record, inquiry=inquiry, reserved_on="2023-08-03")
    sale(city, plot=record, area_m2=2500, despite_reservation=True)
    return record


def test_everyone_sees_price_restrictions_and_neighbours_on_offer(public: Api, land: int) -> None:
    found = public.json(URL.format(land), lang="de")
    assert (found["plot"], found["name"]) == (land, "Nordhafen")
    assert found["price"] == {
        "asking_price_eur_m2": 150,
        "ground_value_eur_m2": 120,
        "ground_value_on": "2023-01-01",
        "markup_percent": 25,
    }
    assert [(each["kind_label"], each["severity_label"]) for each in found["restrictions"]] == [
        ("Bergbau", "schwerwiegend"),
        ("Hochwasser", "gering"),
    ]
    assert [(each["name"], each["distance_m"]) for each in found["neighbours"]] == [("Hafen", 0), ("Im Angebot", 150)]
    assert found["neighbours"][1]["status_label"] == "verfügbar"


def test_internal_parts_are_withheld_from_the_public_and_named(public: Api, land: int) -> None:
    answer = public.get(URL.format(land))
    found = answer.json()
    assert found["withheld"] == ["fibre", "transactions", "reservations", "access_points"]
    assert all(found[name] is None for name in found["withheld"])
    for secret in ("vermerkt", "geheim", "2023-117", "A 0"):
        assert secret not in answer.text
    assert answer.headers["cache-control"].startswith("public")


def test_insiders_see_everything(internal: Api, land: int) -> None:
    found = internal.json(URL.format(land), lang="en")
    assert found["withheld"] == []
    assert [each["name"] for each in found["neighbours"]] == ["Noch geheim", "Hafen", "Im Angebot"]
    assert found["restrictions"][1]["note"] == "intern vermerkt"
    assert [(each["number"], each["holds"]) for each in map(numbered, found["reservations"])] == [
        ("2023-117", True),
        ("2023-117", False),
    ]
    (deal,) = found["transactions"]
    assert (deal["kind_label"], deal["area_m2"], deal["agreed_on"]) == ("Sale", 2500, "2023-08-01")
    assert [(each["name"], each["distance_m"]) for each in found["access_points"]] == [
        ("A 0", 1000),
        ("A 1", 2000),
        ("A 2", 3000),
    ]
    assert found["fibre"] is None


def numbered(reservation: dict[str, Any]) -> dict[str, Any]:
    return {"number": reservation["inquiry_number"], "holds": reservation["holds"]}


def test_the_nearest_fibre_is_shown_with_its_nearest_point(internal: Api, city: Connection, land: int) -> None:
    programme = insert(city, "programmes", name="P", funding="funded")
    trench = insert(
        city,
        "trenches",
        programme=programme,
        cluster="HOE-01",
        laid_on="2023-01-01",
        geom=line((395150, 5704900), (395150, 5705200)),
    )
    found = internal.json(URL.format(land))["fibre"]
    assert (found["layer"], found["id"], found["distance_m"], found["cluster"]) == ("trenches", trench, 50, "HOE-01")
    distance = one(
        city,
        "select st_distance(st_transform(st_setsrid(st_makepoint(%s, %s), 4326), 25832),"
        " st_transform(st_setsrid(st_makepoint(%s, %s), 4326), 25832))",
        *found["point"],
        *found["border"],
    )
    assert abs(distance - 50) < 0.01
    address = insert(
        city, "connections", address="Kanalstraße 5", connected_on="2023-01-01", geom="POINT(395120 5705050)"
    )
    found = internal.json(URL.format(land))["fibre"]
    assert (found["layer"], found["id"], found["address"]) == ("connections", address, "Kanalstraße 5")


def test_a_plot_that_the_caller_does_not_see_is_not_found(
    public: Api, internal: Api, city: Connection, land: int
) -> None:
    update(city, "plots", land, withdrawn_on="2023-05-01")
    assert "no plot" in public.problem(404, URL.format(land))["detail"]
    assert internal.json(URL.format(land))["plot"] == land
    for given in ("0", "x", "99999999999999999999", "-1"):
        internal.problem(404, URL.format(given))
    internal.problem(400, URL.format(land), crs="x")
