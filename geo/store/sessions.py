"""How a session begins: with its settings, and with certainty that it is a session of its own.

A pooler between us and the server may keep the options of a connection to itself, and may give one session to several
clients, one transaction each. So each session is told its settings once more by a statement, which also tells whether
there is a pooler: a pooler makes up the process id that the client gets when it connects.
"""

from contextlib import ExitStack
from functools import cache
from typing import Any, LiteralString

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

from geo.errors import ConfigurationError
from geo.store.session_options import read_options, without_options
from geo.text import Text

ANSWER_S = 10
"""How long the server may take to begin a session."""

NEWER_SETTINGS = {"transaction_timeout": "0"}
"""Settings that not every supported version of PostgreSQL knows, so that they cannot be options."""

CLIENT_GONE = {
    "client_connection_check_interval": "2s",
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "6",
}
"""Unless the operator's options say otherwise: a statement ends, and frees its locks, soon after its client has died,
and within two minutes after the client's machine has. Only a server on Linux takes the first."""

BEGIN: LiteralString = """
    select pg_backend_pid(), count(set_config(s.name, s.value, false))
    from unnest(%s::text[], %s::text[]) as s (name, value)
    where current_setting(s.name, true) is not null
      and (s.name <> 'client_connection_check_interval' or version() like '%%linux%%')
"""
"""Variables such as PGDATESTYLE reach the server after the options, and prevail over them; this is later still."""

PROCESS: LiteralString = "select pg_backend_pid()"

ROUNDS = 5
"""How often two clients compare their server processes; other clients of the pooler may keep them apart once."""

REFUSED_BY_POOLER = "unsupported startup parameter"
"""How pgbouncer refuses options."""


class UnfitPooler(ConfigurationError):
    """A connection pooler gives a server session to several clients."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits for no answer longer than ``longest_wait_s`` seconds; None means without end."""

    longest_wait_s: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Run one step of the protocol. Raises OperationalError and ends the connection if no answer comes in time."""
        try:
            return super().wait(gen, interval, self.longest_wait_s if timeout is None else timeout)
        except psycopg.OperationalError as error:
            end_if_unanswered(self.pgconn, error)
            raise


def open_session(connection_string: str, *, answer_s: float = ANSWER_S) -> PatientConnection:
    """Return a connection whose session has the settings in the string's options, whatever is between.

    Raises OperationalError if the database does not answer within ``answer_s``, and UnfitPooler for a pooler that
    shares sessions.
    """
    try:
        connection = PatientConnection.connect(connection_string, autocommit=True)
    except psycopg.OperationalError as error:
        if not refuses_options(error):
            raise
        connection = PatientConnection.connect(without_options(connection_string), autocommit=True)
    try:
        connection.longest_wait_s = answer_s
        if is_pooled(connection, connection.execute(BEGIN, settings_of(connection_string), prepare=False).fetchone()):
            refuse_sharing(connection_string)
        connection.longest_wait_s = None
        connection.autocommit = False
    except BaseException:
        connection.close()
        raise
    return connection


def refuses_options(error: psycopg.Error) -> bool:
    """Return whether a pooler has refused the connection for its options."""
    return REFUSED_BY_POOLER in str(error)


def settings_of(connection_string: str) -> list[list[str]]:
    """Return names and values of the settings with which a session begins, as `BEGIN` takes them."""
    given = read_options(str(conninfo_to_dict(connection_string).get("options") or ""))
    settings = CLIENT_GONE | given | NEWER_SETTINGS
    return [[*settings], [*settings.values()]]


def is_pooled(connection: psycopg.BaseConnection[Any], begun: tuple[Any, ...] | None) -> bool:
    """Return whether the process that answered `BEGIN` is another than the one that the connection was told of."""
    return begun is not None and begun[0] != connection.info.backend_pid


@cache
def refuse_sharing(connection_string: str) -> None:
    """Raise UnfitPooler if the pooler gives one server session to several clients; what was found good is remembered.

    A client that asks twice, and then another one while the first is still connected, see the same process for two
    clients, or two processes for one, unless each has a session of its own.
    """
    direct = without_options(connection_string)
    with ExitStack() as closing:
        first, second = (closing.enter_context(PatientConnection.connect(direct, autocommit=True)) for _ in range(2))
        for client in (first, second):
            client.longest_wait_s = ANSWER_S
        seen = [
            [each.execute(PROCESS, prepare=False).fetchone() for each in (first, first, second)] for _ in range(ROUNDS)
        ]
    of_first = {process for *processes, _ in seen for process in processes}
    of_second = {process for *_, process in seen}
    if len(of_first) > 1 or of_first & of_second:
        raise UnfitPooler(
            Text(
                "Der Verbindungspool vor der Datenbank teilt eine Sitzung unter Klienten auf, je eine Transaktion.",
                "The connection pooler before the database shares a session among clients, one transaction each.",
            ),
            Text(
                "Flurwerk braucht eine je Verbindung: Setzen Sie pool_mode = session in pgbouncer, "
                "oder verbinden Sie sich mit dem Server.",
                "Flurwerk needs one for each connection: set pool_mode = session in pgbouncer, or connect to the "
                "server.",
            ),
        )


def end_if_unanswered(connection: PGconn, error: psycopg.Error) -> None:
    """End the connection if the error is not the server's answer and it still owes one: no further use is possible."""
    if error.sqlstate is None and connection.transaction_status == TransactionStatus.ACTIVE:
        connection.finish()
