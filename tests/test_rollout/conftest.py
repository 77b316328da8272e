"""A city of two districts for cases worked by hand, and the service that insiders ask about it."""

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
"""West of this x lies the district West, east of it Ost, whose own border is at 410000."""

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
    "programmes",
    "operators",
)
"""The layers that tests fill, those that refer to others first."""


class City:
    """A database of the test's own, and short ways to fill it and to ask about it."""

    def __init__(self, connection: Connection, asked: Api) -> None:
        self.connection = connection
        self.asked = asked
        self.rows = 0
        self.funded = insert(connection, "programmes", name="Förderung", funding="funded")
        self.own = insert(connection, "programmes", name="Eigenausbau", funding="self_financed")
        self.dwellings = insert(connection, "programmes", name="Wohnungen", funding="funded", counts="dwelling")
        self.operator = insert(connection, "operators", name="Netz", kind="carrier")

    def add(self, layer: str, /, **values: object) -> int:
        """A record."""
        return insert(self.connection, layer, **values)

    def change(self, layer: str, record: int, **values: object) -> None:
        """Other values for a record."""
        update(self.connection, layer, record, **values)

    def trench(self, metres: float = 100, x: float = 391_000, **values: object) -> int:
        """A straight trench from x to the east, each some metres north of the last; cluster A, funded, unless told."""
        self.rows += 1
        y = 5_701_000 + 10 * self.rows
        known: dict[str, object] = {"programme": self.funded, "cluster": "A", "geom": line((x, y), (x + metres, y))}
        return self.add("trenches", **(known | values))

    def connect(self, x: float = 391_000, y: float = 5_702_000, **values: object) -> int:
        """A connection, of the funded programme and cluster A unless told."""
        known: dict[str, object] = {"programme": self.funded, "cluster": "A", "geom": f"POINT({x} {y})"}
        return self.add("connections", **(known | values))

    def json(self, url: str, **parameters: object) -> Any:
        """What the service answers about the records added so far."""
        self.connection.commit()
        return self.asked.json(url, **parameters)


@pytest.fixture(scope="package")
def shared_city(server_url: str, template: str) -> Iterator[tuple[str, Api]]:
    """A database with the districts, and the service on it; what a test puts into it, `city` takes out again."""
    with (
        filled_database(server_url, template, "rollout", two_districts) as url,
        api(load_settings(database_url=url, anonymous_audience="internal")) as asked,
    ):
        yield url, asked


@pytest.fixture
def city(shared_city: tuple[str, Api]) -> Iterator[City]:
    """The city, without trenches and connections."""
    url, asked = shared_city
    with psycopg.connect(conninfo(url)) as connection:
        yield City(connection, asked)
        connection.rollback()
        for layer in EMPTIED:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier("flurwerk", layer)))


@pytest.fixture(scope="package")
def sample_api(sample_url: str) -> Iterator[Api]:
    """The service on the sample data, as insiders see it."""
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as asked:
        yield asked
