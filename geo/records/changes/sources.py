"""What else than its own changes shows a record differently to insiders: changes of other tables, and the day.

A token may be for some layers only. Whoever sees a column that discloses other layers sees these layers, so every
change of theirs may be reported. All else is reported only if it is seen: as the public sees it of tables that it sees
wholly, or by the digests that the database keeps (`geo.records.layers.seen`).
"""

from collections.abc import Iterator
from typing import NamedTuple

from psycopg import sql

from geo.records.layers.layer import Audience, Dependency, DerivedView, Layer
from geo.records.layers.seen import is_kept, is_wholly_public, public_view, seen_view, view_name

WRITTEN = """
    select t.{key}, t.recorded_xid, t.recorded_from
    from flurwerk.{table} as t
    where t.recorded_xid >= %(covered_xid)s::xid8
      and t.recorded_xid < %(horizon)s::xid8
"""

ENDED = """
    union
    select t.{key}, t.ended_xid, t.recorded_until
    from flurwerk_history.{table} as t
    where t.ended_xid >= %(covered_xid)s::xid8
      and t.ended_xid < %(horizon)s::xid8
"""

SEEN = """
    select s.id, s.recorded_xid, s.recorded_from
    from flurwerk.seen_records as s
    where s.view = {view}
      and {numbered}
      and s.recorded_xid >= %(covered_xid)s::xid8
      and s.recorded_xid < %(horizon)s::xid8
"""

SEEN_BY_KEY = """
    select t.{key}, s.xid, s.at
    from ({seen}) as s (id, xid, at)
    cross join lateral (
        select r.{key}
        from flurwerk.{table} as r
        where r.id = s.id
        union
        select h.{key}
        from flurwerk_history.{table} as h
        where h.id = s.id
    ) as t
"""


class Source(NamedTuple):
    """Changes of the records whose ``own``, an expression over ``r``, equals a key.

    ``changes`` selects key, transaction and instant; ``days`` key and the day from which on a record is shown
    differently, None if there are none.
    """

    own: str
    changes: sql.Composed
    days: sql.Composed | None = None


def sources(layer: Layer) -> Iterator[Source]:
    """Yield the sources of changes of a layer as an insider sees it."""
    if is_kept(layer, Audience.INTERNAL):
        yield _kept(layer)
    else:
        yield from map(_source, seen_view(layer, Audience.INTERNAL).dependencies)
    for view in filter(_discloses, layer.derived_views):
        yield from map(_source, view.depends_on)


def _discloses(view: DerivedView) -> bool:
    return bool(view.discloses) and any(column.audience is not Audience.PUBLIC for column in view.columns)


def _kept(layer: Layer) -> Source:
    view = sql.Literal(view_name(layer, Audience.INTERNAL))
    days = sql.SQL("select id, day from flurwerk.seen_days where view = {}").format(view)
    return Source("r.id", sql.SQL(SEEN).format(view=view, numbered=sql.SQL("s.number is null")), days)


def _source(dependency: Dependency) -> Source:
    names = {"table": sql.Identifier(dependency.table), "key": sql.Identifier(dependency.key)}
    if is_wholly_public(dependency.table):
        seen = sql.SQL(SEEN).format(
            view=sql.Literal(public_view(dependency.table)), numbered=sql.SQL("s.number is not null")
        )
        return Source(dependency.own, sql.SQL(SEEN_BY_KEY).format(seen=seen, **names))
    changes = sql.SQL(WRITTEN).format(**names)
    if not dependency.is_computed:
        changes += sql.SQL(ENDED).format(**names)
    days = None
    if dependency.last_day:
        days = sql.SQL("select {key}, {last_day} + 1 from flurwerk.{table} where {last_day} < 'infinity'").format(
            last_day=sql.Identifier(dependency.last_day), **names
        )
    return Source(dependency.own, changes, days)
