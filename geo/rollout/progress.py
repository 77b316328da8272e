"""The progress of the rollout by cluster or by programme."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.figures.kpis.responsible import formerly, then
from geo.rollout.measures import Bounds, bounds_of, enclosing, fetch, percent
from geo.store.database import AsyncConnection


class By(StrEnum):
    """The dimension by which progress is split."""

    CLUSTER = "cluster"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one part (None: records that belong to no part), or of all of them. Lengths: metres in the city.

    ``planned_m`` is everything planned by the day and not discarded; ``laid_m`` is the part of it that was laid.
    Overdue is what was due before the day and not laid, or not connected, by then; ``overdue_month`` what is overdue by
    more than a month (§ 188 BGB: if due on 31 January, from 1 March). ``undated_m`` has no date at all and counts in no
    other length. ``planned_connections`` is the sum over the expansion areas (None: not recorded for any). Addresses
    count once or by their dwellings, depending on the programme. ``passed`` includes ``connected``, which includes
    ``activated``.
    """

    part: str | None
    label: str | None
    planned_m: Decimal
    laid_m: Decimal
    overdue_m: Decimal
    overdue_month_m: Decimal
    undated_m: Decimal
    trenches: int
    overdue_trenches: int
    overdue_month_trenches: int
    planned_connections: int | None
    passed: int
    connected: int
    activated: int
    overdue_connections: int
    overdue_month_connections: int
    bounds: Bounds | None

    @property
    def laid_percent(self) -> Decimal | None:
        """The share of the planned length that was laid; None if nothing is planned."""
        return percent(self.laid_m, self.planned_m)

    @property
    def connected_percent(self) -> Decimal | None:
        """The share of the planned connections that was made; None if none are planned."""
        return percent(Decimal(self.connected), Decimal(self.planned_connections or 0))


PARTS: dict[By, dict[str, LiteralString]] = {
    By.CLUSTER: {
        "of": "coalesce(r.cluster::text, '')",
        "key": "n.key",
        "label": "nullif(concat_ws(' ', n.key, n.name), '')",
        "named": "left join clusters as n on n.id::text = part",
    },
    By.PROGRAMME: {
        "of": "coalesce(r.programme::text, '')",
        "key": "nullif(part, '')",
        "label": "n.name",
        "named": "left join programmes as n on n.id::text = part",
    },
}
"""The SQL for the part to which a record r belongs, for what it is called in the API, for its label, and the join that
these need."""

