"""What holds the rollout up: for how long, how many kilometres of it, and who is to clear it away.

An obstruction holds up on every day from ``from_on`` to ``until_on``, both included (one that came and went on a day
took that day), or until the day asked about while it lasts. It holds up the trench that it names, whose recorder knew
that it did; or of the cluster that it names every trench that was planned by its last day and neither laid nor
discarded before its first one. Days and kilometres of several obstructions count once, however many of them there were:
the union of their intervals, each trench once.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.rollout.measures import Bounds, bounds_of, fetch
from geo.store.database import AsyncConnection


@dataclass(frozen=True, slots=True)
class Obstruction:
    """One obstruction, of one trench, cluster or connection (named by its id), and what it holds up."""

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
    """What the obstructions of a kind, of someone responsible, or all of them hold up together.

    ``kind`` and ``responsible`` are None but in the totals by them; ``by`` says what the total is by.
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
HELD_UP: LiteralString = f"""
    select o.id as obstruction, t.id as trench, t.city_length_m
    from found as o
    join trenches as t on t.id = o.trench
    where {COUNTED_TRENCHES}
      and t.city_length_m > 0
    union all
    select o.id, t.id, t.city_length_m
    from found as o
    join trenches as t on t.cluster = o.cluster
    where {COUNTED_TRENCHES}
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
        o.cluster,
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
                select st_setsrid(st_extent(t.geom)::geometry, 25832)
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
    """The obstructions up to a day, those that last first, the longest first."""
    return await fetch(connection, Obstruction, sql.SQL(LIST), {"on": on})


async def held_up(connection: AsyncConnection, on: date) -> list[HeldUp]:
    """What they hold up together: of all, of each kind, of everyone responsible (None: nobody is named)."""
    return await fetch(connection, HeldUp, sql.SQL(TOTALS), {"on": on})
