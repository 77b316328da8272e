"""Obstructions of the rollout: how long they last, how much they hold up, and who is responsible for removing them.

An obstruction lasts from ``from_on`` to ``until_on``, both days included (so one within a single day lasts one day), or
until the given day if it is still open. It is over at the latest on the day on which nothing is left to be held up: its
trench was laid or discarded, its connection made or dropped, or every trench of its cluster laid or discarded. If that
was before its first day, it never held anything up: it lasts no day and is not open.

It holds up its trench, or every trench that was in its cluster on its last day and planned by then, unless the trench
was laid before its first day, or discarded by the given day: what was discarded counts nowhere. The same is true of its
connection, made or dropped. In totals, days and kilometres count only once: the union of the intervals, each trench
once.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.figures.kpis.responsible import formerly, then
from geo.rollout.measures import DROPPED, Bounds, bounds_of, fetch
from geo.store.database import AsyncConnection


@dataclass(frozen=True, slots=True)
class Obstruction:
    """An obstruction of a trench or connection (by its id) or a cluster (by its key), and what it holds up.

    ``over_on``: the day by which nothing was left to be held up, None if something is or the subject has no dates.
    """

    id: int
    source_id: str
    kind: str
    responsible: str | None
    trench: int | None
    cluster: str | None
    connection: int | None
    address: str | None
    from_on: date
    until_on: date | None
    over_on: date | None
    is_open: bool
    days: int
    length_m: Decimal
    trenches: int
    connections: int
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class HeldUp:
    """What all obstructions, or those of a kind or a responsible party, hold up together.

    ``by`` is what the totals are grouped by: ``kind``, ``responsible`` or ``all``. The members ``kind`` and
    ``responsible`` are None in totals that are not grouped by them.
    """

    by: str
    kind: str | None
    responsible: str | None
    obstructions: int
    open: int
    days: int
    length_m: Decimal
    trenches: int
    connections: int


EVER_IN_CLUSTER: LiteralString = """
        select id as trench, cluster from trenches where cluster is not null
        union
        select record, cluster from former_responsibilities where layer = 'trenches' and cluster is not null
    """
"""The trenches that are, or were before a handover, in a cluster."""

OBSTRUCTIONS: LiteralString = f"""
    select
        o.*,
        s.over_on,
        coalesce(o.until_on >= %(on)s, true) and s.over_on is null as is_open,
        case
            when s.over_on < o.from_on then 'empty'
            else daterange(o.from_on, least(o.until_on, s.over_on, %(on)s), '[]')
        end as span
    from obstructions as o
    cross join lateral (
        select case when bool_and(coalesce(x.over_on <= %(on)s, false)) then max(x.over_on) end as over_on
        from (
            select least(t.laid_reached_on, t.discarded_on) as over_on
            from trenches as t
            where t.id = o.trench
            union all
            select least(t.laid_reached_on, t.discarded_on)
            from ({EVER_IN_CLUSTER}) as m
            join trenches as t on t.id = m.trench
            {formerly("trenches", "t", "least(o.until_on, %(on)s)")}
            where m.cluster = o.cluster
              and {then("t", "cluster")} = o.cluster
              and {COUNTED_TRENCHES}
            union all
            select case when {DROPPED} then c.dropped_on else c.connected_reached_on end
            from connections as c
            where c.id = o.connection
        ) as x
    ) as s
    where o.from_on <= %(on)s
"""
"""The obstructions that began by the day; ``over_on`` is null while something is left to be held up."""

HOLDS_UP: LiteralString = """
    (t.laid_reached_on is null or t.laid_reached_on >= o.from_on)
      and (t.discarded_on is null or t.discarded_on > %(on)s)
