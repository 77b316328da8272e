"""Small cities, the test's own or shared, and the service for an editor."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.access import Caller, Role
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, two_districts
from tests.test_api.helpers import Api
from tests.test_editing.helpers import api_as, fill

ERIKA = Caller(Role.EDITOR, "erika")


@pytest.fixture
def database_url(districts_url: str) -> str:
    """A database of the test's own with two districts."""
    return districts_url


@pytest.fixture
def records(database_url: str) -> Iterator[Connection]:
    """A connection to the test's own database; commits every statement."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def editor(database_url: str, records: Connection) -> Iterator[Api]:
    """The service for the editor Erika, over the test's own database."""
    with api_as(ERIKA, load_settings(database_url=database_url)) as client:
        yield client


def fill_city(connection: Connection) -> None:
    """Insert a record of every layer."""
    two_districts(connection)
    fill(connection)


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with a record of every layer, for requests that change nothing."""
    with filled_database(server_url, template, "city_kept", fill_city) as url:
        yield url


@pytest.fixture(scope="package")
def shared_city_url(server_url: str, template: str) -> Iterator[str]:
    """Another such database, for tests that edit only their own records."""
    with filled_database(server_url, template, "city_edited", fill_city) as url:
        yield url


@pytest.fixture(scope="package")
def shared_editor(shared_city_url: str) -> Iterator[Api]:
    """The service for Erika, over that database."""
    with api_as(ERIKA, load_settings(database_url=shared_city_url)) as client:
        yield client


@pytest.fixture
def shared_city(shared_city_url: str) -> Iterator[Connection]:
    """A connection to that database."""
    with psycopg.connect(conninfo(shared_city_url), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="package")
def city_editor(city_url: str) -> Iterator[Api]:
    """The service for Erika, for requests that change nothing."""
    with api_as(ERIKA, load_settings(database_url=city_url)) as client:
        yield client
