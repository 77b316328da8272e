"""The findings that affect the figures of a period, to be reviewed before its report is published.

A finding affects a figure if its record counts in it, if a record that refers to it does (a sale of a plot whose area
is off), or if it would count were it corrected (a connection outside the city). An odd date affects only periods in
which it lies: the length laid by the end of a year does not depend on a day in an earlier month. Within
geo.store.database.as_recorded, all of this is evaluated as recorded at that time.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from psycopg import sql

from geo.figures.checks import CHECKS, Check, Finding
from geo.figures.checks.check import escaped_query
from geo.figures.checks.texts import LAYERS as TEXTS
from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.contributing import contributing, contributing_of_part
from geo.figures.kpis.indicator import Aggregation
from geo.figures.kpis.parts import IN_FORCE, Parts
from geo.figures.kpis.places_then import places_then
from geo.figures.kpis.within_part import PartOfCity
from geo.periods import Period
from geo.store.catalogue import describe
from geo.store.database import Connection, Query


class AffectedFigure(NamedTuple):
    """A figure that a finding affects: the indicator's key, and the amount with which the record counts in it.

    If ``counts`` is false, ``amount`` is what the record would count with if it were corrected. It is None for findings
    about a target or a remark.
    """

    key: str
    amount: Decimal | None
    counts: bool


class PeriodFinding(NamedTuple):
    """A finding with the figures of the period that it affects, at least one."""

    finding: Finding
    figures: tuple[AffectedFigure, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The indicators' keys."""
        return tuple(figure.key for figure in self.figures)

    @property
    def check(self) -> Check:
        """The check that found it. Its label says what is odd, its advice what to do."""
        return BY_KEY[self.finding.check, self.finding.layer]


BY_KEY = {(check.key, check.layer): check for check in CHECKS}


def findings_of(
    connection: Connection, period: Period, only: Sequence[Indicator] | None = None, of: PartOfCity | None = None
) -> list[PeriodFinding]:
    """Return the findings that affect the period's figures (or ``only`` these indicators'), check by check.

    With ``of`` those that affect the figures of this part of the city.
    """
    indicators = evaluation.in_force(only if only is not None else evaluation.indicators(connection), period)
    references = _references(connection, indicators)
    parts = evaluation.reforms(connection).parts(period)
    return [
        finding
        for check in CHECKS
        if check.affects_figures
        for query in [affected_figures(check, indicators, period, references, of, parts)]
        if query
        for finding in _fetch(connection, query)
    ]


def affected_figures(
    check: Check,
    indicators: Sequence[Indicator],
    period: Period,
    references: dict[tuple[str, str], str],
    of: PartOfCity | None = None,
    upper: Parts = IN_FORCE,
) -> Query | None:
    """Return the query for the findings of a check and the figures that they affect, None if they cannot affect any.

    Its rows have the columns of Finding, key, amount and counts, in order of the findings. ``references`` are the
    columns by which records of one layer refer to those of another, ``upper`` the parts of the city at its end.
    """
    parameters: dict[str, Any] = {"check": check.key, "layer": check.layer}
    if check.layer in TEXTS:
        # A remark is on the whole.
        parts = [_text_part(check, period, parameters, of)] if of is None or check.layer == "targets" else []
    else:
        parts = list(_parts(check, indicators, period, references, parameters, of, upper))
    if not parts:
        return None
    statement = sql.SQL(
        """
        with found as materialized (
            {found}
        )
        select
            %(check)s::text as check,
            %(layer)s::text as layer,
            r.id,
            r.source,
            r.source_id,
            t.detail,
            t.key,
            coalesce(max(t.amount) filter (where t.counts), max(t.amount)) as amount,
            bool_or(t.counts) as counts
        from ({parts}) as t
        join {layer} as r on r.id = t.finding
        group by r.id, r.source, r.source_id, t.detail, t.key
        order by r.id, t.detail, min(t.position)
        """
    ).format(
        found=_found(check, period, parameters, upper),
        parts=sql.SQL(" union all ").join(parts),
        layer=sql.Identifier(check.layer),
    )
    return Query(statement, parameters)


def _found(check: Check, period: Period, parameters: dict[str, Any], upper: Parts) -> sql.Composed:
    """Return the query of what is found, by the places that records had at the period's end."""
    in_period = sql.SQL("")
    if check.date:
        parameters |= {"first": period.first, "end": period.end}
        in_period = sql.SQL("join {layer} as r using (id) where r.{date} >= %(first)s and r.{date} < %(end)s").format(
            layer=sql.Identifier(check.layer), date=sql.Identifier(check.date)
        )
    then = places_then({check.layer: {*re.findall(r"\w+", check.query)}}, upper, parameters)
    return sql.SQL("{then} select f.* from ({query}) as f {in_period}").format(
        then=sql.SQL("with {}").format(sql.SQL(", ").join(then)) if then else sql.SQL(""),
        query=escaped_query(check),
        in_period=in_period,
    )


