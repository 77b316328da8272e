"""A connection pool whose callers wait in a queue with a deadline, and which loses no connection when they leave."""

import asyncio
import select
import time
from asyncio import Task
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from geo.errors import ConnectionsBusy
from geo.store.database import WAIT_FOR_CONNECTION_S
from geo.store.session_options import without_options
from geo.store.sessions import BEGIN, end_if_unanswered, is_pooled, refuse_sharing, refuses_options, settings_of

CONFIGURE_S = 5
CHECK_S = 2
"""How long a connection may take for a statement that configures or checks it."""

TRUSTED_S = 1.0
"""How long after its last use a connection is lent without a check, unless the server has closed it."""

WAIT_WHILE_BUSY_S = 10
"""How long a caller waits for its turn while all connections are lent. If the database gives none, it waits less."""

MOST_QUEUED = 100
"""How many callers may wait for their turn at once."""

REQUEST_S = 86_400
"""How long a request to psycopg's pool may stay unanswered. Callers have their own, short deadline."""

Result = TypeVar("Result")


class PooledConnection(psycopg.AsyncConnection[Any]):
    """A connection that knows when it was last used, and waits for no answer longer than ``longest_wait_s``.

    The server's own timeout ends a slow statement, but only as long as the server runs.
    """

    used_at = 0.0
    longest_wait_s: float = CONFIGURE_S

    @classmethod
    async def connect(cls, conninfo: str = "", **parameters: Any) -> Self:
        """Return a connection whose session has the settings in the string's options, like `open_session`."""
        try:
            connection = await super().connect(conninfo, **parameters)
        except psycopg.OperationalError as error:
            if not refuses_options(error):
                raise
            connection = await super().connect(without_options(conninfo), **parameters)
        try:
            await connection.set_autocommit(True)
            begun = await connection.execute(BEGIN, settings_of(conninfo), prepare=False)
            if is_pooled(connection, await begun.fetchone()):
                await asyncio.to_thread(refuse_sharing, conninfo)
            await connection.set_autocommit(False)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Run one step of the protocol. Raises OperationalError and ends the connection if no answer comes in time."""
        try:
            return await super().wait(gen, interval, self.longest_wait_s if timeout is None else timeout)
        except psycopg.OperationalError as error:
            end_if_unanswered(self.pgconn, error)
            raise


class Pool(AsyncConnectionPool[PooledConnection]):
    """A pool with a queue in front, which callers leave when they give up.

    psycopg_pool 3.3 keeps callers that have given up in its own queue until it has a connection for them. Here a caller
    first waits for one of ``max_size`` turns, so that few ask the pool at once; a request that the pool has not
    answered in time stays open for the next caller, instead of a new one being added to the pool's queue.

    psycopg_pool also loses a connection if the task that takes it or gives it back is cancelled at the wrong moment.
    Both are therefore done in tasks of the pool's own, which nobody cancels.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, connection_class=PooledConnection, **options)
        self.lent: set[PooledConnection] = set()
        self.queued = 0
        self._turns = asyncio.Semaphore(self.max_size)
        self._unanswered: list[Task[PooledConnection]] = []
        self._running: set[Task[Any]] = set()

    @asynccontextmanager
    async def lend(self, *, checked: bool = False) -> AsyncIterator[PooledConnection]:
        """Yield a connection; with ``checked`` one that has just answered, however recently it was used.

        Raises PoolTimeout if the database gives none in time, ConnectionsBusy if all are lent for too long.
        """
        async with self._turn() as deadline:
            connection = await self._taken(deadline, checked)
            longest_wait_s = connection.longest_wait_s
            self.lent.add(connection)
            try:
                yield connection
            finally:
                connection.longest_wait_s = longest_wait_s
                await asyncio.shield(self._run(self._give_back(connection)))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[float]:
        """Wait until fewer than ``max_size`` callers have a turn; yield the deadline for getting a connection."""
        if self.queued >= MOST_QUEUED:
            raise self._none_in_time()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + WAIT_FOR_CONNECTION_S
        self.queued += 1
        try:
            async with asyncio.timeout(WAIT_WHILE_BUSY_S) as limit:
                check = loop.call_at(deadline, self._give_up_unless_busy, limit)
                try:
                    await self._turns.acquire()
                finally:
                    check.cancel()
        except TimeoutError:
            raise self._none_in_time() from None
        finally:
            self.queued -= 1
        try:
            yield max(deadline, loop.time() + WAIT_FOR_CONNECTION_S / 2)
        finally:
            self._turns.release()

    def _give_up_unless_busy(self, limit: asyncio.Timeout) -> None:
        """End the waiting if the others do not use their connections, but wait for the database themselves."""
        if len(self.lent) < self.max_size:
            limit.reschedule(asyncio.get_running_loop().time())

    async def _taken(self, deadline: float, checked: bool) -> PooledConnection:
        taking = self._run(self._take(deadline, checked))
        is_ours = False
        try:
            # Checking a connection of a server that hangs takes longer.
            await _until(deadline, taking)
            if not taking.done():
                raise self._none_in_time()
            is_ours = True
            return taking.result()
        finally:
            if not is_ours:
                self._run(self._give_back_when_taken(taking))

    async def _take(self, deadline: float, checked: bool) -> PooledConnection:
        connection = await self._answer(deadline)
        if not checked and _is_trusted(connection):
            return connection
        try:
            await _check(connection)
        except psycopg.Error:
            # The server has probably restarted, and so the others are dead, too.
            await self.putconn(connection)
            await self.drain()
            return await self._answer(deadline)
        return connection

    async def _answer(self, deadline: float) -> PooledConnection:
        """Return psycopg's answer to an open request, else to a new one. Raises PoolTimeout at the deadline."""
        if self._unanswered:
            request = self._unanswered.pop(0)
            # Only a new request or this makes psycopg's pool try to connect again.
            self._run(self.check())
        else:
            request = self._run(self.getconn(REQUEST_S))
            request.add_done_callback(self._answered_late)
        await _until(deadline, request)
        if not request.done():
            self._unanswered.append(request)
            raise PoolTimeout("the database gives no connection")
        return request.result()

    def _answered_late(self, request: Task[PooledConnection]) -> None:
        """Give back the connection that has come after its caller's deadline, if nobody else waits for it."""
        if request in self._unanswered:
            self._unanswered.remove(request)
            self._run(self._give_back_when_taken(request))

    async def _give_back(self, connection: PooledConnection) -> None:
        """Give a connection back as it was when it was taken, or closed if its state is unclear."""
        if connection.info.transaction_status == TransactionStatus.IDLE:
            await connection.set_autocommit(False)
            await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await connection.set_read_only(True)
        else:
            await connection.close()
        connection.used_at = time.monotonic()
        self.lent.discard(connection)
        await self.putconn(connection)

    async def _give_back_when_taken(self, taking: Task[PooledConnection]) -> None:
        """Give back the connection that was taken for a caller that has gone."""
        await asyncio.wait({taking})
        if not taking.cancelled() and taking.exception() is None:
            await self.putconn(taking.result())

    def _none_in_time(self) -> ConnectionsBusy | PoolTimeout:
        if len(self.lent) < self.max_size:
            return PoolTimeout("the database gives no connection, or hangs")
        return ConnectionsBusy("All connections to the database are in use.", "Try again in a moment.")

    def _run(self, work: Coroutine[Any, Any, Result]) -> Task[Result]:
        """Run the work to its end, even if its caller is cancelled. To wait for it, shield it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


async def _until(deadline: float, task: Task[Any]) -> None:
    """Wait for the task, no longer than until the deadline, and do not cancel it."""
    await asyncio.wait({task}, timeout=max(0, deadline - asyncio.get_running_loop().time()))


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
