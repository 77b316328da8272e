"""Connection pools of the web service, which check connections before lending them."""

import asyncio
import select
import time
from asyncio import Task
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from geo.errors import ConnectionsBusy
from geo.settings import Settings
from geo.store.database import (
    CONNECT_TIMEOUT_S,
    MAX_IDLE_S,
    SET_STATEMENT_TIMEOUT,
    WAIT_FOR_CONNECTION_S,
    AsyncConnection,
    end_if_unanswered,
    login_conninfo,
    longest_wait,
    milliseconds,
    raising_unavailable,
)

WAIT_FOR_HANGING_SERVER_S = 1.4
CONFIGURE_S = 5
CHECK_S = 2
"""How long a connection may take for a statement that configures or checks it."""

WARM_UP = """
    select st_transform(st_transform('srid=25832;point(395000 5705000)'::geometry, 4326), 25832)
"""
"""A backend's first transformation takes tens of milliseconds: it loads the coordinate systems' definitions."""

TRUSTED_S = 1.0
"""How long after its last use a connection is lent without a check, unless the server has closed it."""

Result = TypeVar("Result")


class PooledConnection(psycopg.AsyncConnection[Any]):
    """A connection that knows when it was last used, and waits for no answer longer than ``longest_wait_s``.

    The server's own timeout ends a slow statement, but only as long as the server runs.
    """

    used_at = 0.0
    longest_wait_s: float = CONFIGURE_S

    async def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Run one step of the protocol. Raises OperationalError and ends the connection if no answer comes in time."""
        try:
            return await super().wait(gen, interval, self.longest_wait_s if timeout is None else timeout)
        except psycopg.OperationalError as error:
            end_if_unanswered(self.pgconn, error)
            raise


class Pool(AsyncConnectionPool[PooledConnection]):
    """A pool that knows which connections it has lent, and in whose queue are only callers that still wait.

    psycopg_pool 3.3 leaves callers that have given up in the queue until it has a connection for them, and counts them
    against ``max_waiting``: after that many the pool would refuse everybody, without trying to connect ever again. It
    also loses a connection if the task that takes it or gives it back is cancelled at the wrong moment. Both are
    therefore done in tasks of the pool's own, which nobody cancels.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, connection_class=PooledConnection, **options)
        self.lent: set[PooledConnection] = set()
        self._running: set[Task[Any]] = set()

    async def getconn(self, timeout: float | None = None) -> PooledConnection:
        """Return a connection, like the base class. Raises PoolTimeout or TooManyRequests."""
        try:
            return await super().getconn(timeout)
        except psycopg.OperationalError:
            for waiter in [waiter for waiter in self._waiting if waiter.error]:
                self._waiting.remove(waiter)
            raise

    def run(self, work: Coroutine[Any, Any, Result]) -> Task[Result]:
        """Run the work to its end, even if its caller is cancelled. To wait for it, shield it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


def make_pool(settings: Settings, login: str, *, min_size: int, max_size: int, autocommit_writes: bool = False) -> Pool:
    """Return a pool, not yet opened, of ``min_size`` to ``max_size`` connections that read as this login.

    All statements of a transaction see one snapshot. An idle connection is checked before it is lent; if it is dead,
    all idle ones probably are (the server restarted), so all are replaced. With ``autocommit_writes``, statements in
    autocommit mode may write.
    """

    async def current_conninfo() -> str:
        return await asyncio.to_thread(login_conninfo, settings, login)

    async def check(connection: PooledConnection) -> None:
        if _is_trusted(connection):
            return
        try:
            await _check(connection)
        except psycopg.Error:
            await pool.drain()
            raise

    pool = Pool(
        current_conninfo,
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
    """Yield a pooled connection in a transaction.

    Raises DatabaseUnavailable if the database gives none in time, ConnectionsBusy if all are in use for too long.
    """
    with raising_unavailable():
        async with _lent(pool, checked=True) as connection, connection:
            yield connection


@asynccontextmanager
async def borrow_to_write(pool: Pool, *, actor: str | None) -> AsyncIterator[AsyncConnection]:
    """Yield a pooled connection in a writing transaction; ``actor`` is recorded in the history as the writer.

    The transaction is committed at the end, or rolled back on an error. Raises the same errors as `borrow`.
    """
    with raising_unavailable():
        async with _lent(pool, checked=True) as connection:
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
        async with _lent(pool) as connection:
            await connection.set_autocommit(True)
            yield connection


async def set_statement_timeout(connection: AsyncConnection, seconds: float) -> None:
    """Set the statement timeout for the rest of this transaction, in place of the pool's."""
    await connection.execute("select set_config('statement_timeout', %s, true)", [milliseconds(seconds)])
    if isinstance(connection, PooledConnection):
        connection.longest_wait_s = longest_wait(seconds)


@asynccontextmanager
async def _lent(pool: Pool, *, checked: bool = False) -> AsyncIterator[PooledConnection]:
    connection = await _take(pool, checked=checked)
    longest_wait_s = connection.longest_wait_s
    pool.lent.add(connection)
    try:
        yield connection
    finally:
        connection.longest_wait_s = longest_wait_s
        await asyncio.shield(pool.run(_give_back(pool, connection)))


async def _take(pool: Pool, *, checked: bool) -> PooledConnection:
    """Return a connection. Raises PoolTimeout and TooManyRequests, or ConnectionsBusy if all are lent."""
    taking = pool.run(_take_checked(pool) if checked else pool.getconn())
    is_ours = False
    try:
        # Not merely the pool's timeout: checking takes longer if the server hangs.
        await asyncio.wait({taking}, timeout=WAIT_FOR_HANGING_SERVER_S)
        if not taking.done():
            raise PoolTimeout("the database hangs")
        is_ours = True
        return taking.result()
    except (PoolTimeout, TooManyRequests) as error:
        if len(pool.lent) < pool.max_size:
            raise
        raise ConnectionsBusy("All connections to the database are in use.", "Try again in a moment.") from error
    finally:
        if not is_ours:
            pool.run(_give_back_when_taken(pool, taking))


async def _take_checked(pool: Pool) -> PooledConnection:
    """Return a connection that has just answered, however recently it was used."""
    connection = await pool.getconn()
    try:
        await _check(connection)
    except psycopg.OperationalError:
        # It was closed within the time for which it is trusted, and so probably were the others.
        await pool.putconn(connection)
        await pool.drain()
        return await pool.getconn()
    return connection


async def _give_back(pool: Pool, connection: PooledConnection) -> None:
    """Give a connection back as it was when it was taken, or closed if its state is unclear."""
    if connection.info.transaction_status == TransactionStatus.IDLE:
        await connection.set_autocommit(False)
        await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
    else:
        await connection.close()
    connection.used_at = time.monotonic()
    pool.lent.discard(connection)
    await pool.putconn(connection)


async def _give_back_when_taken(pool: Pool, taking: Task[PooledConnection]) -> None:
    """Give back the connection that was taken for a caller that has gone."""
    await asyncio.wait({taking})
    if not taking.cancelled() and taking.exception() is None:
        await pool.putconn(taking.result())


async def _check(connection: PooledConnection) -> None:
    """Raise OperationalError if the connection does not answer in time."""
    longest_wait_s, connection.longest_wait_s = connection.longest_wait_s, CHECK_S
    try:
        await AsyncConnectionPool.check_connection(connection)
    finally:
        connection.longest_wait_s = longest_wait_s


def _is_trusted(connection: PooledConnection) -> bool:
    """Return whether it was used a moment ago and nothing has arrived since (a server that closes it says so)."""
    if time.monotonic() - connection.used_at > TRUSTED_S:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


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
