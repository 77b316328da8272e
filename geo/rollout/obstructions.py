"""Obstructions of the rollout: how long they last, how much they hold up, and who is responsible for removing them.

An obstruction lasts from ``from_on`` to ``until_on``, both days included (so one within a single day lasts one day), or
until the given day if it is still open. It holds up the trench it refers to, whatever that trench's dates; for a
cluster, every trench that was in it on its last day, planned by then, and neither laid nor discarded before its first.
In totals, days and kilometres count only once: the union of the intervals, each trench once.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.figures.kpis.responsible import formerly, then
from geo.rollout.measures import Bounds, bounds_of, fetch
from geo.store.database import AsyncConnection


@dataclass(frozen=True, slots=True)
class Obstruction:
    """An obstruction of a trench or connection (by its id) or a cluster (by its key), and what it holds up."""

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


OBSTRUCTIONS: LiteralString = """
    select
        o.*,
        coalesce(o.until_on >= %(on)s, true) as is_open,
        daterange(o.from_on, least(o.until_on, %(on)s), '[]') as span
    from obstructions as o
    where o.from_on <= %(on)s
"""
EVER_IN_CLUSTER: LiteralString = """
        select id as trench, cluster from trenches where cluster is not null
        union
        select record, cluster from former_responsibilities where layer = 'trenches' and cluster is not null
    """
"""The trenches that are, or were before a handover, in a cluster."""

HELD_UP: LiteralString = f"""
    select o.id as obstruction, t.id as trench, t.city_length_m
    from found as o
    join trenches as t on t.id = o.trench
    where {COUNTED_TRENCHES}
      and t.city_length_m > 0
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
      and (t.laid_reached_on is null or t.laid_reached_on >= o.from_on)
      and (t.discarded_on is null or t.discarded_on >= o.from_on)
"""
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
        o.is_open,
        upper(o.span) - lower(o.span) as days,
        h.length_m,
        h.trenches,
        case when c.id is null then 0 else {COUNTED_CONNECTIONS} end as connections,
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
            array_remove(array_agg(o.connection), null) as connections
        from found as o
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
