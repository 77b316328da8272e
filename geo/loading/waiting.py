"""Loads of the same layer and source take turns; who has to wait is told for whom."""

from collections.abc import Callable
from typing import LiteralString

import psycopg

from geo.loading.reasons import of_loads
from geo.loading.report import LoadRefused
from geo.store.database import Connection, milliseconds
from geo.text import Text

LONGEST_WAIT_S = 600
"""How long a load waits for another one of the same layer and source before it gives up."""

HOLDER: LiteralString = """
    with wanted as (
        select hashtextextended(%s, 0) as key
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
    name = f"flurwerk load {layer} {source}"
    row = connection.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name]).fetchone()
    if row and row[0]:
        return
    if waiting and (holder := _holder(connection, name)):
        waiting(of_loads.waits_for(layer, source, *holder))
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", [milliseconds(longest_wait_s)])
            connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            connection.execute("select set_config('lock_timeout', '0', true)")
    except psycopg.errors.LockNotAvailable:
        holder = _holder(connection, name)
        raise LoadRefused(of_loads.still_running(layer, source, holder), of_loads.TRY_LATER) from None


def _holder(connection: Connection, name: str) -> tuple[int, str, str, str] | None:
    """Return process, program, user and begin of the session that holds the lock; None if it has just ended."""
    return connection.execute(HOLDER, [name]).fetchone()