"""
"""Whether an obstruction (alias o) holds up, or held up, the trench (alias t) that it concerns."""

HELD_UP: LiteralString = f"""
    select o.id as obstruction, t.id as trench, t.city_length_m
    from found as o
    join trenches as t on t.id = o.trench
    where {COUNTED_TRENCHES}
      and t.city_length_m > 0
      and {HOLDS_UP}
    union all
    select o.id, t.id, t.city_length_m
    from found as o
    join ({EVER_IN_CLUSTER}) as m on m.cluster = o.cluster
    join trenches as t on t.id = m.trench
    {formerly("trenches", "t", "upper(o.span) - 1")}
    where {then("t", "cluster")} = o.cluster
      and {COUNTED_TRENCHES}
      and t.city_length_m > 0
      and t.planned_reached_on < upper(o.span)
      and {HOLDS_UP}
"""
HELD_UP_CONNECTION: LiteralString = f"""
    c.id is not null
      and (c.connected_reached_on is null or c.connected_reached_on >= o.from_on)
      and not {DROPPED}
"""
"""Whether an obstruction (alias o) holds up, or held up, its connection (alias c)."""

LIST: LiteralString = f"""
    with found as ({OBSTRUCTIONS}),
    held as ({HELD_UP})
    select
        o.id,
        o.source_id,
        o.kind,
        o.responsible,
        o.trench,
        k.key as cluster,
        o.connection,
        c.address,
        o.from_on,
        o.until_on,
        o.over_on,
        o.is_open,
        coalesce(upper(o.span) - lower(o.span), 0) as days,
        h.length_m,
        h.trenches,
        case when {HELD_UP_CONNECTION} then {COUNTED_CONNECTIONS} else 0 end as connections,
        {bounds_of("w.extent")} as bounds
    from found as o
    left join clusters as k on k.id = o.cluster
    left join connections as c on c.id = o.connection
    left join programmes as p on p.id = c.programme
    cross join lateral (
        select coalesce(sum(held.city_length_m), 0) as length_m, count(*) as trenches
        from held
        where held.obstruction = o.id
    ) as h
    cross join lateral (
        select coalesce(
            c.geom,
            (
                select st_setsrid(st_extent(t.geom)::geometry, flurwerk.place_srid())
                from trenches as t
                where t.id = o.trench or t.cluster = o.cluster
            )
        ) as extent
    ) as w
    order by o.is_open desc, days desc, o.id
"""
TOTALS: LiteralString = f"""
    with found as ({OBSTRUCTIONS}),
    held as ({HELD_UP}),
    totals as (
        select
            case grouping(o.kind, o.responsible) when 1 then 'kind' when 2 then 'responsible' else 'all' end as by,
            o.kind,
            o.responsible,
            count(*) as obstructions,
            count(*) filter (where o.is_open) as open,
            range_agg(o.span) as spans,
            array_agg(o.id) as ids,
            array_agg(o.connection) filter (where {HELD_UP_CONNECTION}) as connections
        from found as o
        left join connections as c on c.id = o.connection
        group by grouping sets ((o.kind), (o.responsible), ())
    )
    select
        s.by,
        s.kind,
        s.responsible,
        s.obstructions,
        s.open,
        coalesce((select sum(upper(span) - lower(span)) from unnest(s.spans) as span), 0)::bigint as days,
        h.length_m,
        h.trenches,
        (
            select coalesce(sum({COUNTED_CONNECTIONS}), 0)
            from connections as c
            left join programmes as p on p.id = c.programme
            where c.id = any (s.connections)
        )::bigint as connections
    from totals as s
    cross join lateral (
        select coalesce(sum(once.city_length_m), 0) as length_m, count(*) as trenches
        from (select distinct trench, city_length_m from held where obstruction = any (s.ids)) as once
    ) as h
    order by s.by, s.kind, s.responsible
"""


async def obstructions(connection: AsyncConnection, on: date) -> list[Obstruction]:
    """Return the obstructions up to a day: open ones first, then the longest first."""
    return await fetch(connection, Obstruction, sql.SQL(LIST), {"on": on})


async def held_up(connection: AsyncConnection, on: date) -> list[HeldUp]:
    """Return what is held up in total, by kind, and by responsible party (None: not recorded)."""
    return await fetch(connection, HeldUp, sql.SQL(TOTALS), {"on": on})
