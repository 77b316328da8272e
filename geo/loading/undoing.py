"""Undoing of a whole load: its new records are deleted, changed ones get their earlier values, removed ones return.

All in one transaction, or nothing: not if one of its records has been changed since.
"""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from geo.errors import BilingualError
from geo.loading.in_force import FORMER, refuse_in_force_twice
from geo.loading.log import LOADS, Load
from geo.loading.reasons import of_undoing
from geo.loading.report import LoadRefused
from geo.loading.waiting import DISTRICTS, wait_for_writers
from geo.records.layers import LAYERS
from geo.records.layers.kept import switched_off
from geo.records.messages import explain
from geo.store.catalogue import Table, describe
from geo.store.database import HISTORY, NOW, Connection, first_line
from geo.text import Text

SHOWN = 3
LONGEST_WAIT_S = 20
"""How long the undoing of districts waits for those who are writing other records."""

ALSO_WRITTEN = {DISTRICTS: (FORMER,)}
"""The other layers to which a load of a layer writes: a reform keeps the districts that were before."""

VERSIONS = """
    select {columns}
    from {versions}
    where {xid} = %(xid)s::xid8
      and {at} >= %(at)s
      and {at} < %(at)s + interval '1 second'
"""
CHANGED_SINCE = """
    with written as (
        {written}
    ),
    ended as (
        {ended}
    ),
    changed as (
        select w.id, w.source_id
        from written as w
        left join {table} as t on t.id = w.id
        where ({current}) is distinct from ({left})
        union all
        -- What the load had removed has been brought back.
        select e.id, e.source_id
        from ended as e
        join {table} as t on t.id = e.id
        where e.id not in (select id from written)
    )
    select
        c.source_id,
        coalesce(t.recorded_by, h.ended_by),
        coalesce(t.recorded_from, h.recorded_until),
        count(*) over ()
    from changed as c
    left join {table} as t on t.id = c.id
    left join lateral (
        select ended_by, recorded_until
        from {history}
        where id = c.id
        order by recorded_until desc
        limit 1
    ) as h on true
    order by c.source_id
    limit {limit}
"""


class NotUndone(BilingualError):
    """The load cannot be undone."""


def undo_load(connection: Connection, number: int, check: Callable[[Load], object] | None = None) -> Load:
    """Undo a load, and return it as it is in the log then. ``check`` may raise what forbids it.

    Raises NotUndone if there is no such load, if it has been undone already, if its layer keeps no history and it did
    more than add records, or if a record is no longer as the load left it.
    """
    with connection.transaction():
        load = _lock(connection, number)
        if check:
            check(load)
        if load.layer == DISTRICTS:
            _wait_for_writers(connection)
        written = _written(connection, number)
        tables = [describe(connection, name) for name in (load.layer, *ALSO_WRITTEN.get(load.layer, ()))]
        if LAYERS[load.layer].keeps_history:
            for table in tables:
                _refuse_changed_since(connection, load, table, written)
            reversals = [_reversal(table) for table in tables]
        else:
            _refuse_without_history(connection, load)
            reversals = [_deletion(table) for table in tables]
        try:
            for reversal in reversals:
                connection.execute(reversal, written)
            refuse_in_force_twice(connection, load.layer)
        except psycopg.IntegrityError as error:
            explained = explain(error)
            reason = explained or Text(f"Meldung: {first_line(error)}", first_line(error))
            raise NotUndone(of_undoing.refused(number, reason), of_undoing.CORRECT_DEPENDENT) from error
        return _mark(connection, number)


def _wait_for_writers(connection: Connection) -> None:
    try:
        wait_for_writers(connection, longest_wait_s=LONGEST_WAIT_S)
    except LoadRefused as error:
        message, hint = error.texts
        raise NotUndone(message, hint) from error


def _lock(connection: Connection, number: int) -> Load:
    with connection.cursor(row_factory=class_row(Load)) as cursor:
        load = cursor.execute(LOADS + "where id = %s for update", [number]).fetchone()
    if load is None:
        raise NotUndone(of_undoing.unknown(number), of_undoing.LISTED)
    if load.undone_at:
        raise NotUndone(of_undoing.already(number, load.undone_by, load.undone_at), of_undoing.LOAD_AGAIN)
    if error := switched_off(Text(f"Der Layer {load.layer}", f"The layer {load.layer}"), load.layer):
        message, hint = error.texts
        raise NotUndone(message, hint)
    if load.layer not in LAYERS:
        raise NotUndone(
            Text(f"Den Layer {load.layer} gibt es nicht mehr.", f"There is no layer {load.layer} any more."),
            Text("In ihm kann nichts rückgängig gemacht werden.", "Nothing can be undone in it."),
        )
    return load


