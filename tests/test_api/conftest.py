"""A small city in its own database, and the service for the public and for insiders."""

from collections.abc import Iterator

import pytest

from geo.settings import load_settings
from tests.conftest import filled_database
from tests.records import Connection, insert, plot, sale, square, two_districts
from tests.test_api.helpers import Api, api

IN_WEST = "POINT(395000 5705000)"
IN_EAST = "POINT(405000 5705000)"
UNNOTARISED = square(391000, 5701000, 50)
NOTARISED = square(392000, 5702000, 50)
PERSON = "Erika Mustermann"


def connections(city: Connection, programme: int, day: str, point: str, number: int) -> None:
    for _ in range(number):
        insert(city, "connections", programme=programme, address=PERSON, connected_on=day, geom=point)


def fill(city: Connection) -> None:
    """Insert three public sales, a cancelled one, and a few connections.

    Connections: in May 2022 one in the west; in August 2023 five in the west and one in the east; in November four and
    six.
    """
    two_districts(city)
    funded = insert(city, "programmes", name="P", funding="funded")
    connections(city, funded, "2023-08-10", IN_WEST, 5)
    connections(city, funded, "2023-08-10", IN_EAST, 1)
    connections(city, funded, "2023-11-10", IN_WEST, 4)
    connections(city, funded, "2023-11-10", IN_EAST, 6)
    connections(city, funded, "2022-05-10", IN_WEST, 1)
    party = insert(city, "parties", kind="person", name=PERSON)
    land = plot(city, official_area_m2=50000, name="Am Waldrand")
    known = {"plot": land, "party": party, "price_eur": 123456, "note": "vertraulich"}
    sale(city, source_id="geheim-1", area_m2="1000.50", geom=UNNOTARISED, **known)
    sale(city, source_id="geheim-2", area_m2=2000, notarised_on="2023-09-01", geom=NOTARISED, **known)
    sale(city, source_id="geheim-3", area_m2=3000, agreed_on=None, notarised_on="2023-10-01", **known)
    sale(city, source_id="geheim-4", area_m2=4000, cancelled_on="2023-10-01", **known)
    insert(city, "inquiries", kind="plot", received_on="2023-08-01", geom=IN_WEST)
    insert(city, "inquiries", kind="plot", received_on="2023-12-31")
    insert(city, "industrial_areas", source_id="phoenix-west", name="PHOENIX West", major_project=True, geom=NOTARISED)
    insert(city, "targets", kpi="public_land_m2", period="2023-H2", value="10000.25")
    insert(city, "remarks", kpi="public_land_m2", period="2023-H2", text="Bemerkung")


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with the small city, for reading only."""
    with filled_database(server_url, template, "city", fill) as url:
        yield url


@pytest.fixture(scope="package")
def public(city_url: str) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=city_url)) as client:
        yield client


@pytest.fixture(scope="package")
def internal(city_url: str) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=city_url, anonymous_audience="internal")) as client:
        yield client
