"""The service's autocommit connections: they write nothing and have a statement timeout."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from geo.access import Role
from geo.settings import load_settings
from geo.store.database import AsyncConnection
from geo.store.pools import borrow_autocommit, make_pool

WRITING = "update flurwerk.plots set note = 'x'"


def on_a_connection(url: str, login: str, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    """Run ``work`` on an autocommit connection."""

    async def run() -> None:
        async with (
            make_pool(load_settings(database_url=url), login, min_size=0, max_size=1) as pool,
            borrow_autocommit(pool) as connection,
        ):
            await work(connection)

    asyncio.run(run())


def test_a_single_statement_writes_nothing_even_as_an_editor(city_url: str) -> None:
    async def write(connection: AsyncConnection) -> None:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await connection.execute(WRITING)

    on_a_connection(city_url, Role.EDITOR.login, write)


def test_a_single_statement_has_a_timeout(city_url: str) -> None:
    async def read_timeout(connection: AsyncConnection) -> None:
        found = await (await connection.execute("show statement_timeout")).fetchone()
        assert found == ("30s",)

    on_a_connection(city_url, Role.READER.login, read_timeout)
