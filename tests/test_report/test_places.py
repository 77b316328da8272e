"""The places on a report's maps are those of the records that count, so that a map and its figure agree."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
import shapely

from geo.figures.kpis import evaluation
from geo.periods import parse_period
from geo.store.database import as_recorded, conninfo
from maps.figures.report.pictures.places import Places, drawable
from maps.figures.report.reading import BY_DISTRICT, DRAWN, read
from tests.records import Connection, insert, line, sale, square, two_districts

H2 = parse_period("2023-H2")


def places_in(connection: Connection) -> Places:
    """The places of the half-year's figures."""
    return drawable(read(connection, H2))


def test_the_drawn_amounts_add_up_to_the_figure(sample: Connection) -> None:
    found = places_in(sample)
    assert {*found.counted} == {*DRAWN, BY_DISTRICT}
    for key, counted in found.counted.items():
        total = evaluation.totals(sample, [(counted.indicator, H2)])[key, H2.name]
        assert counted.total == total == sum(counted.parts.values()), key
        if key != BY_DISTRICT:
            assert sum(spot.amount for spot in counted.spots) == total, key
    assert len(found.districts) == 12


def test_only_the_part_of_a_trench_inside_the_city_is_drawn(connection: Connection) -> None:
    two_districts(connection)
    programme = insert(connection, "programmes", name="Förderung", funding="funded", counts="address")
    insert(
        connection,
        "trenches",
        programme=programme,
        origin="new",
        laid_on="2023-08-01",
        geom=line((409000, 5705000), (412000, 5705000)),
    )
    (spot,) = places_in(connection).counted["trench_laid_km"].spots
    assert spot.amount == Decimal(1)
    assert spot.geometry.length == pytest.approx(1000)


def test_a_record_without_a_place_counts_but_is_not_drawn(connection: Connection) -> None:
    two_districts(connection)
    sale(connection, area_m2=1000, agreed_on="2023-08-01")
    counted = places_in(connection).counted["public_land_m2"]
    assert (counted.total, counted.parts, counted.spots, counted.records) == (1000, {"unlocated": 1000}, [], 1)


def test_the_places_are_read_as_recorded_at_an_instant(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        before = datetime.now(UTC)
        sale(connection, area_m2=1000, agreed_on="2023-08-01", geom=square(395000, 5705000, 30))
        with as_recorded(connection, before):
            assert "public_land_m2" not in places_in(connection).counted
        assert places_in(connection).counted["public_land_m2"].total == 1000


def test_a_search_ring_has_its_radius(connection: Connection) -> None:
    two_districts(connection)
    operator = insert(connection, "operators", name="Netz", kind="mobile")
    insert(
        connection,
        "mobile_requests",
        operator=operator,
        radius_m=300,
        received_on="2023-08-01",
        geom="POINT(395000 5705000)",
    )
    (spot,) = places_in(connection).counted["mobile_requests"].spots
    assert (spot.radius_m, spot.geometry) == (300, shapely.Point(395000, 5705000))
