"""Connections to the database: which one, as whom, and as of when."""

import asyncio
import hmac
import select
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from geo import cluster
from geo.errors import DatabaseUnavailable
from geo.settings import Settings

SRID = 25832
"""The CRS of every stored geometry: ETRS89 / UTM zone 32N."""

NOW = "flurwerk"
AS_RECORDED = "as_of"
"""The schemas that hold the records as they are now and as recorded at the setting ``flurwerk.as_of``."""


class Query(NamedTuple):
    """A statement, or a part of one, and the values bound to it."""

    statement: sql.SQL | sql.Composed
    parameters: dict[str, Any]


Connection = psycopg.Connection[Any]
AsyncConnection = psycopg.AsyncConnection[Any]
Pool = AsyncConnectionPool[AsyncConnection]

# A web request without a database is to be answered within two seconds.
CONNECT_TIMEOUT_S = 2
WAIT_FOR_CONNECTION_S = 1.2
WAIT_FOR_HANGING_SERVER_S = 1.4
MAX_IDLE_S = 120
TRUSTED_S = 1.0
"""How long after its last use a connection of which the server has not taken leave is not tried before the next."""
SET_STATEMENT_TIMEOUT = "select set_config('statement_timeout', %s, false)"


def database_url(settings: Settings) -> str:
    """The configured database, else the private server's (started on demand).

    Raises ClusterError where the private server cannot be started.
    """
    return settings.database_url or cluster.ensure_running(settings.home)


def conninfo(url: str) -> str:
    """The connection string with the options that every Flurwerk session has."""
    return make_conninfo(
        url,
        application_name="flurwerk",
        connect_timeout=5,
        client_encoding="UTF8",
        options=f"-c search_path={NOW},public -c TimeZone=Europe/Berlin -c client_min_messages=warning",
    )


def login_password(settings: Settings, login: str) -> str | None:
    """The password of one of the service's logins, as migrate sets it; None where it needs none (peer, trust)."""
    key = settings.secret or conninfo_to_dict(settings.database_url or "").get("password")
    return hmac.new(str(key).encode(), login.encode(), "sha256").hexdigest() if key else None


def login_conninfo(settings: Settings, login: str) -> str:
    """The connection string of one of the service's logins. Raises DatabaseUnavailable like `running_url`."""
    password = login_password(settings, login)
    return conninfo(make_conninfo(running_url(settings), user=login, password=password))


@contextmanager
def connect(settings: Settings, *, actor: str | None = None) -> Iterator[Connection]:
    """A connection whose work is committed at the end, or rolled back on an error.

    ``actor`` is who the history names as the writer. Raises DatabaseUnavailable where nobody answers.
    """
    try:
        connection = psycopg.connect(conninfo(database_url(settings)))
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"The database does not answer ({first_line(error)}).",
            "Check FLURWERK_DATABASE_URL, or unset it to use the private server.",
        ) from error
    with connection:
        if actor:
            connection.execute("select set_config('flurwerk.actor', %s, false)", [actor])
        connection.commit()
        yield connection


@contextmanager
def as_recorded(connection: Connection, instant: datetime | None) -> Iterator[None]:
    """Within it, tables named without a schema show the records as recorded at that instant; None means now."""
    if instant is None:
        yield
        return
    with connection.transaction():
        connection.execute("select set_config('flurwerk.as_of', %s, true)", [instant.isoformat()])
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(AS_RECORDED)))
        yield
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(NOW)))
        connection.execute("select set_config('flurwerk.as_of', '', true)")


async def show_past(connection: AsyncConnection, instant: datetime) -> None:
    """Until its transaction ends, the schema as_of and the audiences' past views show the records of that instant."""
    await connection.execute("select set_config('flurwerk.as_of', %s, true)", [instant.isoformat()])


@contextmanager
def connect_to_read(settings: Settings, login: str) -> Iterator[Connection]:
    """A connection as this login for one web request that reads in a thread: it starts no server, and writes nothing.

    Raises DatabaseUnavailable where nobody answers.
    """
    with told_when_gone():
        connection = psycopg.connect(login_conninfo(settings, login), connect_timeout=CONNECT_TIMEOUT_S)
        with connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute(SET_STATEMENT_TIMEOUT, [milliseconds(settings.statement_timeout_s)])
            connection.commit()
            yield connection


