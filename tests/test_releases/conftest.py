"""A city for each test, whose reports can be published, and one whose half-year was published twice."""

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from geo.store.database import Connection, conninfo
from tests.conftest import create_database, database, drop_database, filled_database
from tests.records import insert, line, plot, sale, two_districts
from tests.test_releases.helpers import PERIOD, publish, reported

PUBLISHED = "published_city"
numbers = count(1)


@pytest.fixture
def database_url(districts_url: str) -> str:
    """A database of the test's own with two districts."""
    return districts_url


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    """A connection to a city of two districts in that database."""
    with psycopg.connect(conninfo(database_url)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def published_city(server_url: str, template: str) -> Iterator[str]:
    """The name of a database in which the half-year was published, corrected and published again."""
    with filled_database(server_url, template, PUBLISHED, _publish_twice):
        yield PUBLISHED


@pytest.fixture
def published_url(server_url: str, published_city: str) -> Iterator[str]:
    """A copy of that database that this test alone uses."""
    name = f"{published_city}_{next(numbers)}"
    create_database(server_url, name, published_city)
    yield database(server_url, name)
    drop_database(server_url, name)


@pytest.fixture
def published(published_url: str) -> Iterator[Connection]:
    """A connection to that copy."""
    with psycopg.connect(conninfo(published_url)) as connection:
        yield connection
        connection.rollback()


def _publish_twice(connection: Connection) -> None:
    two_districts(connection)
    funded = insert(connection, "programmes", name="P", funding="funded")
    way = line((399000, 5705000), (401000, 5705000))
    insert(connection, "trenches", programme=funded, planned_on="2023-05-01", laid_on="2023-09-01", geom=way)
    sale(connection, source_id="t-1", area_m2=3200, plot=plot(connection, name="Hafen Nord"))
    sale(connection, source_id="t-2", area_m2=100, cancelled_on="2023-12-01")
    insert(connection, "targets", kpi="public_land_m2", period="2023-H2", value=5000)
    insert(connection, "remarks", kpi="public_land_m2", period="2023-H2", text="gut")
    reported(connection, "2023-H2", 12)
    connection.commit()
    publish(connection, PERIOD)
    connection.execute("update transactions set area_m2 = 3100 where source_id = 't-1'")
    connection.commit()
    publish(connection, PERIOD, reason="Fläche berichtigt")
