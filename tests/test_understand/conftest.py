"""A city for each test, and the service as the public and insiders see it."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, two_districts
from tests.test_api.helpers import Api, api


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    """A connection in autocommit mode to a database with two districts that this test alone uses."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        connection.execute("select set_config('flurwerk.actor', 'anna', false)")
        two_districts(connection)
        yield connection


@pytest.fixture
def public(database_url: str) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=database_url)) as client:
        yield client


@pytest.fixture
def internal(database_url: str) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as client:
        yield client
