"""What is still to be built, by the day on which it is due: by cluster or programme up to a day, and month by month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.rollout.areas import AREA_STATES
from geo.rollout.measures import DROPPED, Bounds, bounds_of, fetch, responsible_on
from geo.rollout.progress import PARTS, By
from geo.store.database import AsyncConnection

MOST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is not yet built of one part (None: records that belong to no part). Lengths: metres in the city.

    ``due_m`` and ``connections`` are due from the day on and by the last one, ``first_due_on`` and ``last_due_on``
    their first and last days. ``overdue_m`` and ``overdue_connections`` were due before the day. ``building_m`` is
    under construction, whenever it is due: it is part of the other lengths or has no or a later day. Connections
    without a due date are due with their expansion area, and so is what the area plans beyond them, if it counts as its
    programme does (see geo.rollout.areas).
    """

    part: str | None
    label: str | None
    due_m: Decimal
    building_m: Decimal
    overdue_m: Decimal
    connections: int
    overdue_connections: int
    first_due_on: date | None
    last_due_on: date | None
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class DueMonth:
    """What is due in a month, from the day on, and not yet built on it."""

    month: str
    due_m: Decimal
    connections: int


UNBUILT: LiteralString = f"""
    select {{of}} as part, r.due_on, r.metres, 0 as many, r.is_building, r.geom
    from (
        select
            t.programme,
            t.cluster,
            t.due_on,
            t.city_length_m as metres,
            coalesce(t.started_on <= %(on)s, false) as is_building,
            t.geom
        from trenches as t
        where {COUNTED_TRENCHES}
          and t.city_length_m > 0
          and (t.planned_reached_on is null or t.planned_reached_on <= %(on)s)
          and (t.laid_reached_on is null or t.laid_reached_on > %(on)s)
          and (t.discarded_on is null or t.discarded_on > %(on)s)
    ) as r
    union all
    select {{of}}, r.due_on, 0, r.many, false, r.geom
    from (
        select
            c.programme,
            c.cluster,
            coalesce(c.due_on, w.due_on) as due_on,
            {COUNTED_CONNECTIONS} as many,
            c.geom
        from connections as c
        left join programmes as p on p.id = c.programme
        left join within_areas as w on w.id = c.id
        where c.district_key <> 'outside'
          and (c.connected_reached_on is null or c.connected_reached_on > %(on)s)
          and not {DROPPED}
    ) as r
    union all
    select {{of}}, r.due_on, 0, r.unrecorded, false, r.geom
    from area_states as r
    where r.unrecorded > 0
      and r.counts_alike
"""
"""What is not built at the end of the day: trenches, connections and what areas plan beyond these, by part."""

STATEMENT: LiteralString = f"""
    with {{responsible}}{AREA_STATES},
    unbuilt as ({UNBUILT}),
    parts as (
        select
            part,
            coalesce(sum(metres) filter (where due_on between %(on)s and %(until)s), 0) as due_m,
            coalesce(sum(metres) filter (where is_building), 0) as building_m,
            coalesce(sum(metres) filter (where due_on < %(on)s), 0) as overdue_m,
            coalesce(sum(many) filter (where due_on between %(on)s and %(until)s), 0)::bigint as connections,
            coalesce(sum(many) filter (where due_on < %(on)s), 0)::bigint as overdue_connections,
            min(due_on) filter (where due_on between %(on)s and %(until)s) as first_due_on,
            max(due_on) filter (where due_on between %(on)s and %(until)s) as last_due_on,
            st_setsrid(st_extent(geom)::geometry, flurwerk.place_srid()) as extent
        from unbuilt
        where due_on <= %(until)s or is_building
        group by part
    )
    select
        {{key}} as part,
        {{label}} as label,
        due_m,
        building_m,
        overdue_m,
        connections,
        overdue_connections,
        first_due_on,
        last_due_on,
        {bounds_of("extent")} as bounds
    from parts
    {{named}}
    order by first_due_on nulls last, part = '', label, part
"""
MONTHS: LiteralString = f"""
    with {{responsible}}{AREA_STATES},
    unbuilt as ({UNBUILT})
    select
        to_char(due_on, 'YYYY-MM') as month,
        sum(metres) as due_m,
        sum(many)::bigint as connections
    from unbuilt
    where due_on >= %(on)s
    group by 1
    order by 1
    limit %(most)s
"""


async def ahead(connection: AsyncConnection, by: By, on: date, until: date) -> list[Ahead]:
    """Return what is to be built of every part from a day on and by another one, the first due first."""
    names = {name: sql.SQL(text) for name, text in PARTS[by].items()}
    statement = sql.SQL(STATEMENT).format(responsible=await responsible_on(connection, on), **names)
    return await fetch(connection, Ahead, statement, {"on": on, "until": until})


async def months_ahead(connection: AsyncConnection, on: date) -> list[DueMonth]:
    """Return what is due in each month from the day on; months in which nothing is due are left out."""
    statement = sql.SQL(MONTHS).format(responsible=await responsible_on(connection, on), of=sql.SQL("''"))
    return await fetch(connection, DueMonth, statement, {"on": on, "most": MOST_MONTHS})