def _written(connection: Connection, number: int) -> dict[str, Any]:
    """Return by what the versions that a load wrote or ended are found: its transaction and its moment.

    Transaction numbers alone would not do: after a restore another server counts them anew.
    """
    row = connection.execute(
        "select recorded_xid::text, recorded_at from flurwerk.loads where id = %s", [number]
    ).fetchone()
    assert row
    return {"xid": row[0], "at": row[1]}


def _refuse_changed_since(connection: Connection, load: Load, table: Table, written: dict[str, Any]) -> None:
    """Refuse if a record is no longer as the load left it, whoever changed it."""
    columns = _written_columns(table)
    later = connection.execute(
        sql.SQL(CHANGED_SINCE).format(
            written=_versions(table, ("recorded_xid", "recorded_from"), both=True),
            ended=_versions(table, ("ended_xid", "recorded_until")),
            table=sql.Identifier(NOW, table.name),
            history=sql.Identifier(HISTORY, table.name),
            current=_names(columns, "t"),
            left=_names(columns, "w"),
            limit=sql.Literal(SHOWN),
        ),
        written,
    ).fetchall()
    if later:
        examples = [(source_id, by, at) for source_id, by, at, _ in later]
        raise NotUndone(of_undoing.changed_since(load.id, later[0][3], examples), of_undoing.UNDO_LATER_FIRST)


def _refuse_without_history(connection: Connection, load: Load) -> None:
    """Refuse for a layer without earlier versions, unless the load only added records, and all are as it left them."""
    row = connection.execute(
        sql.SQL(
            """
            select count(*)
            from {table} as t
            join flurwerk.loads as l on l.recorded_xid = t.recorded_xid
            where l.id = %s
            """
        ).format(table=sql.Identifier(NOW, load.layer)),
        [load.id],
    ).fetchone()
    assert row
    if load.changed or load.removed or row[0] != load.inserted:
        raise NotUndone(of_undoing.without_history(load.layer, load.id), of_undoing.LOAD_EARLIER)


def _reversal(table: Table) -> sql.Composed:
    columns = _written_columns(table)
    return sql.SQL(files(__package__).joinpath("undoing.sql").read_text("utf-8")).format(  # pyright: ignore[reportArgumentType]
        table=sql.Identifier(NOW, table.name),
        written=_versions(table, ("recorded_xid", "recorded_from"), both=True),
        ended=_versions(table, ("ended_xid", "recorded_until")),
        ended_columns=_names(columns, "e"),
        written_columns=_names(columns, "w"),
        columns=_names(columns),
        values=_names(columns, "o"),
        assignments=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("o", name))
            for name in columns
            if name != "id"
        ),
    )


def _versions(table: Table, by: tuple[str, str], *, both: bool = False) -> sql.Composed:
    """Select the versions of records in the history, or also the current ones, that carry a load's mark."""
    schemas = (HISTORY, NOW) if both else (HISTORY,)
    return sql.SQL(" union all ").join(
        sql.SQL(VERSIONS).format(
            columns=_names(_written_columns(table)),
            versions=sql.Identifier(schema, table.name),
            xid=sql.Identifier(by[0]),
            at=sql.Identifier(by[1]),
        )
        for schema in schemas
    )


def _deletion(table: Table) -> sql.Composed:
    return sql.SQL(
        """
        delete from {table}
        where recorded_xid = %(xid)s::xid8
          and recorded_from >= %(at)s
        """
    ).format(table=sql.Identifier(NOW, table.name))


def _written_columns(table: Table) -> list[str]:
    kept = {"recorded_from", "recorded_by", "recorded_xid"}
    return [column.name for column in table.columns if not column.derived and column.name not in kept]


def _names(columns: list[str], alias: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in columns)


def _mark(connection: Connection, number: int) -> Load:
    # A trigger says when and who.
    connection.execute("update flurwerk.loads set undone_at = now() where id = %s", [number])
    with connection.cursor(row_factory=class_row(Load)) as cursor:
        load = cursor.execute(LOADS + "where id = %s", [number]).fetchone()
    assert load
    return load
