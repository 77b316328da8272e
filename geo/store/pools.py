"""The web service's connection pools, and the ways to borrow a connection from one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psycopg
from psycopg import sql

from geo.settings import Settings
from geo.store.connection_pool import Pool, PooledConnection
from geo.store.database import (
    MAX_IDLE_S,
    SET_STATEMENT_TIMEOUT,
    SRID,
    AsyncConnection,
    login_conninfo,
    longest_wait,
    milliseconds,
    raising_unavailable,
)

WARM_UP = sql.SQL("select st_transform(st_transform(st_setsrid(st_point(10, 51), 4326), {srid}), 4326)").format(
    srid=sql.Literal(SRID)
)
"""A backend's first transformation takes tens of milliseconds: it loads the coordinate systems' definitions."""


def make_pool(settings: Settings, login: str, *, min_size: int, max_size: int, autocommit_writes: bool = False) -> Pool:
    """Return a pool, not yet opened, of ``min_size`` to ``max_size`` connections that read as this login.

    All statements of a transaction see one snapshot. An idle connection is checked before it is lent; if it is dead,
    all idle ones probably are (the server restarted), so all are replaced. With ``autocommit_writes``, statements in
    autocommit mode may write.
    """

    async def current_conninfo() -> str:
        return await asyncio.to_thread(login_conninfo, settings, login)

    return Pool(
        current_conninfo,
        min_size=min_size,
        max_size=max_size,
        # Others may need the server's connections more.
        max_idle=MAX_IDLE_S,
        name=login,
        # Give up at once: the next request tries again and so finds the database as soon as it is back.
        reconnect_timeout=0,
        configure=_configure(settings.statement_timeout_s, autocommit_writes),
        open=False,
    )


@asynccontextmanager
async def borrow(pool: Pool) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in a transaction.

    Raises DatabaseUnavailable if the database gives none in time, ConnectionsBusy if all are in use for too long.
    """
    with raising_unavailable():
        async with pool.lend(checked=True) as connection, connection:
            yield connection


@asynccontextmanager
async def borrow_to_write(pool: Pool, *, actor: str | None) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in a writing transaction; ``actor`` is recorded in the history as the writer.

    The transaction is committed at the end, or rolled back on an error. Raises the same errors as `borrow`.
    """
    with raising_unavailable():
        async with pool.lend(checked=True) as connection:
            await connection.set_read_only(False)
            # A later statement sees what was committed while it waited for a lock.
            await connection.set_isolation_level(psycopg.IsolationLevel.READ_COMMITTED)
            async with connection:
                await connection.execute("select set_config('flurwerk.actor', %s, true)", [actor or ""])
                yield connection


@asynccontextmanager
async def borrow_autocommit(pool: Pool) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in autocommit mode, which saves two round trips.

    It is read-only unless the pool was made with ``autocommit_writes``. Raises the same errors as `borrow`.
    """
    with raising_unavailable():
        async with pool.lend() as connection:
            await connection.set_autocommit(True)
            yield connection


async def set_statement_timeout(connection: AsyncConnection, seconds: float) -> None:
    """Set the statement timeout for the rest of this transaction, in place of the pool's."""
    await connection.execute("select set_config('statement_timeout', %s, true)", [milliseconds(seconds)])
    if isinstance(connection, PooledConnection):
        connection.longest_wait_s = longest_wait(seconds)


def _configure(statement_timeout_s: float, autocommit_writes: bool) -> Callable[[PooledConnection], Awaitable[None]]:
    async def configure(connection: PooledConnection) -> None:
        await connection.set_read_only(True)
        await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
        # A database that has not been migrated yet has no PostGIS; the request's own statements will report it.
        with suppress(psycopg.errors.UndefinedObject, psycopg.errors.UndefinedFunction):
            await connection.execute(WARM_UP)
        await connection.rollback()
        # Only now: the timeout, which may be short, is meant for requests and not for the warm-up.
        await connection.execute(SET_STATEMENT_TIMEOUT, [milliseconds(statement_timeout_s)])
        if not autocommit_writes:
            await connection.execute("set default_transaction_read_only = on")
        await connection.commit()
        connection.longest_wait_s = longest_wait(statement_timeout_s)

    return configure
