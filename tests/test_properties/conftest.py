"""A database for one city after the other."""

from collections.abc import Iterator

import pytest

from tests.conftest import filled_database
from tests.test_properties.city import Site, site_of


@pytest.fixture(scope="module")
def site(server_url: str, template: str) -> Iterator[Site]:
    """Where cities are founded."""
    with filled_database(server_url, template, "cities", lambda _: None) as url, site_of(url) as site:
        yield site
