"""Reads the history of a record: its versions, newest first, with writer, time and changed values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from psycopg import sql

from geo.records.features.references import references
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import columns_inside, view_of
from geo.store.database import AsyncConnection, Query

GEOMETRY = "geometry"
OMITTED = ("id", "recorded_from", "recorded_by", "recorded_xid", "geom", "geom_web")
"""The columns that are not compared between versions: they are reported separately, or internal."""
NAME_COLUMNS = ("name", "number", "address", "key")
"""The columns that can serve as a record's name; the first one that its layer has is used."""

VERSIONS = """
    with versions as (
        select
            r.recorded_from as at,
            r.recorded_by as by,
            null::timestamptz as ended_at,
            null::text as ended_by,
            (select to_jsonb(m) from (select {members}) as m) as members,
            {geometry} as geometry
        from flurwerk.{table} as r
        where r.id = %(id)s
        union all
        select
            r.recorded_from,
            r.recorded_by,
            case when r.operation = 'delete' then r.recorded_until end,
            r.ended_by,
            (select to_jsonb(m) from (select {members}) as m),
            {geometry}
        from flurwerk_history.{table} as r
        where r.id = %(id)s
    )
    select
        at,
        -- A deleted record may have been inserted again.
        case
            when row_number() over earlier = 1 or lag(ended_at) over earlier is not null then 'insert'
            else 'update'
        end as operation,
        by,
        members,
        geometry
    from versions
    window earlier as (order by at)
    union all
    select ended_at, 'delete', ended_by, null, null
    from versions
    where ended_at is not null
"""
PAGE = """
    select *
    from ({versions}) as v
    where %(before)s::timestamptz is null or at < %(before)s
    order by at desc
    limit %(limit)s + 1
"""


class Change(NamedTuple):
    """A member's old and new value as JSON, and their labels if they are codes or refer to other records."""

    name: str
    before: Any
    after: Any
    before_label: str | None = None
    after_label: str | None = None


class Version(NamedTuple):
    """An insert, an update or a deletion: when, by whom, and what it changed."""

    at: datetime
    operation: str
    by: str
    changes: tuple[Change, ...]


class History(NamedTuple):
    """A page of versions, and the value of ``before`` for the next page, None if there is none."""

    versions: tuple[Version, ...]
    next_before: datetime | None


class _Row(NamedTuple):
    at: datetime
    operation: str
    by: str
    members: dict[str, Any] | None
    geometry: str | None


async def history(
    connection: AsyncConnection,
    layer: Layer,
    record: int,
    *,
    audience_of: Callable[[str], Audience],
    language: str,
    limit: int,
    before: datetime | None = None,
) -> History | None:
    """Return the versions of a record, even if it is deleted; None if it never existed. The layer must keep history.

    Records that it refers to are named by what ``audience_of`` their layer sees of them.
    """
    cursor = await connection.execute(*_statement(layer, record, limit, before))
    rows = [_Row(*row) for row in await cursor.fetchall()]
    if not rows and before is None:
        return None
    versions = [
        Version(row.at, row.operation, row.by, tuple(_changes(row, earlier)))
        for row, earlier in pairwise([*rows, None])
        if row is not None
    ][:limit]
    labels = await _labels(connection, layer, versions, audience_of, language)
    return History(
        tuple(version._replace(changes=tuple(map(labels.add_to, version.changes))) for version in versions),
        versions[-1].at if len(rows) > limit else None,
    )


def _statement(layer: Layer, record: int, limit: int, before: datetime | None) -> Query:
    members = [name for name in columns_inside(layer) if name not in OMITTED]
    geometry = "md5(st_asbinary(r.geom))" if layer.geometry else "null::text"
    versions = sql.SQL(VERSIONS).format(
        table=sql.Identifier(layer.key),
        members=sql.SQL(", ").join(sql.Identifier("r", name) for name in members),
        geometry=sql.SQL(geometry),
    )
    parameters = {"id": record, "limit": limit, "before": before}
    return Query(sql.SQL(PAGE).format(versions=versions), parameters)


def _changes(row: _Row, earlier: _Row | None) -> Iterator[Change]:
    """Yield what an update changed; nothing for an insert or a deletion, which change everything."""
    if row.operation != "update" or row.members is None or earlier is None or earlier.members is None:
        return
    for name, value in row.members.items():
        if value != earlier.members[name]:
            yield Change(name, earlier.members[name], value)
    if row.geometry != earlier.geometry:
        yield Change(GEOMETRY, None, None)


class _Labels:
    """The labels of codes and the names of referenced records, for the values of a layer's members."""

    def __init__(self, layer: Layer, names: Mapping[str, Mapping[int, str]], language: str) -> None:
        self._layer = layer
        self._names = names
        self._language = language

    def add_to(self, change: Change) -> Change:
        """Return the change with the labels of its values."""
        return change._replace(
            before_label=self._value(change.name, change.before), after_label=self._value(change.name, change.after)
        )

    def _value(self, name: str, value: Any) -> str | None:
        if name in self._names:
            return self._names[name].get(value)
        column = self._layer.column(name) if self._layer.has_column(name) else None
        if not column or not column.codes or value not in column.codes:
            return None
        return column.codes[value].in_language(self._language)


async def _labels(
    connection: AsyncConnection,
    layer: Layer,
    versions: Sequence[Version],
    audience_of: Callable[[str], Audience],
    language: str,
) -> _Labels:
    # The table refers to layers that the profile switches off, too.
    targets = {name: target for name, target in (await references(connection, layer)).items() if target in LAYERS}
    names: dict[str, dict[int, str]] = {}
    for name, target in targets.items():
        values = {
            value for version in versions for change in version.changes if change.name == name for value in change[1:3]
        }
        records = [value for value in values if value is not None]
        names[name] = await _names(connection, LAYERS[target], audience_of(target), records)
    return _Labels(layer, names, language)


async def _names(connection: AsyncConnection, layer: Layer, audience: Audience, records: list[int]) -> dict[int, str]:
    query = names_of(layer, audience, records)
    return dict(await (await connection.execute(*query)).fetchall()) if query else {}


def names_of(layer: Layer, audience: Audience, records: list[int]) -> Query | None:
    """Select ids and names of a layer's records as the audience sees them; None if it would see no names."""
    shown = {column.name for column in layer.visible_columns(audience.impersonal)}
    name = next((name for name in NAME_COLUMNS if name in shown), None)
    if not records or name is None:
        return None
    statement = sql.SQL("select r.id, r.{name} from {view} as r where r.id = any (%(records)s)").format(
        name=sql.Identifier(name), view=view_of(audience.impersonal, layer)
    )
    return Query(statement, {"records": records})
