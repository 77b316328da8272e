"""Overbuild: where two operators build, or have built, at the same place."""

from typing import LiteralString

from geo.figures.checks.rollout import SAME_ADDRESS, address_key
from geo.figures.kpis.broadband import COUNTED_TRENCHES
from geo.rollout.measures import DROPPED

OVERBUILT: LiteralString = f"""
    overbuilt_trenches as materialized (
        select t.id, sum(st_length(piece.geom))::numeric(12, 3) as metres
        from trenches as t
        cross join lateral (
            select st_buffer(st_collect(o.geom), 5, 'endcap=flat') as geom
            from trenches as o
            where o.operator <> t.operator
              and o.origin <> 'existing_duct'
              and o.duplicate_of is null
              and least(o.planned_reached_on, o.laid_reached_on) <= %(on)s
              and (o.discarded_on is null or o.discarded_on > %(on)s)
              and st_dwithin(o.geom, t.geom, 5)
        ) as beside
        cross join lateral st_dump(st_linemerge(st_intersection(t.geom, beside.geom))) as piece
        where {COUNTED_TRENCHES}
          and beside.geom is not null
          and st_length(piece.geom) > 20
        group by t.id
    ),
    addressed as materialized (
        select c.id, c.operator, c.district_key, c.geom, {address_key("c.address")} as address
        from connections as c
        where c.operator is not null
          and not {DROPPED}
    ),
    overbuilt_connections as materialized (
        select a.id
        from addressed as a
        join addressed as b on {SAME_ADDRESS}
        where b.operator <> a.operator
        union
        select one.id
        from (select * from addressed where address is null) as a
        join connections as c on st_dwithin(c.geom, a.geom, 1)
        cross join lateral (values (a.id), (c.id)) as one (id)
        where c.operator <> a.operator
          and not {DROPPED}
    )
"""
"""The expressions ``overbuilt_trenches`` and ``overbuilt_connections`` of a statement with the parameter ``on``, a day.

Overbuilt is what both operators have planned or built by the day and not given up; without an operator, nothing is.
Of a trench (``metres``) it is every stretch of more than 20 m that is at most 5 m from another operator's, so that
trenches that cross or meet do not count. A connection is overbuilt if another operator has one at the same address or,
where one of them has none, within 1 m.
"""
