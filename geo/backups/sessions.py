"""The sessions that keep a database from being renamed, and how they are ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import LiteralString, NamedTuple

import psycopg
from psycopg.rows import class_row

from geo.store.database import Connection

POLL_S = 0.1
FINISH_S = 3.0
"""How long statements may go on while the databases are exchanged, before their sessions are ended.

The server waits five seconds for all sessions to end, while new ones wait for it.
"""

SESSIONS: LiteralString = """
    select
        s.pid,
        s.usename::text,
        coalesce(s.state = 'idle', false) as is_idle,
        (select rolsuper from pg_roles where rolname = current_user)
        or not r.rolsuper and (pg_has_role(s.usesysid, 'usage') or pg_has_role('pg_signal_backend', 'usage'))
            as can_be_ended
    from pg_stat_activity as s
    join pg_roles as r on r.oid = s.usesysid
    where s.datid = %(oid)s
      -- Of other roles' sessions, an ordinary one sees only who they are.
      and coalesce(s.backend_type, 'client backend') = 'client backend'
"""

END: LiteralString = "select pg_terminate_backend(%(pid)s)"


class Session(NamedTuple):
    """A session of a database; another role's is never seen to be idle, unless ours may read all statistics."""

    pid: int
    usename: str
    is_idle: bool
    can_be_ended: bool


def of(connection: Connection, oid: int) -> list[Session]:
    """Return the sessions of the database with this oid, and which of them the connection's role may end."""
    with connection.cursor(row_factory=class_row(Session)) as cursor:
        return cursor.execute(SESSIONS, {"oid": oid}).fetchall()


@contextmanager
def ending(manager: str, oid: int) -> Iterator[set[int]]:
    """End the sessions of the database, idle ones first, from a connection of its own, until the context is left.

    ``manager`` is the connection string of another database. Yields the set of the ended ones, which grows meanwhile.
    """
    ended: set[int] = set()
    done = Event()

    def end() -> None:
        started = time.monotonic()
        # What cannot be ended is named by the server, which then refuses to rename the database.
        with suppress(psycopg.Error), psycopg.connect(manager, autocommit=True) as connection:
            while not done.wait(POLL_S):
                busy_too = time.monotonic() - started > FINISH_S
                for session in of(connection, oid):
                    if session.can_be_ended and (session.is_idle or busy_too):
                        connection.execute(END, {"pid": session.pid})
                        ended.add(session.pid)

    thread = Thread(target=end)
    thread.start()
    try:
        yield ended
    finally:
        done.set()
        thread.join()
