"""Connection pools of the web service, which check connections before lending them."""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from geo.settings import Settings
from geo.store.database import (
    CONNECT_TIMEOUT_S,
    MAX_IDLE_S,
    SET_STATEMENT_TIMEOUT,
    WAIT_FOR_CONNECTION_S,
    AsyncConnection,
    Pool,
    login_conninfo,
    milliseconds,
    raising_unavailable,
)

WAIT_FOR_HANGING_SERVER_S = 1.4
WARM_UP = """
    select st_transform(st_transform('srid=25832;point(395000 5705000)'::geometry, 4326), 25832)
"""
"""A backend's first transformation takes tens of milliseconds: it loads the coordinate systems' definitions."""

TRUSTED_S = 1.0
"""How long after its last use a connection is lent without a check, unless the server has closed it."""


class PooledConnection(psycopg.AsyncConnection[Any]):
    """A connection that records when it was last used."""

    used_at = 0.0


def make_pool(settings: Settings, login: str, *, min_size: int, max_size: int, autocommit_writes: bool = False) -> Pool:
    """Return a pool, not yet opened, of ``min_size`` to ``max_size`` connections that read as this login.

    All statements of a transaction see one snapshot. An idle connection is checked before it is lent; if it is dead,
    all idle ones probably are (the server restarted), so all are replaced. With ``autocommit_writes``, statements in
    autocommit mode may write.
    """

    async def current_conninfo() -> str:
        return await asyncio.to_thread(login_conninfo, settings, login)

    async def check(connection: AsyncConnection) -> None:
        if _is_trusted(connection):
            return
        try:
            await AsyncConnectionPool.check_connection(connection)
        except psycopg.Error:
            await pool.drain()
            raise

    pool: Pool = AsyncConnectionPool(
        current_conninfo,
        connection_class=PooledConnection,
        kwargs={"connect_timeout": CONNECT_TIMEOUT_S},
        min_size=min_size,
        max_size=max_size,
        # Others may need the server's connections more.
        max_idle=MAX_IDLE_S,
        name=login,
        timeout=WAIT_FOR_CONNECTION_S,
        max_waiting=100,
        # Give up at once: the next request tries again and so finds the database as soon as it is back.
        reconnect_timeout=0,
        check=check,
        configure=_configure(settings.statement_timeout_s, autocommit_writes),
        open=False,
    )
    return pool


@asynccontextmanager
async def borrow(pool: Pool) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in a transaction. Raises DatabaseUnavailable if none is available in time."""
    with raising_unavailable():
        connection = await _take(pool, checked=True)
        try:
            async with connection:
                yield connection
        finally:
            await _give_back(pool, connection)


@asynccontextmanager
async def borrow_to_write(pool: Pool, *, actor: str | None) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in a writing transaction; ``actor`` is recorded in the history as the writer.

    The transaction is committed at the end, or rolled back on an error. Raises DatabaseUnavailable like `borrow`.
    """
    with raising_unavailable():
        connection = await _take(pool, checked=True)
        try:
            await connection.set_read_only(False)
            # A later statement sees what was committed while it waited for a lock.
            await connection.set_isolation_level(psycopg.IsolationLevel.READ_COMMITTED)
            async with connection:
                await connection.execute("select set_config('flurwerk.actor', %s, true)", [actor or ""])
                yield connection
        finally:
            if not connection.closed:
                await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
                await connection.set_read_only(True)
            await _give_back(pool, connection)


@asynccontextmanager
async def borrow_autocommit(pool: Pool) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in autocommit mode, which saves two round trips.

    It is read-only unless the pool was made with ``autocommit_writes``.
    """
    with raising_unavailable():
        connection = await _take(pool)
        try:
            await connection.set_autocommit(True)
            yield connection
        finally:
            if connection.info.transaction_status == TransactionStatus.IDLE:
                await connection.set_autocommit(False)
            else:
                await connection.close()
            await _give_back(pool, connection)


async def set_statement_timeout(connection: AsyncConnection, seconds: float) -> None:
    """Set the statement timeout for the rest of this transaction, in place of the pool's."""
    await connection.execute("select set_config('statement_timeout', %s, true)", [milliseconds(seconds)])


async def _take(pool: Pool, *, checked: bool = False) -> AsyncConnection:
    # Not merely a timeout: if the server hangs, psycopg waits ten seconds for it to confirm the cancellation.
    taking = asyncio.ensure_future(_take_checked(pool) if checked else pool.getconn())
    is_ours = False
    try:
        await asyncio.wait({taking}, timeout=WAIT_FOR_HANGING_SERVER_S)
        if not taking.done():
            raise PoolTimeout("the database hangs")
        is_ours = True
        return taking.result()
    finally:
        if not is_ours and not taking.cancel() and taking.exception() is None:
            await pool.putconn(taking.result())


async def _take_checked(pool: Pool) -> AsyncConnection:
    """Return a connection that has just answered, however recently it was used."""
    connection = await pool.getconn()
    try:
        await AsyncConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        # It was closed within the time for which it is trusted, and so probably were the others.
        await pool.putconn(connection)
        await pool.drain()
        return await pool.getconn()
    except BaseException:
        await pool.putconn(connection)
        raise
    return connection


async def _give_back(pool: Pool, connection: AsyncConnection) -> None:
    if isinstance(connection, PooledConnection):
        connection.used_at = time.monotonic()
    await pool.putconn(connection)


def _is_trusted(connection: AsyncConnection) -> bool:
    """Return whether it was used a moment ago and nothing has arrived since (a server that closes it says so)."""
    if not isinstance(connection, PooledConnection) or time.monotonic() - connection.used_at > TRUSTED_S:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def _configure(statement_timeout_s: float, autocommit_writes: bool) -> Callable[[AsyncConnection], Awaitable[None]]:
    async def configure(connection: AsyncConnection) -> None:
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

    return configure
