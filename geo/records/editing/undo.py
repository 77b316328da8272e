"""Undoes a caller's own changes by means of the history.

An inserted record is deleted, an updated one gets its earlier values, a deleted one is restored under its id. Undoing
is a change itself and can be undone.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.records.editing import edit_sql
from geo.records.editing.edits import lock_record, writing
from geo.records.editing.faults import GEOM, VersionConflict
from geo.records.editing.members import Members
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names
from geo.store.database import HISTORY, NOW, AsyncConnection, Query

Operation = Literal["insert", "update", "delete"]
NAME_COLUMNS = ("name", "number", "address")
"""The columns that can serve as a record's label; the first one that its layer has is used."""

OWN = """
(
    select
        {key} as layer, c.id, c.operation, c.at as recorded_at, {label} as label,
        to_hex((extract(epoch from c.at) * 1e6)::bigint) as version,
        array(
            select n.key
            from flurwerk.{table} as r
            join flurwerk_history.{table} as h on h.id = r.id and h.recorded_until = r.recorded_from
            cross join jsonb_each(to_jsonb(r)) as n
            join jsonb_each(to_jsonb(h)) as o on o.key = n.key
            where r.id = c.id
              and c.operation = 'update'
              and n.value <> o.value
        ) as changed
    from (
        select
            r.id, r.recorded_from as at, {label_now} as label,
            case when exists (
                select from flurwerk_history.{table} as h
                where h.id = r.id and h.recorded_until = r.recorded_from and h.operation = 'update'
            ) then 'update' else 'insert' end as operation
        from flurwerk.{table} as r
        where r.recorded_by = %(name)s
        union all
        select h.id, h.recorded_until, {label_then}, 'delete'
        from flurwerk_history.{table} as h
        where h.operation = 'delete'
          and h.ended_by = %(name)s
          and not exists (select from flurwerk.{table} as r where r.id = h.id)
          and not exists (
              select
              from flurwerk_history.{table} as later
              where later.id = h.id
                and later.recorded_until > h.recorded_until
          )
        order by at desc
        limit %(limit)s
    ) as c
)
"""


class NoHistory(Exception):
    """The layer keeps no history of its records."""


class ChangedSince(Exception):
    """The record no longer has the version that was to be undone."""

    def __init__(self, by: str, at: datetime, names: tuple[str, ...] = ()) -> None:
        super().__init__(f"changed by {by}")
        self.by = by
        self.at = at
        self.names = names


class OthersChange(Exception):
    """The version was written by someone else."""

    def __init__(self, by: str) -> None:
        super().__init__(f"changed by {by}")
        self.by = by


class Change(NamedTuple):
    """The latest change of a record: what it did, and its version."""

    layer: str
    id: int
    operation: Operation
    recorded_at: datetime
    label: str | None
    version: str
    changed: list[str]


async def own_changes(connection: AsyncConnection, layers: Iterable[Layer], name: str, limit: int) -> list[Change]:
    """Return the changes by the writer of that name that can be undone, latest first, at most ``limit``."""
    kept = {layer.key: layer for layer in layers if layer.keeps_history}
    if not kept:
        return []
    query = sql.SQL("select * from ({}) as c order by c.recorded_at desc limit %(limit)s").format(
        sql.SQL("union all").join(map(_own, kept.values()))
    )
    async with connection.cursor(row_factory=class_row(Change)) as cursor:
        await cursor.execute(query, {"name": name, "limit": limit}, prepare=False)
        found = await cursor.fetchall()
    return [change._replace(changed=_shown(kept[change.layer], change.changed)) for change in found]


