"""The connections by which drawn tiles are found and kept."""

import asyncio
from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from geo.database import (
    CONNECT_TIMEOUT_S,
    MAX_IDLE_S,
    SET_STATEMENT_TIMEOUT,
    WAIT_FOR_CONNECTION_S,
    AsyncConnection,
    Pool,
    login_conninfo,
    milliseconds,
    told_when_gone,
)
from geo.settings import Settings


def make_tile_pool(settings: Settings, login: str) -> Pool:
    """A closed pool of connections that keep tiles: each statement is a transaction of its own, with one round trip.

    So they are not tried before they are handed out; see `fetch_row`.
    """

    async def current_conninfo() -> str:
        return await asyncio.to_thread(login_conninfo, settings, login)

    async def configure(connection: AsyncConnection) -> None:
        await connection.execute(SET_STATEMENT_TIMEOUT, [milliseconds(settings.statement_timeout_s)])

    pool: Pool = AsyncConnectionPool(
        current_conninfo,
        kwargs={"connect_timeout": CONNECT_TIMEOUT_S, "autocommit": True},
        min_size=0,
        max_size=settings.pool_size,
        max_idle=MAX_IDLE_S,
        name=login,
        timeout=WAIT_FOR_CONNECTION_S,
        max_waiting=1000,
        reconnect_timeout=0,
        configure=configure,
        open=False,
    )
    return pool


async def fetch_row(pool: Pool, statement: sql.Composed | LiteralString, parameters: Mapping[str, Any]) -> Any:
    """The one row that a statement of a pool of `make_tile_pool` gives.

    Where the connection turns out dead, so are probably all idle ones, and it is tried once more with a new one.
    Raises DatabaseUnavailable where nobody answers.
    """
    with told_when_gone():
        try:
            return await _row(pool, statement, parameters)
        except psycopg.OperationalError as error:
            if isinstance(error, PoolTimeout | psycopg.errors.QueryCanceled):
                raise
            await pool.drain()
            return await _row(pool, statement, parameters)


async def _row(pool: Pool, statement: sql.Composed | LiteralString, parameters: Mapping[str, Any]) -> Any:
    connection = await pool.getconn()
    try:
        cursor = await connection.execute(statement, parameters, binary=True)
        return await cursor.fetchone()
    finally:
        await pool.putconn(connection)
