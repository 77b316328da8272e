"""Where contributions lie: among the parts of another level or day, and what areas cover of each part."""

from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg import sql

from geo.figures.kpis.area_of_city import is_area_of_city, shapes_at_end
from geo.figures.kpis.indicator import Indicator, Kind
from geo.figures.kpis.parts import Parts
from geo.records.layers import ALL_LAYERS

OUTLINES: LiteralString = """
    parts as materialized ({parts}),
    outlines as materialized (
        select array_agg(key order by key) as keys, array_agg(flurwerk.shape_of(geom) order by key) as shapes
        from parts
    ),
    city as materialized (
        {city}
    )
"""

IN_FORCE_NOW: LiteralString = """
        select array_agg(flurwerk.shape_of(geom)) as shapes
        from districts
        where kind = 'district'
"""

IN_THE_CITY_THEN: LiteralString = """
        select shapes
        from city_then
"""


def placed(
    indicator: Indicator,
    counted: sql.Composable,
    parts: Parts,
    parameters: dict[str, Any],
    then: Sequence[sql.Composable],
) -> sql.Composable:
    """Return whole contributions divided among ``parts`` of a lower level by where they lie, as ``(…) as c``.

    ``then`` are the queries of geo.figures.kpis.places_then, if the city was another one.
    """
    layer = ALL_LAYERS[indicator.layer]
    is_line = layer.geometry == "MultiLineString"
    hidden = sql.SQL(", case when c.public_district is not null then s.part end as public_district")
    return sql.SQL(
        """
        (
            with {then} {outlines}
            select c.id, {dates}, s.share as amount, s.part as district, c.geom {public}
            from {counted}
            {record}
            cross join outlines as o
            cross join city
            -- Most records are points, for which a call for each would cost most of the time.
            cross join lateral (
                select flurwerk.part_of_point(c.geom, o.keys, o.shapes) as part, c.amount as share
                where st_dimension(c.geom) = 0
                union all
                select n.part, n.share
                from flurwerk.shares_in_parts(c.amount, c.geom, {inside}, o.keys, o.shapes, city.shapes) as n
                where st_dimension(c.geom) is distinct from 0
            ) as s
            -- A line that has nothing inside the city does not count.
            where c.amount <> 0
               or st_dimension(c.geom) is distinct from 1
        ) as c
        """
    ).format(
        then=sql.SQL("").join(sql.SQL("{}, ").format(each) for each in then),
        outlines=_outlines(parts, parameters, sql.SQL(IN_THE_CITY_THEN if then else IN_FORCE_NOW)),
        dates=_dates(indicator),
        public=hidden if indicator.public_district == "public_district" else sql.SQL(""),
        counted=counted,
        record=sql.SQL("join {} as r on r.id = c.id").format(sql.Identifier(layer.key)) if is_line else sql.SQL(""),
        inside=sql.SQL("r.city_length_m" if is_line else "null"),
    )


def covered(
    indicator: Indicator, counted: sql.Composable, parts: Parts, parameters: dict[str, Any], end: str
) -> sql.Composable:
    """Return what the polygons of whole contributions cover of ``parts`` inside the city, in m², as ``(…) as c``.

    The city is that of its parts in force before the day bound to ``end``, whichever ``parts`` it is divided by. What
    several records cover counts for the one with the lowest id, or of parts the lowest key, which they keep when they
    become former ones. Records that cover nothing else, or that lie outside the city, have no row.
    """
    hidden = sql.SQL(", case when c.public_district is not null then n.part end as public_district")
    return sql.SQL(
        """
        (
            with {outlines},
            -- Only records of one cluster touch each other, so that not every one is compared with every other.
            polygons as materialized (
                select c.*, st_clusterdbscan(c.geom, 0, 1) over () as cluster
                from {counted}
                where st_dimension(c.geom) = 2
            ),
            taken as (
                select c.id, st_unaryunion(st_collect(o.geom)) as geom
                from polygons as c
                join polygons as o on o.cluster = c.cluster
                where o.{order} < c.{order}
                  and st_intersects(o.geom, c.geom)
                group by c.id
            )
            select c.id, {dates}, n.area_m2 as amount, n.part as district, c.geom {public}
            from polygons as c
            left join taken as t on t.id = c.id
            cross join outlines as o
            cross join city
            cross join lateral flurwerk.area_in_parts(
                case when t.id is null then c.geom else st_difference(c.geom, t.geom) end,
                o.keys,
                o.shapes,
                city.shapes
            ) as n
        ) as c
        """
    ).format(
        outlines=_outlines(parts, parameters, shapes_at_end(end)),
        counted=counted,
        order=sql.SQL("district" if is_area_of_city(indicator) else "id"),
        dates=_dates(indicator),
        public=hidden if indicator.public_district == "public_district" else sql.SQL(""),
    )


def in_every_month(counted: sql.Composable) -> sql.Composable:
    """Return contributions to a share of area with the denominator's in each month of the numerator's, ``(…) as c``.

    The city has no month, and each month's records have their share of all of it.
    """
    return sql.SQL(
        """
        (
            with counted as materialized (select * from {counted})
            select id, from_on, amount, is_base
            from counted
            where not is_base
            union all
            select b.id, m.from_on, b.amount, b.is_base
            from counted as b
            cross join (
                select distinct date_trunc('month', from_on)::date from counted where not is_base
            ) as m (from_on)
            where b.is_base
        ) as c
        """
    ).format(counted=counted)


def _outlines(parts: Parts, parameters: dict[str, Any], city: sql.Composable) -> sql.Composable:
    return sql.SQL(OUTLINES).format(parts=parts.relation(parameters), city=city)


def _dates(indicator: Indicator) -> sql.SQL:
    return sql.SQL("c.date" if indicator.kind is Kind.FLOW else "c.from_on, c.until_on")
