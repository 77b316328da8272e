"""A city with a plot on offer and one that is not, and the service for whoever a header names."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import Request

from geo.access import Caller, Role
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, insert, plot, two_districts
from tests.test_api.helpers import Api, answer_as, api

OFFERED, PLANNED = 1, 2
LARGEST = 300_000


def fill(connection: Connection) -> None:
    """Insert two plots, a property, an inquiry and a mobile-site request."""
    # Privileges on a database itself are not copied from its template.
    migrate(connection)
    two_districts(connection)
    plot(connection, name="Am Waldrand", offered_on="2023-01-01")
    plot(connection, x=395200, name="Bahnhof")
    insert(connection, "properties", name="Halle", geom="POINT(395000 5705000)")
    insert(connection, "inquiries", kind="plot", number="A 1")
    insert(connection, "mobile_requests", geom="POINT(395000 5705000)")


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """The city's database, in which each test makes its own attachments."""
    with filled_database(server_url, template, "attachments", fill) as url:
        yield url


@pytest.fixture
def city(city_url: str) -> Iterator[Connection]:
    """A connection to it, as its owner, that commits every statement."""
    with psycopg.connect(conninfo(city_url), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="package")
def service(city_url: str) -> Iterator[Api]:
    """The service; the headers `X-Role` and `X-Name` say who asks."""

    def stated(request: Request) -> Caller:
        role = Role(request.headers.get("x-role", "editor"))
        return Caller(role, None if role is Role.PUBLIC else request.headers.get("x-name", "erika"))

    with api(load_settings(database_url=city_url, largest_attachment=LARGEST)) as client:
        answer_as(client.app, stated)
        yield client
