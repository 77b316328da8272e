"""Figures, splits and the records behind them, limited to what an audience may see.

For the web service, hence over an asynchronous connection; geo.figures.report and geo.figures.kpis.evaluation return
everything.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from geo.errors import FlurwerkError
from geo.figures.kpis import Indicator, Kind, evaluation, kpi_sql
from geo.figures.kpis.disclosure import (
    NOTHING_HIDDEN,
    cells_hidden,
    counts,
    is_suppressed_for,
    is_total_published,
    shown_of,
    unlisted,
)
from geo.figures.kpis.figures import Figure, figure
from geo.figures.kpis.indicator import Shown
from geo.figures.kpis.suppression import TOTAL, Cell
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.rhythm import own_rhythm
from geo.store.database import AsyncConnection, Query

Split = Literal["district", "month"]


class RecordsNotPublic(FlurwerkError):
    """The records, or the parts of a figure that amount to records, are internal and not shown to the audience."""


class NoRecords(evaluation.UnknownIndicator):
    """The figure is a ratio: its sides have the records."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure, and whether its actual is hidden from the audience. Of a hidden one, nothing else may be told."""

    figure: Figure
    is_hidden: bool

    @property
    def is_recorded(self) -> bool:
        """Whether the figure is recorded, as far as the audience may know."""
        return self.is_hidden or self.figure.is_recorded


class Part(NamedTuple):
    """One line of a split; ``amount`` is None if it is hidden, not recorded, or if there is nothing to divide by."""

    part: str
    amount: Decimal | None
    is_hidden: bool = False


class Page(NamedTuple):
    """A GeoJSON FeatureCollection as text, and the id after which the next page begins, None on the last page."""

    collection: str
    next_after: int | None


async def indicators(connection: AsyncConnection) -> list[Indicator]:
    """Return all indicators, in the report's order."""
    return evaluation.with_families(await _fetch(connection, kpi_sql.members()))


async def figures(
    connection: AsyncConnection,
    chosen: Sequence[Indicator],
    period: Period,
    audience_of: Callable[[Indicator], Audience],
) -> list[Answer]:
    """Return the figures of these indicators in the period, each for the audience that may see its records."""
    return [answer for (answer,) in await trends(connection, chosen, [period], audience_of)]


async def trends(
    connection: AsyncConnection,
    chosen: Sequence[Indicator],
    periods: Sequence[Period],
    audience_of: Callable[[Indicator], Audience],
) -> list[list[Answer]]:
    """Return for each of these indicators its figures in all of the periods, in the given order.

    A period in which no definition is in force has a figure without an actual. Takes two statements, and for the public
    one more for each figure that may be hidden.
    """
    requested = [(indicator, period) for indicator in chosen for period in periods]
    actuals = {
        (key, name): total for key, name, total in await _fetch(connection, kpi_sql.totals(requested, audience_of))
    }
    rows = await _fetch(connection, kpi_sql.set_values([period.name for period in periods]))
    set_values = {(key, name): (target, remark) for key, name, target, remark in rows}
    return [
        [
            Answer(
                figure(indicator.in_force(period) or indicator, period.name, actuals, set_values),
                await _is_hidden(connection, indicator, period, audience_of(indicator)),
            )
            for period in periods
        ]
        for indicator in chosen
    ]


async def split(
    connection: AsyncConnection, given: Indicator, period: Period, by: Split, audience: Audience
) -> list[Part]:
    """Return the parts of a figure by district or month.

    Raises RecordsNotPublic if the audience may not see them, and NotInForce.
    """
    indicator = evaluation.definition(given, period)
    is_suppressed = is_suppressed_for(audience, indicator)
    if is_suppressed and indicator.kind is Kind.STOCK:
        raise RecordsNotPublic(
            f"The parts of “{indicator.key}” are internal, since those of two days tell single records.",
            f"Its total at the end of a {own_rhythm().names[0]} is public.",
        )
    if is_suppressed and shown_of(given, period) is not Shown.COUNTS:
        raise RecordsNotPublic(
            f"The parts of “{indicator.key}” are internal.", "Public is at most its total of a half-year that is over."
        )
    query = (
        kpi_sql.by_district(indicator, period, audience)
        if by == "district"
        else kpi_sql.by_month(indicator, period, audience)
    )
    parts = await _fetch(connection, query)
    hidden = await _hidden(connection, given, period) if is_suppressed else NOTHING_HIDDEN
    if by == "month":
        return [_part(month, amount, is_hidden=Cell(month, TOTAL) in hidden) for month, amount in parts]
    further = [_part(part, None, is_hidden=True) for part in unlisted([part for part, _ in parts], period, hidden)]
    return [_part(part, amount, is_hidden=Cell(period.name, part) in hidden) for part, amount in parts] + further


def _part(part: str, amount: Decimal | None, *, is_hidden: bool) -> Part:
    return Part(part, None if is_hidden else amount, is_hidden)


async def contributions(
    connection: AsyncConnection, given: Indicator, period: Period, audience: Audience, *, limit: int, after: int
) -> Page:
    """Return a page of the records behind a figure.

    Raises RecordsNotPublic if the audience may not see them, NotInForce, and NoRecords of a ratio.
    """
    indicator = evaluation.definition(given, period)
    if not shows_records(audience):
        raise RecordsNotPublic(
            f"The records behind “{indicator.key}” are internal.",
            "Public are the figures themselves, and of sums over a period their splits.",
        )
    if len(indicator.sides) > 1:
        sides = " and ".join(f"“{side.key}”" for side in indicator.sides)
        raise NoRecords(f"“{indicator.key}” is a ratio, which has no records of its own.", f"Ask for those of {sides}.")
    (page,) = await _fetch(connection, kpi_sql.geojson(indicator, period, limit=limit, after=after))
    return Page(*page)


def shows_records(audience: Audience) -> bool:
    """Whether the audience may see the records behind a figure.

    The public may not, even where it sees each record: that a deal counts, and in which month, tells the agency's role
    and dates that are internal.
    """
    return audience is not Audience.PUBLIC


async def _is_hidden(connection: AsyncConnection, indicator: Indicator, period: Period, audience: Audience) -> bool:
    if not is_suppressed_for(audience, indicator):
        return False
    if is_total_published(indicator, period) and shown_of(indicator, period) is not Shown.NOTHING:
        return False
    return Cell(period.name, TOTAL) in await _hidden(connection, indicator, period)


async def _hidden(connection: AsyncConnection, indicator: Indicator, period: Period) -> frozenset[Cell]:
    if shown_of(indicator, period) is not Shown.COUNTS:
        return cells_hidden(indicator, period, [])
    hidden = NOTHING_HIDDEN
    for side in (indicator.in_force(period) or indicator).sides:
        query = counts(side, period)
        rows = await _fetch(connection, query) if query else []
        # In a thread, since it takes up to a second of computing when the records have changed.
        hidden |= await asyncio.to_thread(cells_hidden, side, period, rows)
    return hidden


async def _fetch(connection: AsyncConnection, query: Query) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(*query)
    return await cursor.fetchall()
