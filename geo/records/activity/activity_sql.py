"""The statements that find what transactions did to the records, by the indexes on their numbers."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import sql

from geo.records.history import OMITTED
from geo.records.layers.layer import Layer
from geo.records.layers.views import columns_inside
from geo.store.database import Query

LARGEST_XID = 2**64 - 1

STEPS = 5000
"""How many transactions of a layer are looked through at once for those of one writer."""

# From each transaction to the one before, by the index, however many records it changed. A row without a layer tells
# how far was looked where the steps did not suffice.
TRANSACTIONS = """
(
    with recursive found as (
        ({first})
        union all
        select n.*
        from found
        cross join lateral ({next}) as n
    ),
    looked as (
        select *
        from found
        limit {steps}
    ),
    wanted as (
        select f.xid, f.by, f.at
        from looked as f
        where (%(by)s::text is null or f.by = %(by)s)
          and (%(but_by)s::text is null or f.by <> %(but_by)s)
        limit %(limit)s + 1
    )
    select {layer} as layer, w.*
    from wanted as w
    union all
    select null, min(f.xid), null, null
    from looked as f
    where (select count(*) from wanted) <= %(limit)s
    having count(*) = {steps}
)
"""
STEP = """
    select r.{xid} as xid, r.{by} as by, r.{at} as at
    from {table} as r
    where r.{xid} < {below}
      and r.{xid} >= %(since)s::xid8
    order by r.{xid} desc
    limit 1
"""

# A record's state before a transaction and after it: an insert has none before, a deletion none after.
CHANGES = """
    with wanted (xid) as (
        select unnest(%(xids)s::text[])::xid8
    ),
    before as (
        select w.xid, b.*
        from wanted as w
        cross join lateral (
            select h.id, (select to_jsonb(m) from (select {members_then}) as m) as members, {geometry_then} as geometry
            from flurwerk_history.{table} as h
            where h.ended_xid = w.xid
              and h.recorded_xid <> w.xid
            order by h.id
            limit %(most)s
        ) as b
    ),
    after as (
        select w.xid, a.*
        from wanted as w
        cross join lateral (
            select r.id, (select to_jsonb(m) from (select {members_now}) as m) as members, {geometry_now} as geometry
            from flurwerk.{table} as r
            where r.recorded_xid = w.xid
            union all
            select h.id, (select to_jsonb(m) from (select {members_then}) as m), {geometry_then}
            from flurwerk_history.{table} as h
            where h.recorded_xid = w.xid
              and h.ended_xid <> w.xid
            order by id
            limit %(most)s
        ) as a
    )
    select xid::text, id, b.members, a.members, b.geometry is distinct from a.geometry
    from before as b
    full join after as a using (xid, id)
    order by xid desc, id
"""

COUNTS = """
    select
        w.xid::text,
        greatest(
            (select count(*) from flurwerk_history.{table} as h where h.ended_xid = w.xid and h.recorded_xid <> w.xid),
            (select count(*) from flurwerk.{table} as r where r.recorded_xid = w.xid) + (
                select count(*)
                from flurwerk_history.{table} as h
                where h.recorded_xid = w.xid
                  and h.ended_xid <> w.xid
            )
        )
    from unnest(%(xids)s::text[]::xid8[]) as w (xid)
"""

LOADS = """
    select layer, recorded_xid::text, file_name, inserted, changed, removed
    from flurwerk.loads
    where recorded_xid = any (%(xids)s::text[]::xid8[])
"""


class Wanted(NamedTuple):
    """Which entries are wanted: of transactions at or above ``since`` and below ``before`` (None: all).

    At most ``limit``, or more if one transaction changed more layers; with ``by`` only of that writer, with ``but_by``
    of all others.
    """

    limit: int
    since: int | None = None
    before: int | None = None
    by: str | None = None
    but_by: str | None = None


def horizon() -> Query:
    """Select the number of a transaction below which all have ended."""
    return Query(sql.SQL("select pg_snapshot_xmin(pg_current_snapshot())::text"), {})


def transactions(layers: Iterable[Layer], wanted: Wanted) -> Query:
    """Select the transactions that changed the layers, the latest first: layer, number, writer and instant.

    There are more than wanted by the number of layers: the last transaction wanted is selected wholly, and one more. A
    row without a layer tells that below this number a layer's transactions have not been looked through.
    """
    asked = list(layers)
    parts = [part for layer in asked for part in _of_layer(layer)]
    statement = sql.SQL(
        """
        select t.layer, t.xid::text, min(t.by), min(t.at)
        from ({}) as t
        group by t.layer, t.xid
        order by t.xid desc, t.layer
        limit %(fetched)s
        """
    ).format(sql.SQL("union all").join(parts))
    parameters: dict[str, Any] = {
        "limit": wanted.limit,
        # Each layer has three parts.
        "fetched": wanted.limit + len(asked) + 3 * len(asked),
        "since": str(wanted.since or 0),
        "before": str(LARGEST_XID if wanted.before is None else wanted.before),
        "by": wanted.by,
        "but_by": wanted.but_by,
    }
    return Query(statement, parameters)


def changes(layer: Layer, places: Sequence[int], most: int) -> Query:
    """Select what the transactions did to the layer's records: number, id, values before and after, whether it moved.

    Of each transaction at most ``most`` records are read in either state; if there are as many, the rows mean nothing.
    """
    members = [name for name in columns_inside(layer) if name not in OMITTED]
    statement = sql.SQL(CHANGES).format(
        table=sql.Identifier(layer.key),
        members_now=_members("r", members),
        members_then=_members("h", members),
        geometry_now=sql.SQL("md5(st_asbinary(r.geom))" if layer.geometry else "null::text"),
        geometry_then=sql.SQL("md5(st_asbinary(h.geom))" if layer.geometry else "null::text"),
    )
    return Query(statement, {"xids": list(map(str, places)), "most": most})


def counts(layer: Layer, places: Sequence[int]) -> Query:
    """Select how many of the layer's records the transactions changed: number, records."""
    return Query(sql.SQL(COUNTS).format(table=sql.Identifier(layer.key)), {"xids": list(map(str, places))})


def loads(places: Sequence[int]) -> Query:
    """Select which of the transactions loaded a file: layer, number, file, and how many records it changed how."""
    return Query(sql.SQL(LOADS), {"xids": list(map(str, places))})


def _of_layer(layer: Layer) -> Iterable[sql.Composed]:
    now, then = sql.Identifier("flurwerk", layer.key), sql.Identifier("flurwerk_history", layer.key)
    for table, written, by, at in (
        (now, "recorded_xid", "recorded_by", "recorded_from"),
        (then, "recorded_xid", "recorded_by", "recorded_from"),
        (then, "ended_xid", "ended_by", "recorded_until"),
    ):
        names = {
            "table": table,
            "xid": sql.Identifier(written),
            "by": sql.Identifier(by),
            "at": sql.Identifier(at),
        }
        yield sql.SQL(TRANSACTIONS).format(
            first=sql.SQL(STEP).format(below=sql.SQL("%(before)s::xid8"), **names),
            next=sql.SQL(STEP).format(below=sql.SQL("found.xid"), **names),
            layer=sql.Literal(layer.key),
            steps=sql.Literal(STEPS),
        )


def _members(alias: str, names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in names)
