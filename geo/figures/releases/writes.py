"""The writes to records between two instants and their authors, from the history."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any, Literal, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.figures.kpis import Indicator, places_then
from geo.records.layers import ALL_LAYERS
from geo.store import catalogue
from geo.store.database import HISTORY, NOW, Connection

NOT_REPORTED = {"id", "geom", "geom_web"}
"""Columns whose changes are not reported. What a change of place leads to (district, length) is in other columns."""


class Interval(NamedTuple):
    """The time after ``after``, up to and including ``until`` (None: now)."""

    after: datetime
    until: datetime | None

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in the interval."""
        return self.after < instant and (self.until is None or instant <= self.until)


class Change(NamedTuple):
    """A changed column of a record, with its values in PostgreSQL's text form."""

    column: str
    before: str | None
    after: str | None


class Write(NamedTuple):
    """The insertion, update or deletion of a record: time, author and changes."""

    layer: str
    id: int
    source: str
    source_id: str
    operation: Literal["insert", "update", "delete"]
    at: datetime
    by: str
    changes: tuple[Change, ...] = ()


class _Version(NamedTuple):
    id: int
    source: str
    source_id: str
    recorded_from: datetime
    recorded_by: str
    recorded_until: datetime | None
    operation: str | None
    ended_by: str | None
    values: dict[str, str | None]


def columns_read(indicator: Indicator) -> dict[str, list[str]]:
    """Return by table the columns that the indicator's contributions refer to."""
    return {
        table: sorted(names - NOT_REPORTED)
        for table, names in places_then.columns_read(indicator.contributions).items()
    }


def writes(
    connection: Connection, layer: str, ids: Collection[int], columns: Sequence[str], within: Interval
) -> list[Write]:
    """Return the writes to these records in the interval, by time; updates only if they changed the columns."""
    if not ids or not ALL_LAYERS[layer].keeps_history:
        return []
    found = _versions(connection, layer, ids, _existing(connection, layer, columns), within.after)
    relevant = [
        write
        for _, versions in groupby(found, key=lambda version: version.id)
        for write in _writes_of(layer, list(versions))
        if within.holds(write.at) and (write.operation != "update" or write.changes)
    ]
    return sorted(relevant, key=lambda write: (write.at, write.id))


def referred(
    connection: Connection, layer: str, ids: Collection[int], since: datetime
) -> dict[int, set[tuple[str, int]]]:
    """Return by record the layers and ids of other layers' records that it has referred to since that instant."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for column in catalogue.describe(connection, layer).columns:
        if column.references in (None, layer) or column.references not in ALL_LAYERS:
            continue
        statement = sql.SQL(
            """
            select id, {column} as other
            from {table}
            where id = any (%(ids)s) and {column} is not null
            union
            select id, {column}
            from {history}
            where id = any (%(ids)s) and {column} is not null and recorded_until > %(since)s
            """
        ).format(
            column=sql.Identifier(column.name),
            table=sql.Identifier(NOW, layer),
            history=sql.Identifier(HISTORY, layer),
        )
        for record, other in connection.execute(statement, {"ids": list(ids), "since": since}):
            found[record].add((column.references, other))
    return dict(found)


def _existing(connection: Connection, layer: str, columns: Sequence[str]) -> list[str]:
    # The definitions stored in releases may also name things that are not columns, such as parts of a cross join.
    return [name for name in columns if name in catalogue.describe(connection, layer).by_name]


def _versions(
    connection: Connection, layer: str, ids: Collection[int], columns: Sequence[str], since: datetime
) -> list[_Version]:
    """Return the versions of these records that were valid at the instant or later, in order of record and time."""
    pairs: list[sql.Composable] = [
        sql.SQL("{}, {}::text").format(sql.Literal(name), sql.Identifier(name)) for name in columns
    ]
    statement = sql.SQL(
        """
        select
            id, source, source_id, recorded_from, recorded_by,
            null::timestamptz as recorded_until, null as operation, null as ended_by,
            jsonb_build_object({pairs}) as values
        from {table}
        where id = any (%(ids)s)
        union all
        select
            id, source, source_id, recorded_from, recorded_by,
            recorded_until, operation, ended_by,
            jsonb_build_object({pairs})
        from {history}
        where id = any (%(ids)s)
          and recorded_until > %(since)s
        order by id, recorded_from
        """
    ).format(pairs=sql.SQL(", ").join(pairs), table=sql.Identifier(NOW, layer), history=sql.Identifier(HISTORY, layer))
    with connection.cursor(row_factory=class_row(_Version)) as cursor:
        return cursor.execute(statement, {"ids": list(ids), "since": since}).fetchall()


def _writes_of(layer: str, versions: Sequence[_Version]) -> Iterator[Write]:
    """Yield the writes that created and ended these versions of one record."""
    for before, version in pairwise([None, *versions]):
        assert version is not None
        record = (layer, version.id, version.source, version.source_id)
        follows = before is not None and (before.recorded_until, before.operation) == (version.recorded_from, "update")
        if before is None or not follows:
            yield Write(*record, "insert", version.recorded_from, version.recorded_by)
        else:
            changes = _changes(before.values, version.values)
            yield Write(*record, "update", version.recorded_from, version.recorded_by, changes)
        if version.operation == "delete" and version.recorded_until and version.ended_by:
            yield Write(*record, "delete", version.recorded_until, version.ended_by)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(Change(name, before[name], after[name]) for name in after if before[name] != after[name])
