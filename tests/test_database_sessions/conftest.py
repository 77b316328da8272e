"""A server with TLS and passwords, and a migrated database on it with a few records."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import plot, sale, two_districts
from tests.remains import temporary_folder
from tests.test_database_sessions.servers import CityServer, city_server


@pytest.fixture(scope="package")
def city() -> Iterator[CityServer]:
    """The server; its database is migrated, with the logins' passwords derived from the owner's."""
    with temporary_folder() as folder, city_server(folder) as server:
        settings = load_settings(database_url=server.url())
        with psycopg.connect(conninfo(server.url())) as connection:
            migrate(connection, settings)
            two_districts(connection)
            plot(connection)
            sale(connection)
        yield server
