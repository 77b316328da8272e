"""Connections to the database: its URL, logins, and reading the records as of an instant."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from geo.errors import ConfigurationError, DatabaseUnavailable, DiskFull
from geo.profile import profile
from geo.settings import Settings
from geo.store import cluster
from geo.store.session_options import with_options
from geo.store.sessions import open_session
from geo.text import Text

SRID = profile().place.srid
"""The CRS of every stored geometry, `place.crs` of the profile. `refuse_other_schema` compares the database's."""

LARGEST_ID = 2**63 - 1
"""The largest id that a record can have (bigint)."""

NOW = "flurwerk"
AS_RECORDED = "flurwerk_as_of"
"""The schemas that show the records as they are now, and as recorded at the instant ``flurwerk.as_of`` (a setting)."""

HISTORY = "flurwerk_history"
"""The schema of the records' earlier versions."""


class Query(NamedTuple):
    """A statement or part of one, and the values bound to it."""

    statement: sql.SQL | sql.Composed
    parameters: dict[str, Any]


Connection = psycopg.Connection[Any]
AsyncConnection = psycopg.AsyncConnection[Any]

SESSION_SETTINGS = {
    "search_path": f"{NOW},public",
    "TimeZone": "Europe/Berlin",
    "client_min_messages": "warning",
    "row_security": "on",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "exit_on_error": "off",
    "standard_conforming_strings": "on",
    "backslash_quote": "safe_encoding",
    "quote_all_identifiers": "off",
    "transform_null_equals": "off",
    "array_nulls": "on",
    "gin_fuzzy_search_limit": "0",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""What every session relies on, the commands' and the service's: what could change a result or end a command."""

SERVICE_SETTINGS = {"role": "none", "idle_in_transaction_session_timeout": "3min"}
"""What the service's sessions have besides or instead. The owner may work as another role, and takes its time."""

# If the database is down, a web request must still be answered within two seconds.
CONNECT_TIMEOUT_S = 2
WAIT_FOR_CONNECTION_S = 1.2
MAX_IDLE_S = 120
ANSWER_LATE_S = 2
"""How many seconds longer than its statement timeout an answer is waited for, before the server counts as hanging."""
SET_STATEMENT_TIMEOUT = "select set_config('statement_timeout', %s, false)"

PROGRAM = "flurwerk"
"""The name of our sessions in pg_stat_activity, unless the operator has given one."""

KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""A server that is gone without a word is noticed within a minute, by whoever waits for its answer."""

NO_PASSWORD = "none"
"""Sent in the place of a login's password if there is none: libpq would take the owner's from PGPASSWORD or a file."""


def database_url(settings: Settings) -> str:
    """Return the URL of the configured database, else of the private server, which is started on demand.

    Raises ClusterError if the private server cannot be started, and ConfigurationError if there is none and nobody has
    asked for one.
    """
    if settings.database_url:
        return settings.database_url
    if not settings.may_make_private_server and not cluster.exists(settings.home):
        raise ConfigurationError(
            Text("FLURWERK_DATABASE_URL fehlt.", "FLURWERK_DATABASE_URL is missing."),
            Text(
                "Setzen Sie es auf die Datenbank, als postgresql://benutzer@host/name. Für einen "
                "privaten Server zum Ausprobieren: flurwerk demo, flurwerk db start, oder "
                "FLURWERK_HOME für seinen Ordner.",
                "Set it to the database, as postgresql://user@host/name. For a private server to try it out: flurwerk "
                "demo, flurwerk db start, or FLURWERK_HOME for its folder.",
            ),
        )
    return cluster.ensure_running(settings.home)


def conninfo(url: str, settings: Mapping[str, str] | None = None) -> str:
    """Return the connection string with the options of every Flurwerk session, and further settings of this one.

    Raises ConfigurationError if the operator's own options contradict them.
    """
    return with_options(
        url, SESSION_SETTINGS | dict(settings or {}), application_name=PROGRAM, connect_timeout=5, **KEEPALIVES
    )


def login_password(settings: Settings, login: str) -> str | None:
    """Return the password of one of the service's logins, as set by `migrate`; None if it needs none (peer, trust)."""
    key = settings.secret or conninfo_to_dict(settings.database_url or "").get("password")
    return hmac.new(str(key).encode(), login.encode(), "sha256").hexdigest() if key else None


def login_conninfo(settings: Settings, login: str) -> str:
    """Return the connection string of one of the service's logins. Raises DatabaseUnavailable like `running_url`."""
    password = login_password(settings, login) or NO_PASSWORD
    of_login = {"user": login, "password": password, "connect_timeout": CONNECT_TIMEOUT_S}
    return conninfo(make_conninfo(running_url(settings), **of_login), SERVICE_SETTINGS)


@contextmanager
def connect(settings: Settings, *, actor: str | None = None) -> Iterator[Connection]:
    """Yield a connection whose transaction is committed at the end, or rolled back on an error.

    ``actor`` is recorded in the history as the writer. Raises DatabaseUnavailable if the database does not answer.
    """
    try:
        connection = open_session(conninfo(database_url(settings)))
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            Text(
                f"Die Datenbank antwortet nicht (Meldung: {first_line(error)}).",
                f"The database does not answer ({first_line(error)}).",
            ),
            Text("Prüfen Sie FLURWERK_DATABASE_URL.", "Check FLURWERK_DATABASE_URL."),
        ) from error
    with connection:
        if actor:
            connection.execute("select set_config('flurwerk.actor', %s, false)", [actor])
        connection.commit()
        yield connection


