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
from geo.figures.kpis import Indicator, evaluation, kpi_sql
from geo.figures.kpis.figures import Figure, figure
from geo.figures.kpis.suppression import TOTAL, Cell, Count, cells_to_hide
from geo.periods import Period, parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import sees
from geo.store.database import AsyncConnection, Query

Split = Literal["district", "month"]
NOTHING_HIDDEN: frozenset[Cell] = frozenset()


class RecordsNotPublic(FlurwerkError):
    """The records behind a figure are internal and not shown to the audience."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A figure, and the cells of its year that are hidden from the audience."""

    figure: Figure
    hidden: frozenset[Cell]

    @property
    def is_hidden(self) -> bool:
        """Whether the actual is hidden from the audience."""
        return Cell(self.figure.period, TOTAL) in self.hidden


class Part(NamedTuple):
    """One line of a split; ``amount`` is None if it is hidden from the audience."""

    part: str
    amount: Decimal | None


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

    Takes two statements, and for the public one more per year and indicator whose small counts are suppressed.
    """
    requested = [(indicator, period) for indicator in chosen for period in periods]
    actuals = {(key, name): total for key, name, total in await _fetch(connection, kpi_sql.totals(requested))}
    rows = await _fetch(connection, kpi_sql.set_values([period.name for period in periods]))
    set_values = {(key, name): (target, remark) for key, name, target, remark in rows}
    found: list[list[Answer]] = []
    for indicator in chosen:
        audience = audience_of(indicator)
        years = {period.year: period for period in periods}
        hidden = {year: await _hidden(connection, indicator, period, audience) for year, period in years.items()}
        answers = [
            Answer(figure(indicator, period.name, actuals, set_values), hidden[period.year]) for period in periods
        ]
        found.append(answers)
    return found


async def split(
    connection: AsyncConnection, answer: Answer, period: Period, by: Split, audience: Audience
) -> list[Part]:
    """Return the parts of a figure by district or month."""
    indicator = answer.figure.indicator
    is_by_district = by == "district"
    parts = await _fetch(
        connection,
        kpi_sql.by_district(indicator, period, audience) if is_by_district else kpi_sql.by_month(indicator, period),
    )
    cells = [Cell(period.name, part) if by == "district" else Cell(part, TOTAL) for part, _ in parts]
    return [
        Part(part, None if cell in answer.hidden else amount) for cell, (part, amount) in zip(cells, parts, strict=True)
    ]


async def contributions(
    connection: AsyncConnection, indicator: Indicator, period: Period, audience: Audience, *, limit: int, after: int
) -> Page:
    """Return a page of the records behind a figure. Raises RecordsNotPublic if the audience may not see them."""
    if not shows_records(audience, indicator):
        raise RecordsNotPublic(
            f"The records behind “{indicator.key}” are internal.",
            "Only the figure itself and its splits by district or month are public.",
        )
    query = kpi_sql.geojson(indicator, period, limit=limit, after=after, audience=audience)
    (page,) = await _fetch(connection, query)
    return Page(*page)


def shows_records(audience: Audience, indicator: Indicator) -> bool:
    """Whether the audience may see the records behind a figure."""
    return sees(audience, LAYERS[indicator.layer])


async def _hidden(
    connection: AsyncConnection, indicator: Indicator, period: Period, audience: Audience
) -> frozenset[Cell]:
    if audience is not Audience.PUBLIC or not indicator.suppress_below:
        return NOTHING_HIDDEN
    rows = await _fetch(connection, kpi_sql.counts(indicator, parse_period(period.year)))
    counts = {Cell(month, part): Count(records, amount) for month, part, records, amount in rows}
    return await asyncio.to_thread(cells_to_hide, counts, indicator.suppress_below)


async def _fetch(connection: AsyncConnection, query: Query) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(*query)
    return await cursor.fetchall()