async def undo(connection: AsyncConnection, members: Members, record: int, version: str, name: str) -> Operation | None:
    """Undo the change that wrote this version of a record or deleted it.

    Returns the operation that undid it, None if there is no such record.
    Raises NoHistory, OthersChange; ChangedSince if the record no longer has that version; InvalidRecord or
    StillReferenced if the database's rules do not allow it.
    """
    layer = members.layer
    if not layer.keeps_history:
        raise NoHistory
    try:
        locked = await lock_record(connection, members, record, frozenset((version,)))
    except VersionConflict as error:
        raise ChangedSince(error.by, error.at, error.names) from error
    if locked is None:
        return await _restore_deleted(connection, members, record, version, name)
    if locked.by != name:
        raise OthersChange(locked.by)
    (is_update,) = await _row(connection, _was_updated(layer, record)) or (False,)
    async with writing(connection, layer, {}, deleting=not is_update):
        await connection.execute(*(_restore(members, record) if is_update else edit_sql.delete(layer, record)))
    return "update" if is_update else "delete"


async def _restore_deleted(
    connection: AsyncConnection, members: Members, record: int, version: str, name: str
) -> Operation | None:
    deletion = await _row(connection, _deletion(members.layer, record))
    if deletion is None:
        return None
    deleted_version, by, at = deletion
    if deleted_version != version:
        raise ChangedSince(by, at)
    if by != name:
        raise OthersChange(by)
    async with writing(connection, members.layer, {}):
        await connection.execute(*_insert_again(members, record))
    return "insert"


async def _row(connection: AsyncConnection, query: Query) -> tuple[Any, ...] | None:
    return await (await connection.execute(*query)).fetchone()


def _own(layer: Layer) -> sql.Composed:
    own = {column.name for column in layer.columns}
    label = next((name for name in NAME_COLUMNS if name in own), None)
    return sql.SQL(OWN).format(
        key=sql.Literal(layer.key),
        table=sql.Identifier(layer.key),
        label=sql.SQL("c.label::text"),
        label_now=sql.Identifier("r", label) if label else sql.NULL,
        label_then=sql.Identifier("h", label) if label else sql.NULL,
    )


def _shown(layer: Layer, names: Iterable[str]) -> list[str]:
    known = {*property_names(layer, Audience.PERSONAL)} - {"recorded_from"}
    return sorted(known.intersection(names)) + ["geometry"] * (GEOM in names)


def _was_updated(layer: Layer, record: int) -> Query:
    """Select whether the current version of a record was written by an update."""
    statement = sql.SQL(
        """
        select exists (
            select
            from {history} as h
            where h.id = r.id
              and h.recorded_until = r.recorded_from
              and h.operation = 'update'
        )
        from {table} as r
        where r.id = %(record)s
        """
    ).format(history=_history(layer), table=_table(layer))
    return Query(statement, {"record": record})


def _deletion(layer: Layer, record: int) -> Query:
    """Select the version, the writer and the time of a record's deletion."""
    statement = sql.SQL(
        """
        select to_hex((extract(epoch from recorded_until) * 1e6)::bigint), ended_by, recorded_until
        from {}
        where id = %(record)s
        order by recorded_until desc
        limit 1
        """
    ).format(_history(layer))
    return Query(statement, {"record": record})


def _restore(members: Members, record: int) -> Query:
    statement = sql.SQL(
        """
        update {table} as r
        set ({columns}) = (
            select {columns}
            from {history} as h
            where h.id = r.id
              and h.recorded_until = r.recorded_from
        )
        where r.id = %(record)s
        """
    ).format(table=_table(members.layer), history=_history(members.layer), columns=_columns(members))
    return Query(statement, {"record": record})


def _insert_again(members: Members, record: int) -> Query:
    statement = sql.SQL(
        """
        insert into {table} (id, {columns})
        overriding system value
        select id, {columns}
        from {history}
        where id = %(record)s
        order by recorded_until desc
        limit 1
        """
    ).format(table=_table(members.layer), history=_history(members.layer), columns=_columns(members))
    return Query(statement, {"record": record})


def _columns(members: Members) -> sql.Composed:
    names = [*members.editable, *([GEOM] if members.layer.geometry else [])]
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _table(layer: Layer) -> sql.Identifier:
    return sql.Identifier(NOW, layer.key)


def _history(layer: Layer) -> sql.Identifier:
    return sql.Identifier(HISTORY, layer.key)