TRENCHES: LiteralString = f"""
    select
        {{of}} as part,
        coalesce(sum(r.city_length_m) filter (where r.counts), 0) as planned_m,
        coalesce(sum(r.city_length_m) filter (where r.is_laid), 0) as laid_m,
        coalesce(sum(r.city_length_m) filter (where r.is_due), 0) as overdue_m,
        coalesce(sum(r.city_length_m) filter (where r.is_due and r.is_late), 0) as overdue_month_m,
        coalesce(sum(r.city_length_m) filter (where r.is_undated), 0) as undated_m,
        count(*) filter (where r.counts) as trenches,
        count(*) filter (where r.is_due) as overdue_trenches,
        count(*) filter (where r.is_due and r.is_late) as overdue_month_trenches,
        st_setsrid(st_extent(r.geom)::geometry, flurwerk.place_srid()) as extent
    from (
        select
            p.id as programme,
            {then("t", "cluster")} as cluster,
            t.city_length_m,
            t.geom,
            s.counts,
            s.is_laid,
            t.planned_reached_on is null and not s.is_laid as is_undated,
            s.counts and not s.is_laid and t.due_on < %(on)s as is_due,
            t.due_on + interval '1 month' < %(on)s as is_late
        from trenches as t
        {formerly("trenches", "t", "%(on)s")}
        join programmes as p on p.id = {then("t", "programme")}
        cross join lateral (
            select
                coalesce(least(t.planned_reached_on, t.laid_reached_on) <= %(on)s, false) as counts,
                coalesce(t.laid_reached_on <= %(on)s, false) as is_laid
        ) as s
        where {COUNTED_TRENCHES}
          and t.city_length_m > 0
          and (t.discarded_on is null or t.discarded_on > %(on)s)
          and (%(funding)s::text is null or p.funding = %(funding)s)
    ) as r
    group by 1
"""
CONNECTIONS: LiteralString = f"""
    select
        {{of}} as part,
        coalesce(sum(r.many) filter (where r.passed_on <= %(on)s), 0)::bigint as passed,
        coalesce(sum(r.many) filter (where r.connected_on <= %(on)s), 0)::bigint as connected,
        coalesce(sum(r.many) filter (where r.activated_on <= %(on)s), 0)::bigint as activated,
        coalesce(sum(r.many) filter (where r.is_due), 0)::bigint as overdue_connections,
        coalesce(sum(r.many) filter (where r.is_due and r.is_late), 0)::bigint as overdue_month_connections
    from (
        select
            p.id as programme,
            {then("c", "cluster")} as cluster,
            {COUNTED_CONNECTIONS} as many,
            coalesce(c.passed_on, least(c.prepared_on, c.connected_on, c.activated_on)) as passed_on,
            c.connected_reached_on as connected_on,
            c.activated_on,
            c.due_on < %(on)s and coalesce(c.connected_reached_on > %(on)s, true) as is_due,
            c.due_on + interval '1 month' < %(on)s as is_late
        from connections as c
        {formerly("connections", "c", "%(on)s")}
        left join programmes as p on p.id = {then("c", "programme")}
        where c.district_key <> 'outside'
          and (c.dropped_on is null or c.dropped_on > %(on)s)
          and (%(funding)s::text is null or p.funding = %(funding)s)
    ) as r
    group by 1
"""
AREAS: LiteralString = f"""
    select
        {{of}} as part,
        sum(r.planned_connections)::bigint as planned_connections,
        st_setsrid(st_extent(r.geom)::geometry, flurwerk.place_srid()) as extent
    from (
        select
            p.id as programme,
            {then("a", "cluster")} as cluster,
            a.planned_connections,
            a.geom
        from expansion_areas as a
        {formerly("expansion_areas", "a", "%(on)s")}
        left join programmes as p on p.id = {then("a", "programme")}
        where a.district_key <> 'outside'
          and (%(funding)s::text is null or p.funding = %(funding)s)
    ) as r
    group by 1
"""
STATEMENT: LiteralString = f"""
    with of_trenches as ({TRENCHES}),
    of_connections as ({CONNECTIONS}),
    of_areas as ({AREAS})
    select
        {{key}} as part,
        {{label}} as label,
        coalesce(t.planned_m, 0) as planned_m,
        coalesce(t.laid_m, 0) as laid_m,
        coalesce(t.overdue_m, 0) as overdue_m,
        coalesce(t.overdue_month_m, 0) as overdue_month_m,
        coalesce(t.undated_m, 0) as undated_m,
        coalesce(t.trenches, 0) as trenches,
        coalesce(t.overdue_trenches, 0) as overdue_trenches,
        coalesce(t.overdue_month_trenches, 0) as overdue_month_trenches,
        e.planned_connections,
        coalesce(c.passed, 0) as passed,
        coalesce(c.connected, 0) as connected,
        coalesce(c.activated, 0) as activated,
        coalesce(c.overdue_connections, 0) as overdue_connections,
        coalesce(c.overdue_month_connections, 0) as overdue_month_connections,
        {bounds_of("w.extent")} as bounds
    from of_trenches as t
    full join of_connections as c using (part)
    full join of_areas as e using (part)
    {{named}}
    cross join lateral (select st_envelope(st_collect(array[t.extent, e.extent])) as extent) as w
    order by part = '', label, part
"""


async def progress(connection: AsyncConnection, by: By, on: date, funding: str | None = None) -> list[Progress]:
    """Return the progress of every part at the end of a day. Records that belong to no part come last."""
    names = {name: sql.SQL(text) for name, text in PARTS[by].items()}
    return await fetch(connection, Progress, sql.SQL(STATEMENT).format(**names), {"on": on, "funding": funding})


def total(rows: Sequence[Progress]) -> Progress:
    """Return the progress of all parts together."""
    summed: dict[str, Any] = {
        field.name: sum(getattr(row, field.name) for row in rows)
        for field in fields(Progress)
        if field.name not in ("part", "label", "planned_connections", "bounds")
    }
    planned = [row.planned_connections for row in rows if row.planned_connections is not None]
    return Progress(
        part=None,
        label=None,
        planned_connections=sum(planned) if planned else None,
        bounds=enclosing([row.bounds for row in rows]),
        **summed,
    )
