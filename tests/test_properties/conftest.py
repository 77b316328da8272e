"""A database in which cities replace each other."""

from collections.abc import Iterator

import pytest

from tests.conftest import filled_database
from tests.test_properties.city import Site, site_of


@pytest.fixture(scope="module")
def site(server_url: str, template: str) -> Iterator[Site]:
    """The database in which cities are created."""
    with filled_database(server_url, template, "cities", lambda _: None) as url, site_of(url) as site:
        yield site
