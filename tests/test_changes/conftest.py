"""A city of two districts without records, and the service as the public and insiders see it."""

from collections.abc import Iterator

import pytest

from geo.settings import load_settings
from tests.records import Connection
from tests.test_api.helpers import Api, api
from tests.test_changes.helpers import committed


@pytest.fixture
def database_url(districts_url: str) -> str:
    """A database of the test's own with two districts."""
    return districts_url


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    """A connection in autocommit mode."""
    yield from committed(database_url)


@pytest.fixture
def internal(database_url: str, city: Connection) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as client:
        yield client


@pytest.fixture
def public(database_url: str, city: Connection) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=database_url)) as client:
        yield client
