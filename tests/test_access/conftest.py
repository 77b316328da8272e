"""A city in which a person's data are planted."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import httpx
import psycopg
import pytest

from geo.access import tokens
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.test_access.helpers import BELOW_EDITORS, CALLERS, Ask, plant
from tests.test_access.walking import Walk, walk
from tests.test_api.helpers import Api, api


@pytest.fixture(scope="package")
def planted_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, to be read only."""

    def fill(connection: psycopg.Connection[Any]) -> None:
        # What is granted on a database itself is not copied along with its template.
        migrate(connection)
        plant(connection)

    with filled_database(server_url, template, "planted", fill) as url:
        yield url


@pytest.fixture(scope="package")
def tokens_of(planted_url: str) -> dict[str, str]:
    """A token for each of the callers."""
    with psycopg.connect(conninfo(planted_url)) as connection:
        return {
            name: tokens.create(connection, name, caller.role, layers=sorted(caller.layers) if caller.layers else None)
            for name, caller in CALLERS.items()
            if caller.name
        }


@pytest.fixture(scope="package")
def service(planted_url: str) -> Iterator[Api]:
    """The service over that city, for callers with and without a token."""
    # Patient with documents, which take their time where other tests run, too.
    with api(load_settings(database_url=planted_url, handout_timeout_s=600)) as asked:
        yield asked


@pytest.fixture(scope="package")
def ask(service: Api, tokens_of: dict[str, str]) -> Ask:
    """Asks as one of the callers."""

    def ask(name: str, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {tokens_of[name]}"} if name in tokens_of else {}
        return service.request(method, url, headers=headers | options.pop("headers", {}), **options)

    return ask


@pytest.fixture(scope="package")
def walked(service: Api, ask: Ask) -> Callable[[str], Walk]:
    """What one of the callers is answered everywhere. Each walks once: it takes seconds."""
    return cache(lambda name: walk(service.app, ask, name, is_thorough=name in BELOW_EDITORS))
