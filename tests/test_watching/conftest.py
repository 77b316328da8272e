"""A small city, and the service for several people with tokens of different roles."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import Request

from geo.access import Caller, Role, tokens
from geo.access.grants import KEPT_BY_PEOPLE
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, plot, square, two_districts
from tests.test_api.helpers import Api, answer_as, api

PEOPLE = {
    "Anna": Caller(Role.EDITOR, "Anna"),
    "Bert": Caller(Role.EDITOR, "Bert"),
    "Rita": Caller(Role.READER, "Rita"),
    "Nils": Caller(Role.READER, "Nils", frozenset({"trenches"})),
    "nobody": Caller(Role.PUBLIC),
}
"""Two editors, a reader, a reader for whom plots are as for the public, and somebody without a token."""

As = Callable[[str], "Person"]


class Person:
    """Somebody who sends requests to the service, in English."""

    def __init__(self, client: Api, name: str) -> None:
        self.client, self.name = client, name

    def send(
        self, method: str, path: str, body: object = None, *, tag: str | None = None, lang: str = "en"
    ) -> httpx.Response:
        """Send a request with a JSON body, and with a tag as If-Match."""
        headers = {"X-Name": self.name, "Accept-Language": lang} | ({"If-Match": tag} if tag else {})
        return self.client.request(method, path, json=body, headers=headers)

    def ok(self, method: str, path: str, body: object = None, *, tag: str | None = None, lang: str = "en") -> Any:
        """Send a request that must succeed, and return the JSON of the answer."""
        response = self.send(method, path, body, tag=tag, lang=lang)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None


def fill(connection: Connection) -> None:
    """Insert two districts, plots on offer and one that is not, and a token for everybody."""
    two_districts(connection)
    for number in range(4):
        plot(connection, x=391000 + 1000 * number, name=f"Hafen {number}", offered_on="2023-01-01", zoning="GE")
    plot(connection, x=396000, name="Verborgen", offered_on=None)
    for caller in PEOPLE.values():
        if caller.name:
            layers = sorted(caller.layers) if caller.layers else None
            tokens.create(connection, caller.name, caller.role, layers=layers)


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database of the package's own."""
    with filled_database(server_url, template, "city_watched", fill) as url:
        yield url


@pytest.fixture(scope="package")
def as_person(city_url: str) -> Iterator[As]:
    """Returns who sends requests under a name."""
    with api(load_settings(database_url=city_url)) as client:

        def stated(request: Request) -> Caller:
            return PEOPLE[request.headers["x-name"]]

        answer_as(client.app, stated)
        yield lambda name: Person(client, name)


@pytest.fixture
def city(city_url: str) -> Iterator[Connection]:
    """A connection to that database, which commits every statement; what people keep is forgotten before."""
    with psycopg.connect(conninfo(city_url), autocommit=True) as connection:
        tables = ", ".join(f"flurwerk_access.{table}" for table in KEPT_BY_PEOPLE)
        connection.execute(f"truncate {tables}".encode())
        yield connection


def plots(connection: Connection) -> dict[str, int]:
    """The ids of the plots by name."""
    return dict(connection.execute("select name, id from plots").fetchall())


def far_plot(connection: Connection, name: str, **values: Any) -> int:
    """Insert a plot on offer that is like none of the others."""
    return plot(connection, name=name, geom=square(405000, 5705000, 200), offered_on="2023-01-01", **values)
