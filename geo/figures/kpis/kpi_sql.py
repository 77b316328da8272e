"""The queries that evaluate indicators. All of them wrap the query of an indicator's contributions."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from psycopg import sql

from geo.figures.kpis import Indicator, Kind, amounts
from geo.figures.kpis.area_of_city import records_of
from geo.figures.kpis.contributing import contributing, contributing_of_part, date_column
from geo.figures.kpis.parts import IN_FORCE, NONE, Parts, Reforms
from geo.figures.kpis.placing import in_every_month
from geo.figures.kpis.recorded import recorded
from geo.figures.kpis.within_part import UNASSIGNED, PartOfCity, contributing_within
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS
from geo.store.database import Query

OUTSIDE = "outside"
UNLOCATED = "unlocated"
"""The parts of a split that are not districts: outside the city, and without a place."""


def _internal(_: Indicator) -> Audience:
    return Audience.INTERNAL


def totals(
    requested: Sequence[tuple[Indicator, Period]],
    audience_of: Callable[[Indicator], Audience] = _internal,
    *,
    part: str | None = None,
    reforms: Reforms = NONE,
) -> Query:
    """Return one query for many figures: rows of key, period, exact total.

    Null if it is not recorded, or of a ratio or maximum if there is nothing to divide by or to choose from. No row for
    periods in which no definition of the indicator is in force. With the key of a ``part`` of the upper level, as it
    was at the end of each period, the figures are those of it. ``reforms``: by which the city was another one.
    """
    parts: list[sql.Composable] = []
    parameters: dict[str, Any] = {}
    for number, (given, period) in enumerate(requested):
        indicator = given.in_force(period)
        if indicator is None:
            continue
        parts_then = reforms.parts(period)
        counted = (
            contributing(indicator, period, str(number), parameters, whole=True, parts=parts_then)
            if part is None
            else contributing_of_part(indicator, period, str(number), parameters, part, parts_then)
        )
        within = None if part is None else parts_then
        parameters |= {f"key{number}": indicator.key, f"period{number}": period.name}
        parts.append(
            sql.SQL(
                """
                select {key}::text as key, {period}::text as period, {total} as total
                from {counted}
                """
            ).format(
                key=sql.Placeholder(f"key{number}"),
                period=sql.Placeholder(f"period{number}"),
                total=amounts.total(
                    indicator,
                    recorded(indicator, period, str(number), parameters, audience_of(indicator), within),
                ),
                counted=counted,
            )
        )
    none = sql.SQL("select null::text as key, null::text as period, null::numeric as total where false")
    return Query(sql.SQL(" union all ").join([*parts, none]), parameters)


def by_district(
    indicator: Indicator,
    period: Period,
    audience: Audience = Audience.INTERNAL,
    parts: Parts | PartOfCity = IN_FORCE,
) -> Query:
    """Return the query for the parts by district, or by ``parts`` of another level or day: rows of part and amount.

    Each is computed from its own records; null if the figure is not recorded, if no record that counts has a place, or
    where there is nothing to divide by or to choose from. All of them by name, then ``outside`` and ``unlocated`` if
    they have any records. For the public, records at a place that it may not know are ``unlocated``, so that the parts
    of a sum still add up. Of one part of the city, what counts in it: by the lower parts within it, then
    ``unassigned``.
    """
    district = indicator.public_district if audience is Audience.PUBLIC else "district"
    parameters: dict[str, Any] = {"outside": OUTSIDE, "unlocated": UNLOCATED, "unassigned": UNASSIGNED}
    within = parts.upper if isinstance(parts, PartOfCity) else IN_FORCE if indicator.is_share_of_area else None
    statement = sql.SQL(
        """
        with parts as (
            select coalesce(c.{district}, %(unlocated)s) as key, {value} as amount, bool_or({has_place}) as has_place
            from {counted}
            group by 1
        ),
        places as (
            select key, name, 0 as position
            from ({parts}) as p
        )
        select coalesce(l.name, p.key) as part, {amount} as amount
        from places as l
        full join parts as p using (key)
        order by
            coalesce(
                l.position,
                case when key = %(outside)s then 1 when key in (%(unlocated)s, %(unassigned)s) then 2 else 0 end
            ),
            key
        """
    ).format(
        district=sql.Identifier(district),
        value=amounts.value(indicator),
        has_place=amounts.has_place(indicator, district, parts),
        amount=amounts.part_of_city(indicator, recorded(indicator, period, "", parameters, audience, within)),
        counted=counted_in(indicator, period, parameters, parts),
        parts=parts.relation(parameters),
    )
    return Query(statement, parameters)


def counted_in(
    indicator: Indicator, period: Period, parameters: dict[str, Any], parts: Parts | PartOfCity
) -> sql.Composable:
    """Return the contributions that count in the period, as ``(…) as c``: of all parts, or of one part of the city."""
    if isinstance(parts, PartOfCity):
        return contributing_within(indicator, period, "", parameters, parts)
    return contributing(indicator, period, "", parameters, parts=parts)


def by_month(
    indicator: Indicator, period: Period, audience: Audience = Audience.INTERNAL, reforms: Reforms = NONE
) -> Query:
    """Return the query for the parts by month of the date that counts: rows of part (``2023-07``) and amount.

    All months have the city of the period's end, so that they add up. The amounts are null if the figure is not
    recorded. A flow has all months of the period; a stock only those in which its records began to count.
    """
    parameters: dict[str, Any] = {"months": period.months() if indicator.kind is Kind.FLOW else []}
    counted = contributing(indicator, period, "", parameters, parts=reforms.parts(period))
    statement = sql.SQL(
        """
        with parts as (
            select to_char(c.{date}, 'YYYY-MM') as month, {value} as amount
            from {counted}
            group by 1
        )
        select month as part, {amount} as amount
        from unnest(%(months)s::text[]) as m (month)
        full join parts as p using (month)
        order by month
        """
    ).format(
        date=date_column(indicator),
        value=amounts.value(indicator),
        amount=amounts.part(indicator, recorded(indicator, period, "", parameters, audience)),
        counted=in_every_month(counted) if indicator.is_share_of_area else counted,
    )
    return Query(statement, parameters)


def rows(indicator: Indicator, period: Period, *, by_part: bool = False, parts: Parts | PartOfCity = IN_FORCE) -> Query:
    """Return the query for the contributing records, with the columns of evaluation.Row, in order of date and id.

    One row per record; for lines that cross districts, the districts are separated by ``|``. With ``by_part`` one row
    per record and district, so that the rows of a district add up to its part of the split. Districts are
    those of ``parts``; of one part of the city, the lower parts within it, and amounts what counts in it.
    """
    parameters: dict[str, Any] = {"outside": OUTSIDE, "unlocated": UNLOCATED}
    statement = sql.SQL(
        """
        select
            r.layer,
            r.record as id,
            r.source,
            r.source_id,
            min(c.{date}) as date,
            sum(c.amount) as amount,
            string_agg(coalesce(d.name, c.district, %(unlocated)s), '|' order by c.district) as district
        from {counted}
        join {records} as r on r.id = c.id
        left join ({parts}) as d on d.key = c.district
        group by c.id, r.layer, r.record, r.source, r.source_id {by_part}
        order by date, c.id, district
        """
    ).format(
        date=date_column(indicator),
        counted=counted_in(indicator, period, parameters, parts),
        parts=parts.relation(parameters),
        records=records_of(indicator, parameters),
        by_part=sql.SQL(", c.district" if by_part else ""),
    )
    return Query(statement, parameters)


def counts(indicator: Indicator, year: Period, parts: Parts = IN_FORCE) -> Query:
    """Return the query for how many records the public does not know one by one, in all months by all parts.

    Rows of month, part (named as in by_district for the public), records and amount.
    """
    parameters: dict[str, Any] = {"unlocated": UNLOCATED, "months": year.months()}
    statement = sql.SQL(
        """
        with counted as (
            select
                to_char(c.date, 'YYYY-MM') as month,
                coalesce(d.name, c.{district}, %(unlocated)s) as part,
                count(distinct c.id) as records,
                sum(c.amount) as amount
            from {counted}
            left join ({parts}) as d on d.key = c.{district}
            where {unpublished}
            group by 1, 2
        ),
        parts as (
            select name as part from ({parts}) as p
            union
            select part from counted
        )
        select month, part, coalesce(k.records, 0) as records, coalesce(k.amount, 0) as amount
        from unnest(%(months)s::text[]) as m (month)
        cross join parts as p
        left join counted as k using (month, part)
        """
    ).format(
        district=sql.Identifier(indicator.public_district),
        counted=contributing(indicator, year, "", parameters, parts=parts),
        parts=parts.relation(parameters),
        unpublished=_unpublished(indicator),
    )
    return Query(statement, parameters)


def set_values(names: Iterable[str], part: str | None = None) -> Query:
    """Return the query for what was entered for these periods: rows of key, period, target and remark (or null).

    For the key of a ``part``, its own targets; remarks are those of the whole.
    """
    return Query(
        sql.SQL(
            """
            select kpi as key, period, t.value as target, r.text as remark
            from (select * from targets where part is not distinct from %(part)s) as t
            full join (select * from remarks where %(part)s::text is null) as r using (kpi, period)
            where period = any (%(periods)s)
            """
        ),
        {"periods": list(names), "part": part},
    )


def _unpublished(indicator: Indicator) -> sql.Composable:
    """Return the condition over ``c`` for contributions that the public cannot find in the public layer."""
    if indicator.published is None:
        return sql.SQL("true")
    return sql.SQL("not exists (select from {view} as r where r.id = c.id and ({published}))").format(
        view=sql.Identifier(SCHEMAS[Audience.PUBLIC], indicator.layer), published=sql.SQL(indicator.published)
    )
