"""Loads of the same layer and source take turns, and districts change while nobody else writes.

Who has to wait is told for whom.
"""

import time
from collections.abc import Callable, Sequence
from typing import LiteralString

import psycopg

from geo.loading.reasons import of_loads
from geo.loading.report import LoadRefused
from geo.store.database import Connection, milliseconds
from geo.text import Text

LONGEST_WAIT_S = 600
"""How long a load waits for another one of the same layer and source before it gives up."""
PAUSE_S = 0.2

DISTRICTS = "districts"
"""The layer that decides where the records of the others lie."""

HOLDER: LiteralString = """
    with wanted as (
        select %s::bigint as key
    )
    select
        l.pid,
        coalesce(nullif(a.application_name, ''), '?'),
        coalesce(a.usename, '?') || coalesce('@' || host(a.client_addr), ''),
        to_char(a.xact_start, 'HH24:MI:SS')
    from wanted as w
    join pg_locks as l
        on l.locktype = 'advisory'
        and l.objsubid = 1
        and l.classid::bigint = (w.key >> 32) & 4294967295
        and l.objid::bigint = w.key & 4294967295
    left join pg_stat_activity as a on a.pid = l.pid
    where l.granted
      and l.pid <> pg_backend_pid()
      and l.database = (select oid from pg_database where datname = current_database())
"""


def take_turn(
    connection: Connection,
    layer: str,
    source: str,
    *,
    waiting: Callable[[Text], None] | None,
    longest_wait_s: float = LONGEST_WAIT_S,
) -> None:
    """Keep other loads of the layer and source waiting until the transaction ends; wait for the one before.

    ``waiting`` is called with a sentence about the holder. Raises LoadRefused if it has not ended in time.
    """
    key = _number(connection, "select hashtextextended(%s, 0)", [f"flurwerk load {layer} {source}"])
    if _try_lock(connection, key):
        return
    if waiting and (holder := _holder(connection, key)):
        waiting(of_loads.waits_for(layer, source, *holder))
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", [milliseconds(longest_wait_s)])
            connection.execute("select pg_advisory_xact_lock(%s)", [key])
            connection.execute("select set_config('lock_timeout', '0', true)")
    except psycopg.errors.LockNotAvailable:
        holder = _holder(connection, key)
        raise LoadRefused(of_loads.still_running(layer, source, holder), of_loads.TRY_LATER) from None


def wait_for_writers(
    connection: Connection, *, waiting: Callable[[Text], None] | None = None, longest_wait_s: float = LONGEST_WAIT_S
) -> None:
    """Wait until nobody else writes, and keep others from beginning to write until the transaction ends.

    Districts decide where every record lies. A record that somebody writes meanwhile would be placed by the earlier
    ones, and nobody would find it. Waits with pauses, so that other writers are not held up. ``waiting`` is called with
    a sentence about a writer. Raises LoadRefused if one has not ended in time.
    """
    key = _number(connection, "select flurwerk.recording_lock()")
    end = time.monotonic() + longest_wait_s
    has_told = waiting is None
    while not _try_lock(connection, key):
        holder = _holder(connection, key)
        if time.monotonic() > end:
            raise LoadRefused(of_loads.still_writing(holder), of_loads.WHEN_SAVED)
        if holder and waiting and not has_told:
            waiting(of_loads.waits_for_writer(*holder))
            has_told = True
        time.sleep(PAUSE_S)


def _try_lock(connection: Connection, key: int) -> bool:
    row = connection.execute("select pg_try_advisory_xact_lock(%s)", [key]).fetchone()
    return row == (True,)


def _number(connection: Connection, statement: LiteralString, values: Sequence[str] = ()) -> int:
    row = connection.execute(statement, values).fetchone()
    assert row
    return row[0]


def _holder(connection: Connection, key: int) -> tuple[int, str, str, str] | None:
    """Return process, program, user and begin of the session that holds the lock; None if it has just ended."""
    return connection.execute(HOLDER, [key]).fetchone()
