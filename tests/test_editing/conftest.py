"""A small city of the test's own, and the service as an editor has it."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.access import Caller, Role
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, two_districts
from tests.test_api.helpers import Api
from tests.test_editing.helpers import asked_by, fill

ERIKA = Caller(Role.EDITOR, "erika")


@pytest.fixture
def records(database_url: str) -> Iterator[Connection]:
    """A connection to the test's own database, in which two districts are; it commits every statement."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        yield connection


@pytest.fixture
def editor(database_url: str, records: Connection) -> Iterator[Api]:
    """The service as Erika has it, who edits."""
    with asked_by(ERIKA, load_settings(database_url=database_url)) as asked:
        yield asked


def fill_city(connection: Connection) -> None:
    """A record of every layer."""
    two_districts(connection)
    fill(connection)


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with a record of every layer, for requests that change nothing."""
    with filled_database(server_url, template, "city_kept", fill_city) as url:
        yield url


@pytest.fixture(scope="package")
def written_url(server_url: str, template: str) -> Iterator[str]:
    """Another one, for tests that edit records of their own."""
    with filled_database(server_url, template, "city_edited", fill_city) as url:
        yield url


@pytest.fixture(scope="package")
def written(written_url: str) -> Iterator[Api]:
    """The service as Erika has it, over that database."""
    with asked_by(ERIKA, load_settings(database_url=written_url)) as asked:
        yield asked


@pytest.fixture
def shared_city(written_url: str) -> Iterator[Connection]:
    """A connection to that database."""
    with psycopg.connect(conninfo(written_url), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="package")
def refused(city_url: str) -> Iterator[Api]:
    """The service as an editor has it whose requests are all refused."""
    with asked_by(ERIKA, load_settings(database_url=city_url)) as asked:
        yield asked