def make_read_only(connection: Connection) -> None:
    """Make the connection's transactions read-only, each on one snapshot. It must not be in a transaction."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True


@contextmanager
def as_recorded(connection: Connection, instant: datetime | None) -> Iterator[None]:
    """Within the context, unqualified table names show the records as recorded at that instant; None means now."""
    if instant is None:
        yield
        return
    with connection.transaction():
        connection.execute("select set_config('flurwerk.as_of', %s, true)", [instant.isoformat()])
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(AS_RECORDED)))
        yield
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(NOW)))
        connection.execute("select set_config('flurwerk.as_of', '', true)")


async def set_as_of(connection: AsyncConnection, instant: datetime) -> None:
    """Let unqualified table names and the audiences' past views show that instant until the transaction ends."""
    await connection.execute(
        "select set_config('flurwerk.as_of', %s, true), set_config('search_path', %s, true)",
        [instant.isoformat(), f"{AS_RECORDED}, public"],
    )


@contextmanager
def connect_to_read(settings: Settings, login: str) -> Iterator[Connection]:
    """Yield a read-only connection as this login, for a web request that reads in a thread. Starts no server.

    Raises DatabaseUnavailable if the database does not answer.
    """
    with raising_unavailable():
        connection = open_session(login_conninfo(settings, login), answer_s=CONNECT_TIMEOUT_S)
        with connection:
            connection.longest_wait_s = longest_wait(settings.statement_timeout_s)
            make_read_only(connection)
            connection.execute(SET_STATEMENT_TIMEOUT, [milliseconds(settings.statement_timeout_s)])
            connection.commit()
            yield connection


def running_url(settings: Settings) -> str:
    """Return the URL of the configured database, else of the private server.

    Raises DatabaseUnavailable if the private server is stopped. Unlike `database_url`, this does not start it: whoever
    stops it under a running web service does so on purpose.
    """
    url = settings.database_url or cluster.started_url(settings.home)
    if url is None:
        raise DatabaseUnavailable(
            Text("Die eigene Datenbank ist angehalten.", "The private database is stopped."),
            Text("Starten Sie sie: flurwerk db start", "Start it: flurwerk db start"),
        )
    return url


@contextmanager
def raising_unavailable() -> Iterator[None]:
    """Convert psycopg's OperationalError, except for cancelled queries, into DatabaseUnavailable or DiskFull."""
    try:
        yield
    except psycopg.errors.QueryCanceled:
        raise
    except psycopg.errors.DiskFull as error:
        raise DiskFull(
            Text("Die Festplatte der Datenbank ist voll.", "The database's disk is full."),
            Text("Wer sie betreibt, muss Platz schaffen.", "Its operator has to free space."),
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            Text("Die Datenbank antwortet nicht.", "The database does not answer."),
            Text("Versuchen Sie es gleich noch einmal.", "Try again in a moment."),
        ) from error


def longest_wait(statement_timeout_s: float) -> float:
    """Return how many seconds to wait for the answer to a statement that the server should have ended by itself."""
    return statement_timeout_s + ANSWER_LATE_S


def first_line(error: Exception) -> str:
    """Return the first line of the server's message, without the lines of context."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def milliseconds(seconds: float) -> str:
    """Return the time in the syntax of PostgreSQL's settings; at least 1 ms."""
    # Zero would mean no limit at all.
    return f"{max(1, round(seconds * 1000))}ms"
