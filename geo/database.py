"""Connections to the database: which one, as whom, and as of when."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from geo import cluster
from geo.errors import DatabaseUnavailable
from geo.settings import Settings

SRID = 25832
"""The CRS of every stored geometry: ETRS89 / UTM zone 32N."""

NOW = "flurwerk"
AS_RECORDED = "as_of"
"""The schemas that hold the records as they are now and as recorded at the setting ``flurwerk.as_of``."""

Connection = psycopg.Connection[Any]

WAIT_FOR_CONNECTION_S = 1.5


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


def make_pool(url: str, settings: Settings) -> AsyncConnectionPool[psycopg.AsyncConnection[Any]]:
    """A closed pool for the web service; every connection is tried before it is handed out."""
    return AsyncConnectionPool(
        conninfo(url),
        min_size=1,
        max_size=settings.pool_size,
        timeout=WAIT_FOR_CONNECTION_S,
        max_waiting=100,
        reconnect_timeout=5,
        check=AsyncConnectionPool.check_connection,
        configure=_configure(settings.statement_timeout_s),
        open=False,
    )


@asynccontextmanager
async def borrow(
    pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]],
) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A pooled connection in a transaction. Raises DatabaseUnavailable where none is to be had in time."""
    try:
        async with pool.connection() as connection:
            yield connection
    except (PoolTimeout, psycopg.OperationalError) as error:
        if isinstance(error, psycopg.errors.QueryCanceled):
            raise
        raise DatabaseUnavailable("The database does not answer.", "Try again in a moment.") from error


def first_line(error: Exception) -> str:
    """What the server said, without the lines of context behind it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _configure(statement_timeout_s: float) -> Any:
    async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(
            "select set_config('statement_timeout', %s, false)", [f"{round(statement_timeout_s * 1000)}ms"]
        )
        await connection.commit()

    return configure
