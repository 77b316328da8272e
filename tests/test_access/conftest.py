"""A city in which a person's data are planted."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.database import conninfo
from geo.migrate import migrate
from tests.conftest import create_database, database, drop_database
from tests.test_access.helpers import plant


@pytest.fixture(scope="package")
def planted_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, to be read only."""
    create_database(server_url, "planted", template)
    url = database(server_url, "planted")
    with psycopg.connect(conninfo(url)) as connection:
        # What is granted on a database itself is not copied along with its template.
        migrate(connection)
        plant(connection)
    yield url
    drop_database(server_url, "planted")