def _text_part(check: Check, period: Period, parameters: dict[str, Any], of: PartOfCity | None) -> sql.Composed:
    parameters["periods"] = [period.name, period.year]
    parameters["part"] = of.key if of else None
    of_part = sql.SQL("and s.part is not distinct from %(part)s::text" if check.layer == "targets" and of else "")
    return sql.SQL(
        """
        select f.id as finding, f.detail, s.kpi as key, null::numeric as amount, true as counts, 0 as position
        from found as f
        join {layer} as s using (id)
        where s.period = any (%(periods)s)
          {of_part}
        """
    ).format(layer=sql.Identifier(check.layer), of_part=of_part)


def _parts(
    check: Check,
    indicators: Sequence[Indicator],
    period: Period,
    references: dict[tuple[str, str], str],
    parameters: dict[str, Any],
    of: PartOfCity | None,
    upper: Parts,
) -> Iterator[sql.Composed]:
    for number, (key, indicator) in enumerate(_counted(indicators, period)):
        records = _records(check, indicator, references)
        if records is None:
            continue
        parameters[f"key{number}"] = key
        if check.amount and indicator.aggregation is Aggregation.COVERAGE:
            # Without a polygon a record covers nothing, so it is not among those that do.
            indicator = replace(indicator, aggregation=Aggregation.SUM)
        counted = (
            contributing_of_part(indicator, period, str(number), parameters, of.key, of.upper)
            if of
            else contributing(indicator, period, str(number), parameters, parts=upper)
        )
        yield _part(number, records, counted, counts=True, of_nothing=check.amount is not None)
        if check.as_if and check.layer == indicator.layer:
            # What is as if it were elsewhere does not lie where it lay then.
            moved = counted if of else contributing(indicator, period, f"{number}m", parameters)
            yield _part(number, records, _as_if(check, moved), counts=False)


def _counted(indicators: Sequence[Indicator], period: Period) -> Iterator[tuple[str, Indicator]]:
    """Yield what counts records, with the key of the figure affected: that of a ratio for a side that is no line."""
    lines = {indicator.key for indicator in indicators}
    for indicator in indicators:
        for side in indicator.sides:
            counted = side.in_force(period)
            if counted and (side is indicator or side.key not in lines):
                yield indicator.key, counted


def _part(
    number: int, records: sql.Composable, counted: sql.Composable, *, counts: bool, of_nothing: bool = False
) -> sql.Composed:
    """Return the records found that count, with their amounts; ``of_nothing``: only those that count 0."""
    return sql.SQL(
        """
        select
            m.finding,
            m.detail,
            {key}::text as key,
            sum(c.amount) as amount,
            {counts} as counts,
            {number} as position
        from ({records}) as m
        join {counted} on c.id = m.record
        group by m.finding, m.detail
        {having}
        """
    ).format(
        having=sql.SQL("having coalesce(sum(c.amount), 0) = 0" if of_nothing else ""),
        key=sql.Placeholder(f"key{number}"),
        counts=sql.Literal(counts),
        number=sql.Literal(number),
        records=records,
        counted=counted,
    )


def _records(check: Check, indicator: Indicator, references: dict[tuple[str, str], str]) -> sql.Composable | None:
    """Return the query for finding, detail and the indicator's record affected; None if no record can be affected."""
    if check.layer == indicator.layer:
        if check.date and check.date not in indicator.dates:
            return None
        if check.amount and check.amount not in indicator.amounts:
            return None
        both = "union all select id, detail, other from found" if check.finds_pairs else ""
        return sql.SQL(f"select id as finding, detail, id as record from found {both}")
    column = references.get((indicator.layer, check.layer))
    if check.date or check.amount or column is None or check.layer not in indicator.layers:
        return None
    return sql.SQL(
        "select f.id as finding, f.detail, r.id as record from found as f join {layer} as r on r.{column} = f.id"
    ).format(layer=sql.Identifier(indicator.layer), column=sql.Identifier(column))


def _as_if(check: Check, counted: sql.Composable) -> sql.Composed:
    """Return the contributions of the records found as if they were corrected: a CTE replaces the layer's table."""
    return sql.SQL(
        """
        (
            with {layer} as (
                select changed.*
                from {layer} as r
                cross join lateral jsonb_populate_record(r, {as_if}) as changed
                where r.id in (select id from found)
            )
            select * from {counted}
        ) as c
        """
    ).format(
        layer=sql.Identifier(check.layer),
        as_if=sql.SQL(check.as_if or ""),
        counted=counted,
    )


def _references(connection: Connection, indicators: Sequence[Indicator]) -> dict[tuple[str, str], str]:
    """Return the referring columns, by the layer that refers and the layer referred to."""
    return {
        (layer, column.references): column.name
        for layer in dict.fromkeys(side.layer for indicator in indicators for side in indicator.sides)
        for column in describe(connection, layer).columns
        if column.references
    }


def _fetch(connection: Connection, query: Query) -> list[PeriodFinding]:
    rows = connection.execute(*query).fetchall()
    width = len(Finding._fields)
    return [
        PeriodFinding(Finding(*finding), tuple(AffectedFigure(*row[width:]) for row in touched))
        for finding, touched in groupby(rows, key=itemgetter(slice(width)))
    ]
