"""A city as densely filled as a real one, and the service that draws its tiles."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.test_api.helpers import Api, api
from tests.test_tiles.helpers import CITY

DENSE = Path(__file__).with_name("dense.sql")


@pytest.fixture(scope="package")
def dense_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that part of the 200,000 points, 20,000 lines and 5,000 areas of Dortmund, for reading only."""
    create_database(server_url, "dense", template)
    url = database(server_url, "dense")
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute("select set_config('flurwerk.test_city', %s, true)", [str(CITY)])
        connection.execute(DENSE.read_bytes())
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("vacuum analyze")
    yield url
    drop_database(server_url, "dense")


@pytest.fixture(scope="package")
def dense(dense_url: str) -> Iterator[Api]:
    """The service as insiders see that city."""
    with api(load_settings(database_url=dense_url, anonymous_audience="internal")) as client:
        yield client


@pytest.fixture(scope="package")
def dense_public(dense_url: str) -> Iterator[Api]:
    """The service as the public sees that city."""
    with api(load_settings(database_url=dense_url)) as client:
        yield client
