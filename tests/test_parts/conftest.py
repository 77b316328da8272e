"""The county that the tests of single parts read."""

from collections.abc import Iterator

import pytest

from geo.settings import load_settings
from tests.conftest import filled_database
from tests.test_api.helpers import Api, api
from tests.test_parts.county import fill


@pytest.fixture(scope="package")
def county_url(server_url: str, template: str) -> Iterator[str]:
    """A database with the county, for reading only."""
    with filled_database(server_url, template, "county_of_parts", fill) as url:
        yield url


@pytest.fixture(scope="package")
def internal(county_url: str) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=county_url, anonymous_audience="internal")) as client:
        yield client
