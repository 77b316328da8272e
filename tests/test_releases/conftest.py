"""A city of a test's own, whose reports can be published."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.database import Connection, conninfo
from tests.records import two_districts


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    """A connection to a city of two districts in a database of the test's own."""
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        connection.commit()
        yield connection
        connection.rollback()
