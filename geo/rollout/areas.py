"""What expansion areas plan: counted in what, by when, and how much of it nobody has recorded yet."""

from collections.abc import Iterable
from typing import Literal, LiteralString

from geo.rollout.measures import DROPPED

Counts = Literal["address", "dwelling", "mixed", "unknown"]
"""What a number of connections counts. ``unknown``: nothing says it; ``mixed``: it adds up both."""

ONE_UNIT: LiteralString = """
    case
        when bool_or({unit} = 'unknown') then 'unknown'
        when min({unit}) <> max({unit}) then 'mixed'
        else min({unit})
    end
"""
"""The SQL for what the sum of several numbers counts (see Counts); null without any."""


def together(units: Iterable[Counts | None]) -> Counts | None:
    """Return what the sum of several sums counts; None if there is none."""
    known: set[Counts] = {unit for unit in units if unit}
    if "unknown" in known:
        return "unknown"
    return "mixed" if len(known) > 1 else next(iter(known), None)


AREA_STATES: LiteralString = f"""
    areas as (
        select
            e.id,
            e.programme,
            e.cluster,
            e.planned_connections,
            coalesce(e.planned_counts, p.counts) as planned_counts,
            coalesce(p.counts, 'address') as counts,
            p.funding,
            e.due_on,
            e.district_key,
            e.geom
        from expansion_areas as e
        left join programmes as p on p.id = e.programme
    ),
    within_areas as materialized (
        select distinct on (f.id) f.*
        from (
            select c.id, a.id as area, a.due_on, c.dwellings, {DROPPED} as is_dropped, 1 as choice
            from areas as a
            join connections as c on c.cluster = a.cluster
            where a.programme is null
               or a.programme = c.programme
            union all
            select c.id, a.id, a.due_on, c.dwellings, {DROPPED}, case when c.cluster = a.cluster then 0 else 2 end
            from areas as a
            join connections as c on st_intersects(c.geom, a.geom)
            where a.programme is null
               or a.programme = c.programme
        ) as f
        order by f.id, f.choice, f.due_on, f.area
    ),
    area_states as materialized (
        select
            a.*,
            greatest(
                a.planned_connections - case a.planned_counts
                    when 'address' then r.addresses
                    when 'dwelling' then r.dwellings
                end,
                0
            ) as unrecorded,
            a.planned_counts = a.counts as counts_alike
        from areas as a
        cross join lateral (
            select
                count(*) as addresses,
                case when count(*) = count(w.dwellings) then coalesce(sum(w.dwellings), 0) end as dwellings
            from within_areas as w
            where w.area = a.id
              and not w.is_dropped
        ) as r
        where a.district_key <> 'outside'
    )
"""
"""The expressions ``areas``, ``within_areas`` and ``area_states`` of a statement with the parameter ``on``, a day.

A connection belongs to one area of its programme (of any, if the area names none): of those of its cluster the one in
which it lies, else any, else the one in which it lies; of several, that which is due first. ``unrecorded`` is what an
area plans beyond its connections that are not dropped, in what its number counts (``planned_counts``: as it says, else
as its programme counts); null if that, the number, or the dwellings of a connection are not known. ``counts_alike``:
whether it may be added to connections as the area's programme counts them.
"""
