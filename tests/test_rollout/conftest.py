"""A city of two districts for hand-calculated cases, and the service as insiders see it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, insert, line, two_districts, update
from tests.test_api.helpers import Api, api

BORDER = 400_000
"""West of this x is the district West, east of it Ost, which ends at 410000."""

EMPTIED = (
    "obstructions",
    "mobile_candidates",
    "mobile_requests",
    "sensitive_sites",
    "properties",
    "connections",
    "trenches",
    "expansion_areas",
    "letters_of_intent",
    "clusters",
    "programmes",
    "operators",
)
"""The layers that tests fill; those that refer to others come first."""


class City:
    """A city with helpers to insert records and to query the service about them."""

    def __init__(self, url: str, connection: Connection, client: Api) -> None:
        self.url = url
        self.connection = connection
        self.client = client
        self.rows = 0
        self.funded = insert(connection, "programmes", name="Förderung", funding="funded")
        self.own = insert(connection, "programmes", name="Eigenausbau", funding="self_financed")
        self.dwellings = insert(connection, "programmes", name="Wohnungen", funding="funded", counts="dwelling")
        self.operator = insert(connection, "operators", name="Netz", kind="carrier")

    def add(self, layer: str, /, **values: object) -> int:
        """Insert a record and return its id."""
        return insert(self.connection, layer, **values)

    def change(self, layer: str, record: int, **values: object) -> None:
        """Change values of a record."""
        update(self.connection, layer, record, **values)

    def trench(self, metres: float = 100, x: float = 391_000, **values: object) -> int:
        """Insert a straight trench from x to the east, 10 m north of the last; by default funded and in cluster A."""
        self.rows += 1
        y = 5_701_000 + 10 * self.rows
        defaults: dict[str, object] = {"programme": self.funded, "cluster": "A", "geom": line((x, y), (x + metres, y))}
        return self.add("trenches", **(defaults | values))

    def connect(self, x: float = 391_000, y: float = 5_702_000, **values: object) -> int:
        """Insert a connection, by default funded and in cluster A."""
        defaults: dict[str, object] = {"programme": self.funded, "cluster": "A", "geom": f"POINT({x} {y})"}
        return self.add("connections", **(defaults | values))

    def json(self, url: str, **parameters: object) -> Any:
        """Commit the records and return the service's answer."""
        self.connection.commit()
        return self.client.json(url, **parameters)


@pytest.fixture(scope="package")
def shared_city(server_url: str, template: str) -> Iterator[tuple[str, Api]]:
    """A database with the districts, and the service on it. The fixture `city` deletes what a test inserts."""
    with (
        filled_database(server_url, template, "rollout", two_districts) as url,
        api(load_settings(database_url=url, anonymous_audience="internal")) as client,
    ):
        yield url, client


@pytest.fixture
def city(shared_city: tuple[str, Api]) -> Iterator[City]:
    """The city, without trenches and connections."""
    url, client = shared_city
    with psycopg.connect(conninfo(url)) as connection:
        yield City(url, connection, client)
        connection.rollback()
        for layer in EMPTIED:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier("flurwerk", layer)))


@pytest.fixture(scope="package")
def sample_api(sample_url: str) -> Iterator[Api]:
    """The service on the sample data, as insiders see it."""
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as client:
        yield client
