"""The records that count in one part of the upper level, divided among the lower parts within it.

So a part can be reported like the whole: its own split, records and maps. What is divided is what counts in the part,
hence the shares of a sum add up to the part's figure exactly, whatever the lower level leaves free.
"""

from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql

from geo.figures.kpis import Indicator
from geo.figures.kpis.contributing import contributing, contributing_of_part, date_column
from geo.figures.kpis.indicator import Aggregation, Kind
from geo.figures.kpis.parts import Parts
from geo.periods import Period

UNASSIGNED = "unassigned"
"""What counts in the part and lies in none of the lower parts within it, or has no place beyond the part's name."""


@dataclass(frozen=True, slots=True)
class PartOfCity:
    """A part of the upper level as it was on the last day of a period.

    ``upper`` are the parts of its level then; ``inner`` those of the lower level by which it is divided, None if it is
    not divided.
    """

    key: str
    name: str
    upper: Parts
    inner: Parts | None = None

    def relation(self, parameters: dict[str, Any]) -> sql.Composable:
        """Return the query for the lower parts within it, or for the part itself: rows of key, name and geom."""
        parameters |= {"within_part": self.key}
        upper = self.upper.relation(parameters)
        if self.inner is None:
            return sql.SQL("select key, name, geom from ({}) as p where key = %(within_part)s").format(upper)
        # A lower part that crosses the border belongs where most of it lies.
        return sql.SQL(
            """
            select l.key, l.name, l.geom
            from (
                select
                    array_agg(key order by key) as keys,
                    array_agg(flurwerk.shape_of(geom) order by key) as shapes,
                    (array_agg(geom) filter (where key = %(within_part)s))[1] as geom
                from ({upper}) as p
            ) as u
            join ({lower}) as l on st_intersects(l.geom, u.geom)
            where flurwerk.part_of_area(l.geom, u.keys, u.shapes) = %(within_part)s
            """
        ).format(upper=upper, lower=self.inner.relation(parameters))


def contributing_within(
    indicator: Indicator, period: Period, suffix: str, parameters: dict[str, Any], of: PartOfCity
) -> sql.Composable:
    """Return what counts in a part in the period, as ``(…) as c``; ``district`` is the lower part, if it is divided.

    Adds the values to bind to ``parameters``.
    """
    if of.inner is None:
        return contributing_of_part(indicator, period, suffix, parameters, of.key, of.upper)
    if indicator.aggregation is not Aggregation.RATIO:
        return _divided(indicator, period, suffix, parameters, of)
    sides = [
        _side(side, period, f"{suffix}s{number}", parameters, of, is_base=number > 0)
        for number, side in enumerate(indicator.sides)
    ]
    return sql.SQL("({}) as c").format(sql.SQL(" union all ").join(sides))


def _side(
    side: Indicator, period: Period, suffix: str, parameters: dict[str, Any], of: PartOfCity, *, is_base: bool
) -> sql.Composable:
    """Return what counts in a side of a ratio, by its definition that is in force."""
    counted = side.in_force(period)
    return sql.SQL(
        """
        select c.id, c.{date}, c.amount, c.district, {is_base} as is_base
        from {counted}
        where {holds}
        """
    ).format(
        date=date_column(side),
        is_base=sql.Literal(is_base),
        counted=_divided(counted or side, period, suffix, parameters, of),
        holds=sql.Literal(counted is not None),
    )


def _divided(
    indicator: Indicator, period: Period, suffix: str, parameters: dict[str, Any], of: PartOfCity
) -> sql.Composable:
    assert of.inner is not None
    if indicator.aggregation is Aggregation.COVERAGE:
        return _covered(indicator, period, suffix, parameters, of, of.inner)
    dates = sql.SQL("c.date" if indicator.kind is Kind.FLOW else "c.from_on, c.until_on")
    whole = PartOfCity(of.key, of.name, of.upper).relation(parameters)
    return sql.SQL(
        """
        (
            with whole as materialized (
                {whole}
            ),
            outlines as materialized (
                select array_agg(key order by key) as keys, array_agg(flurwerk.shape_of(geom) order by key) as shapes
                from ({inner}) as p
            )
            select c.id, {dates}, s.share as amount, coalesce(nullif(s.part, 'outside'), {rest}) as district, c.geom
            from {counted}
            cross join whole as w
            cross join outlines as o
            -- Only a line counts with what of it lies in the part.
            cross join lateral (
                select
                    case
                        when st_dimension(c.geom) = 1 and not st_covers(w.geom, c.geom)
                            then st_collectionextract(st_intersection(w.geom, c.geom), 2)
                        else c.geom
                    end as geom
            ) as i
            cross join lateral flurwerk.shares_in_parts(
                c.amount, i.geom, null, o.keys, o.shapes, array[]::uuid[]
            ) as s
        ) as c
        """
    ).format(
        whole=whole,
        inner=of.relation(parameters),
        dates=dates,
        rest=sql.Literal(UNASSIGNED),
        counted=contributing_of_part(indicator, period, suffix, parameters, of.key, of.upper),
    )


def _covered(
    indicator: Indicator, period: Period, suffix: str, parameters: dict[str, Any], of: PartOfCity, inner: Parts
) -> sql.Composable:
    """Return what polygons cover of the lower parts within a part, and of what these leave free of it.

    Where a lower part crosses the part's border, it is covered as a whole, but takes from the rest only what of it lies
    in the part. Less than a square metre is rounding.
    """
    dates = sql.SQL("c.date" if indicator.kind is Kind.FLOW else "c.from_on, c.until_on")
    return sql.SQL(
        """
        (
            with inside as materialized (
                select c.id, {dates}, c.amount, c.district, c.geom
                from {lower}
                where c.district in (select key from ({inner}) as p)
            ),
            taken as (
                select c.id, sum(c.amount) as amount
                from {clipped}
                where c.district in (select key from ({inner}) as p)
                group by c.id
            )
            select * from inside
            union all
            select c.id, {dates}, c.amount - coalesce(t.amount, 0), {rest}, c.geom
            from {whole}
            left join taken as t using (id)
            where c.amount - coalesce(t.amount, 0) >= 1
        ) as c
        """
    ).format(
        dates=dates,
        lower=contributing(indicator, period, suffix, parameters, parts=inner),
        clipped=contributing(_clipped(indicator, parameters, of), period, f"{suffix}i", parameters, parts=inner),
        inner=of.relation(parameters),
        rest=sql.Literal(UNASSIGNED),
        whole=contributing_of_part(indicator, period, f"{suffix}w", parameters, of.key, of.upper),
    )


def _clipped(indicator: Indicator, parameters: dict[str, Any], of: PartOfCity) -> Indicator:
    """Return the indicator with what of its polygons lies in the part."""
    whole = PartOfCity(of.key, of.name, of.upper).relation(parameters).as_string(None)
    public = ", c.public_district" if indicator.public_district == "public_district" else ""
    dates = "c.date" if indicator.kind is Kind.FLOW else "c.from_on, c.until_on"
    clipped = f"""
        select
            c.id, {dates}, c.amount, c.district{public},
            st_multi(st_collectionextract(st_intersection(c.geom, w.geom), 3)) as geom
        from ({indicator.contributions}) as c
        cross join ({whole}) as w
    """
    return replace(indicator, contributions=clipped)
