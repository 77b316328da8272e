"""Letters of intent: the connections an operator promised compared with those it has delivered."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS
from geo.figures.kpis.responsible import formerly, then
from geo.rollout.measures import Bounds, bounds_of, fetch, percent
from geo.store.database import AsyncConnection


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of intent, and its operator's connections inside the letter's expansion areas.

    A connection is that of the operator that was responsible on the day it was connected, whoever is since.
    ``delivered`` counts those connected since the day of signing; None (unknown) without that day, or if the letter
    has no areas. A connection in two of the areas counts once. Addresses count once or by their dwellings, depending
    on the programme. ``planned_connections`` is the sum over the areas.
    """

    id: int
    source_id: str
    operator: str
    signed_on: date | None
    ended_on: date | None
    terminated_on: date | None
    promised: int | None
    areas: int
    planned_connections: int | None
    delivered: int | None
    bounds: Bounds | None

    @property
    def delivered_percent(self) -> Decimal | None:
        """The share of the promised connections that was delivered; None if either number is unknown."""
        if self.delivered is None or self.promised is None:
            return None
        return percent(Decimal(self.delivered), Decimal(self.promised))


STATEMENT: LiteralString = f"""
    select
        l.id,
        l.source_id,
        o.name as operator,
        l.signed_reached_on as signed_on,
        case when l.ended_on <= %(on)s then l.ended_on end as ended_on,
        case when l.terminated_on <= %(on)s then l.terminated_on end as terminated_on,
        l.promised_connections as promised,
        a.areas,
        a.planned_connections,
        case when l.signed_reached_on is not null and a.areas > 0 then d.delivered end as delivered,
        {bounds_of("a.extent")} as bounds
    from letters_of_intent as l
    join operators as o on o.id = l.operator
    cross join lateral (
        select
            count(*) as areas,
            sum(e.planned_connections)::bigint as planned_connections,
            st_setsrid(st_extent(e.geom)::geometry, flurwerk.place_srid()) as extent
        from expansion_areas as e
        where e.letter = l.id
    ) as a
    cross join lateral (
        select coalesce(sum({COUNTED_CONNECTIONS}), 0)::bigint as delivered
        from connections as c
        {formerly("connections", "c", "c.connected_reached_on")}
        left join programmes as p on p.id = {then("c", "programme")}
        where {then("c", "operator")} = l.operator
          and c.connected_reached_on between l.signed_reached_on and %(on)s
          and exists (
              select
              from expansion_areas as e
              where e.letter = l.id
                and st_intersects(e.geom, c.geom)
          )
    ) as d
    where l.signed_reached_on is null or l.signed_reached_on <= %(on)s
    order by l.signed_reached_on, l.id
"""


async def letters(connection: AsyncConnection, on: date) -> list[Letter]:
    """Return the letters signed by a day, in order of signing, with what was delivered by then."""
    return await fetch(connection, Letter, sql.SQL(STATEMENT), {"on": on})