def running_url(settings: Settings) -> str:
    """The configured database, else the private server's. Raises DatabaseUnavailable where that is stopped.

    Unlike database_url it does not start it: who stops the server under a running web service means it.
    """
    url = settings.database_url or cluster.status(settings.home).url
    if url is None:
        raise DatabaseUnavailable("The private database is stopped.", "Start it: flurwerk db start")
    return url


class PooledConnection(psycopg.AsyncConnection[Any]):
    """A connection that knows when it was last used."""

    used_at = 0.0


def make_pool(settings: Settings, login: str, *, kept: int, most: int, singles_write: bool = False) -> Pool:
    """A closed pool of connections that read as this login, for the web service; so many are kept, so many at most.

    One transaction sees one state of the records, however many statements it takes. A connection that was idle is
    tried before it is handed out; when it turns out dead, so are probably all idle ones (a server restarted), and all
    are replaced.
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
        min_size=kept,
        max_size=most,
        # Others may need the server's connections more.
        max_idle=MAX_IDLE_S,
        name=login,
        timeout=WAIT_FOR_CONNECTION_S,
        max_waiting=100,
        # Give up at once: the next request tries anew, and so finds the database as soon as it is back.
        reconnect_timeout=0,
        check=check,
        configure=_configure(settings.statement_timeout_s, singles_write),
        open=False,
    )
    return pool


@asynccontextmanager
async def borrow(pool: Pool) -> AsyncIterator[AsyncConnection]:
    """A pooled connection in a transaction. Raises DatabaseUnavailable where none is to be had in time."""
    with told_when_gone():
        connection = await _take(pool, certain=True)
        try:
            async with connection:
                yield connection
        finally:
            await _give_back(pool, connection)


@asynccontextmanager
async def borrow_to_write(pool: Pool, *, actor: str | None) -> AsyncIterator[AsyncConnection]:
    """A pooled connection in a transaction that writes; ``actor`` is whom the history names as the writer.

    It is committed at the end, or rolled back on an error. Raises DatabaseUnavailable like `borrow`.
    """
    with told_when_gone():
        connection = await _take(pool, certain=True)
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
async def borrow_for_one(pool: Pool) -> AsyncIterator[AsyncConnection]:
    """A pooled connection on which every statement is a transaction of its own, which saves two round trips.

    It reads only, unless the pool lets single statements write.
    """
    with told_when_gone():
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


async def allow_time(connection: AsyncConnection, seconds: float) -> None:
    """Let the statements of this transaction take as long, whatever those of other requests may."""
    await connection.execute("select set_config('statement_timeout', %s, true)", [milliseconds(seconds)])


async def _take(pool: Pool, *, certain: bool = False) -> AsyncConnection:
    # Not merely a timeout: where a server hangs, psycopg waits ten seconds for it to confirm the cancelling.
    taking = asyncio.ensure_future(_answering(pool) if certain else pool.getconn())
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


async def _answering(pool: Pool) -> AsyncConnection:
    """A connection that has answered just now, however short ago it was used."""
    connection = await pool.getconn()
    try:
        await AsyncConnectionPool.check_connection(connection)
    except BaseException:
        await pool.putconn(connection)
        raise
    return connection


async def _give_back(pool: Pool, connection: AsyncConnection) -> None:
    if isinstance(connection, PooledConnection):
        connection.used_at = time.monotonic()
    await pool.putconn(connection)


def _is_trusted(connection: AsyncConnection) -> bool:
    """Whether it was used a moment ago, and the server has said nothing since: its last word would be there to read."""
    if not isinstance(connection, PooledConnection) or time.monotonic() - connection.used_at > TRUSTED_S:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


@contextmanager
def told_when_gone() -> Iterator[None]:
    """Within it, a database that does not answer is a DatabaseUnavailable."""
    try:
        yield
    except psycopg.errors.QueryCanceled:
        raise
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable("The database does not answer.", "Try again in a moment.") from error


def first_line(error: Exception) -> str:
    """What the server said, without the lines of context behind it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _configure(statement_timeout_s: float, singles_write: bool) -> Callable[[AsyncConnection], Awaitable[None]]:
    async def configure(connection: AsyncConnection) -> None:
        await connection.set_read_only(True)
        await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
        await connection.execute(SET_STATEMENT_TIMEOUT, [milliseconds(statement_timeout_s)])
        if not singles_write:
            await connection.execute("set default_transaction_read_only = on")
        await connection.commit()

    return configure


def milliseconds(seconds: float) -> str:
    """A time as PostgreSQL's settings want it."""
    # Zero would mean no limit at all.
    return f"{max(1, round(seconds * 1000))}ms"
