"""Letters of intent: the connections that operators promised compared with those that they have delivered.

A letter promises connections of its operator (of their day, whoever is responsible since) inside its expansion areas:
those that no funded programme pays for, unless it says otherwise (``promises``: those of one programme, or all). They
count if they were made from the day of signing to its end, both included: its deadline (``ended_on``) or the day on
which it was terminated.

A connection counts for one letter only. Where several of the operator's letters were in force on the day on which it
was made, and promise it, that is the one signed first (of those signed on one day, the one recorded first).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, LiteralString

from psycopg import sql

from geo.figures.kpis.responsible import formerly, then
from geo.rollout.areas import ONE_UNIT, Counts
from geo.rollout.measures import Bounds, bounds_of, fetch, percent
from geo.store.database import AsyncConnection

State = Literal["in_force", "fulfilled", "missed", "terminated", "unknown"]
"""What has become of a promise: fulfilled as soon as it is, missed once its deadline is over, unknown if that cannot be
said of one whose deadline is over."""

NoShare = Literal["not_promised", "unsigned", "no_areas", "unit_unknown", "units_mixed", "dwellings_unknown"]
"""Why there is no share of the promised connections that was delivered."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of intent at the end of a day.

    ``ended_on`` is its last day if that has come by the day, ``deadline_on`` is it in any case. ``counts`` is what
    ``promised`` counts: as the letter says, else as its programme or, if they agree, those of its areas count.
    ``delivered`` is the number of connections credited to it, in the same unit (addresses if that is not known). It is
    None (unknown) if the day of signing is, if it has no areas, or if dwellings are missing. ``planned_connections`` is
    the sum over the areas, of what ``planned_counts`` says.
    """

    id: int
    source_id: str
    operator: str
    promises: str
    programme: str | None
    signed_on: date | None
    deadline_on: date | None
    ended_on: date | None
    terminated_on: date | None
    is_over: bool
    promised: int | None
    counts: Counts
    areas: int
    planned_connections: int | None
    planned_counts: Counts | None
    delivered: int | None
    bounds: Bounds | None

    @property
    def no_share(self) -> NoShare | None:
        """Why there is no ``delivered_percent``; None if there is."""
        why: tuple[tuple[NoShare, bool], ...] = (
            ("not_promised", self.promised is None),
            ("unsigned", self.signed_on is None),
            ("no_areas", not self.areas),
            ("unit_unknown", self.counts == "unknown"),
            ("units_mixed", self.counts == "mixed"),
            ("dwellings_unknown", self.delivered is None),
        )
        return next((reason for reason, holds in why if holds), None)

    @property
    def delivered_percent(self) -> Decimal | None:
        """The share of the promised connections that was delivered, both of one unit; None: see ``no_share``."""
        return None if self.no_share else percent(Decimal(self.delivered or 0), Decimal(self.promised or 0))

    @property
    def missing(self) -> int | None:
        """How many of the promised connections are not delivered; None if that is unknown."""
        return None if self.no_share else max((self.promised or 0) - (self.delivered or 0), 0)

    @property
    def state(self) -> State:
        """What has become of the promise."""
        if self.missing == 0:
            return "fulfilled"
        if self.terminated_on:
            return "terminated"
        if not self.is_over:
            return "in_force"
        return "unknown" if self.missing is None else "missed"


@dataclass(frozen=True, slots=True)
class Promised:
    """The letters together whose numbers count the same and are known: connections promised, and delivered by them."""

    counts: Counts
    letters: int
    promised: int
    delivered: int

    @property
    def delivered_percent(self) -> Decimal | None:
        """The share of the promised connections that was delivered."""
        return percent(Decimal(self.delivered), Decimal(self.promised))


STATEMENT: LiteralString = f"""
    with credited as (
        select distinct on (c.id) c.id, l.id as letter, c.dwellings
        from letters_of_intent as l
        join expansion_areas as e on e.letter = l.id
        join connections as c on st_intersects(c.geom, e.geom)
        {formerly("connections", "c", "c.connected_reached_on")}
        left join programmes as p on p.id = {then("c", "programme")}
        where {then("c", "operator")} = l.operator
          and c.connected_reached_on between l.signed_reached_on and least(%(on)s, l.ended_on, l.terminated_on)
          and case l.promises
              when 'all' then true
              when 'programme' then coalesce(p.id = l.programme, false)
              else p.funding is distinct from 'funded'
          end
        order by c.id, l.signed_reached_on, l.id
    )
    select
        l.id,
        l.source_id,
        o.name as operator,
        l.promises,
        g.name as programme,
        l.signed_reached_on as signed_on,
        l.ended_on as deadline_on,
        case when l.ended_on <= %(on)s then l.ended_on end as ended_on,
        case when l.terminated_on <= %(on)s then l.terminated_on end as terminated_on,
        coalesce(l.ended_on < %(on)s, false) as is_over,
        l.promised_connections as promised,
        u.counts,
        a.areas,
        a.planned_connections,
        a.planned_counts,
        case when l.signed_reached_on is not null and a.areas > 0 then
            case when u.counts = 'dwelling' then d.dwellings else d.addresses end
        end as delivered,
        {bounds_of("a.extent")} as bounds
    from letters_of_intent as l
    join operators as o on o.id = l.operator
    left join programmes as g on g.id = l.programme
    cross join lateral (
        select
            count(*) as areas,
            sum(r.planned_connections)::bigint as planned_connections,
            {ONE_UNIT.format(unit="r.planned_counts")} as planned_counts,
            {ONE_UNIT.format(unit="r.counts")} as counts,
            st_setsrid(st_extent(r.geom)::geometry, flurwerk.place_srid()) as extent
        from (
            select
                e.planned_connections,
                case when e.planned_connections is not null then
                    coalesce(e.planned_counts, p.counts, 'unknown')
                end as planned_counts,
                coalesce(p.counts, 'unknown') as counts,
                e.geom
            from expansion_areas as e
            left join programmes as p on p.id = e.programme
            where e.letter = l.id
        ) as r
    ) as a
    cross join lateral (select coalesce(l.counts, g.counts, a.counts, 'unknown') as counts) as u
    cross join lateral (
        select
            count(*) as addresses,
            case when count(*) = count(c.dwellings) then coalesce(sum(c.dwellings), 0) end::bigint as dwellings
        from credited as c
        where c.letter = l.id
    ) as d
    where l.signed_reached_on is null or l.signed_reached_on <= %(on)s
    order by l.signed_reached_on, l.id
"""


async def letters(connection: AsyncConnection, on: date) -> list[Letter]:
    """Return the letters signed by a day, in order of signing, with what was delivered by then."""
    return await fetch(connection, Letter, sql.SQL(STATEMENT), {"on": on})


def totals(rows: Sequence[Letter]) -> list[Promised]:
    """Return what letters promise and deliver together, for each unit; without those of which a number is unknown."""
    known = [row for row in rows if row.missing is not None]
    units: tuple[Counts, ...] = ("address", "dwelling")
    return [
        Promised(unit, len(same), sum(row.promised or 0 for row in same), sum(row.delivered or 0 for row in same))
        for unit in units
        if (same := [row for row in known if row.counts == unit])
    ]
