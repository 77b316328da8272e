"""The statement behind the progress of the rollout."""

from typing import LiteralString

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.rollout.areas import AREA_STATES, ONE_UNIT
from geo.rollout.measures import DROPPED, bounds_of
from geo.rollout.overbuilt import OVERBUILT

TRENCHES: LiteralString = f"""
    select
        {{of}} as part,
        coalesce(sum(r.city_length_m) filter (where r.counts), 0) as planned_m,
        coalesce(sum(r.city_length_m) filter (where r.is_laid), 0) as laid_m,
        coalesce(sum(r.city_length_m) filter (where r.is_due), 0) as overdue_m,
        coalesce(sum(r.city_length_m) filter (where r.is_due and r.is_late), 0) as overdue_month_m,
        coalesce(sum(r.city_length_m) filter (where r.is_undated), 0) as undated_m,
        coalesce(sum(r.overbuilt_m) filter (where r.counts), 0) as overbuilt_m,
        count(*) filter (where r.counts) as trenches,
        count(*) filter (where r.is_due) as overdue_trenches,
        count(*) filter (where r.is_due and r.is_late) as overdue_month_trenches,
        st_setsrid(st_extent(r.geom)::geometry, flurwerk.place_srid()) as extent
    from (
        select
            t.programme,
            t.cluster,
            t.city_length_m,
            case when b.id is not null then least(b.metres, t.city_length_m) end as overbuilt_m,
            t.geom,
            s.counts,
            s.is_laid,
            t.planned_reached_on is null and not s.is_laid as is_undated,
            s.counts and not s.is_laid and t.due_on < %(on)s as is_due,
            t.due_on + interval '1 month' < %(on)s as is_late
        from trenches as t
        join programmes as p on p.id = t.programme
        left join overbuilt_trenches as b on b.id = t.id
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
        {ONE_UNIT.format(unit="r.counts")} as counts,
        sum(r.many)::bigint as recorded,
        coalesce(sum(r.many) filter (where r.passed_on <= %(on)s), 0)::bigint as passed,
        coalesce(sum(r.many) filter (where r.connected_on <= %(on)s), 0)::bigint as connected,
        count(*) filter (where r.connected_on <= %(on)s) as connected_addresses,
        coalesce(sum(r.dwellings) filter (where r.connected_on <= %(on)s), 0)::bigint as connected_dwellings,
        coalesce(bool_and(r.dwellings is not null) filter (where r.connected_on <= %(on)s), true) as knows_dwellings,
        coalesce(sum(r.many) filter (where r.activated_on <= %(on)s), 0)::bigint as activated,
        coalesce(sum(r.many) filter (where r.is_due), 0)::bigint as overdue,
        coalesce(sum(r.many) filter (where r.is_due and r.is_late), 0)::bigint as overdue_month,
        coalesce(sum(r.many) filter (where r.is_overbuilt), 0)::bigint as overbuilt
    from (
        select
            c.programme,
            c.cluster,
            coalesce(p.counts, 'address') as counts,
            {COUNTED_CONNECTIONS} as many,
            c.dwellings,
            coalesce(c.passed_on, least(c.prepared_on, c.connected_on, c.activated_on)) as passed_on,
            c.connected_reached_on as connected_on,
            c.activated_on,
            d.due_on < %(on)s and coalesce(c.connected_reached_on > %(on)s, true) as is_due,
            d.due_on + interval '1 month' < %(on)s as is_late,
            b.id is not null as is_overbuilt
        from connections as c
        left join programmes as p on p.id = c.programme
        left join within_areas as w on w.id = c.id
        left join overbuilt_connections as b on b.id = c.id
        cross join lateral (select coalesce(c.due_on, w.due_on) as due_on) as d
        where c.district_key <> 'outside'
          and not {DROPPED}
          and (%(funding)s::text is null or p.funding = %(funding)s)
    ) as r
    group by 1
"""
AREAS: LiteralString = f"""
    select
        {{of}} as part,
        {ONE_UNIT.format(unit="r.counts")} as counts,
        sum(r.planned_connections)::bigint as planned_connections,
        {ONE_UNIT.format(unit="r.planned_unit")} as planned_counts,
        coalesce(sum(r.unrecorded) filter (where r.is_due and r.counts_alike), 0)::bigint as unrecorded,
        coalesce(sum(r.unrecorded) filter (where r.is_late and r.counts_alike), 0)::bigint as unrecorded_month,
        coalesce(sum(r.unrecorded) filter (where r.is_due and not r.counts_alike), 0)::bigint as unrecorded_apart,
        st_setsrid(st_extent(r.geom)::geometry, flurwerk.place_srid()) as extent
    from (
        select
            a.*,
            case when a.planned_connections is not null then coalesce(a.planned_counts, 'unknown') end as planned_unit,
            a.due_on < %(on)s as is_due,
            a.due_on + interval '1 month' < %(on)s as is_late
        from area_states as a
        where %(funding)s::text is null
           or a.funding = %(funding)s
    ) as r
    group by 1
"""
PROGRESS: LiteralString = f"""
    with {{responsible}}{AREA_STATES},
    {OVERBUILT},
    of_trenches as ({TRENCHES}),
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
        coalesce(t.overbuilt_m, 0) as overbuilt_m,
        e.planned_connections,
        e.planned_counts,
        coalesce(c.counts, e.counts) as counts,
        coalesce(c.recorded, 0) as recorded,
        coalesce(c.passed, 0) as passed,
        coalesce(c.connected, 0) as connected,
        coalesce(c.connected_addresses, 0) as connected_addresses,
        case when coalesce(c.knows_dwellings, true) then coalesce(c.connected_dwellings, 0) end as connected_dwellings,
        coalesce(c.activated, 0) as activated,
        coalesce(c.overdue, 0) + coalesce(e.unrecorded, 0) as overdue_connections,
        coalesce(c.overdue_month, 0) + coalesce(e.unrecorded_month, 0) as overdue_month_connections,
        coalesce(e.unrecorded, 0) as overdue_unrecorded,
        coalesce(e.unrecorded_apart, 0) as overdue_unrecorded_apart,
        coalesce(c.overbuilt, 0) as overbuilt_connections,
        {bounds_of("w.extent")} as bounds
    from of_trenches as t
    full join of_connections as c using (part)
    full join of_areas as e using (part)
    {{named}}
    cross join lateral (select st_envelope(st_collect(array[t.extent, e.extent])) as extent) as w
    order by part = '', label, part
"""
"""Returns a row for each part, with the fields of Progress: ``of``, ``key``, ``label``, ``named`` are those of PARTS,
``responsible`` is that of `responsible_on`."""
