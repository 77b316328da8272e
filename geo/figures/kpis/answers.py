"""Figures, splits and the records behind them, limited to what an audience may see.

For the web service, hence over an asynchronous connection; geo.figures.report and geo.figures.kpis.evaluation return
everything.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from geo.errors import FlurwerkError
from geo.figures.kpis import Indicator, Kind, evaluation, kpi_sql, records_geojson
from geo.figures.kpis import parts as parts_of_city
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
from geo.figures.kpis.members import members
from geo.figures.kpis.part_labels import in_words_of
from geo.figures.kpis.parts import Reforms, levels
from geo.figures.kpis.reform_notes import note
from geo.figures.kpis.suppression import TOTAL, Cell
from geo.periods import Period
from geo.profile.levels import UPPER
from geo.records.layers.layer import Audience
from geo.rhythm import own_rhythm
from geo.store.database import AsyncConnection, Query
from geo.text import Text

MONTH = "month"
SPLITS = (*levels(), MONTH)
"""By what a figure can be split: the levels of the city's parts, and months."""


class UnknownSplit(FlurwerkError):
    """There is no level of parts of that name."""


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


class Parts(NamedTuple):
    """The parts of a figure, and what has to be said of them, if anything."""

    parts: list["Part"]
    note: Text | None


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
    return evaluation.with_families(await _fetch(connection, members()))


async def figures(
    connection: AsyncConnection,
    chosen: Sequence[Indicator],
    period: Period,
    audience_of: Callable[[Indicator], Audience],
    part: str | None = None,
) -> list[Answer]:
    """Return the figures of these indicators in the period, each for the audience that may see its records."""
    return [answer for (answer,) in await trends(connection, chosen, [period], audience_of, part)]


async def trends(
    connection: AsyncConnection,
    chosen: Sequence[Indicator],
    periods: Sequence[Period],
    audience_of: Callable[[Indicator], Audience],
    part: str | None = None,
) -> list[list[Answer]]:
    """Return for each of these indicators its figures in all of the periods, in the given order.

    A period in which no definition is in force has a figure without an actual. With the key of a ``part`` of the upper
    level they are its own, in its words; one at whose end there was no such part is not recorded, nor is a figure whose
    records have no place. Raises UnknownPart, and RecordsNotPublic if the audience sees parts by suppressed splits
    only.

    Takes three statements, and for the public one more for each figure that may be hidden.
    """
    requested = [(indicator, period) for indicator in chosen for period in periods]
    reforms = await _reforms(connection)
    if part is not None:
        if any(is_suppressed_for(audience_of(one), one) for one in chosen):
            raise RecordsNotPublic("The figures of one part are internal.", "Its part of a figure is in the split.")
        requested = await _with_part(connection, requested, part, periods[-1], reforms)
        chosen = [in_words_of(part, indicator) for indicator in chosen]
    query = kpi_sql.totals(requested, audience_of, part=part, reforms=reforms)
    actuals = {(key, name): total for key, name, total in await _fetch(connection, query)}
    rows = await _fetch(connection, kpi_sql.set_values([period.name for period in periods], part))
    set_values = {(key, name): (target, remark) for key, name, target, remark in rows}
    return [
        [
            Answer(
                figure(indicator.in_force(period) or indicator, period.name, actuals, set_values),
                await _is_hidden(connection, indicator, period, audience_of(indicator), reforms),
            )
            for period in periods
        ]
        for indicator in chosen
    ]


async def split(connection: AsyncConnection, given: Indicator, period: Period, by: str, audience: Audience) -> Parts:
    """Return the parts of a figure by a level of the city's parts, or by month.

    Raises UnknownSplit for another name, RecordsNotPublic if the audience may not see them, and NotInForce.
    """
    if by not in SPLITS:
        raise UnknownSplit(
            Text(f"Nach „{by}“ lassen sich Zahlen nicht aufteilen.", f"Figures cannot be split by “{by}”."),
            Text(f"Bekannt: {', '.join(SPLITS)}.", f"Known: {', '.join(SPLITS)}."),
        )
    indicator = evaluation.definition(given, period)
    is_suppressed = is_suppressed_for(audience, indicator)
    if is_suppressed and indicator.kind is Kind.STOCK:
        raise RecordsNotPublic(
            f"The parts of “{indicator.key}” are internal, since those of two days tell single records.",
            f"Its total at the end of a {own_rhythm().names[0]} is public.",
        )
    if is_suppressed and shown_of(given, period) is not Shown.COUNTS:
        raise RecordsNotPublic(
            f"The parts of “{indicator.key}” are internal.",
            f"Public is at most its total of a {own_rhythm().names[0]} that is over.",
        )
    if is_suppressed and by not in (UPPER, MONTH):
        raise RecordsNotPublic(
            f"The parts of “{indicator.key}” by {by} are internal, since beside those by district they tell records.",
            "Its parts by district are public.",
        )
    reforms = await _reforms(connection)
    if by == MONTH:
        months = await _fetch(connection, kpi_sql.by_month(indicator, period, audience, reforms))
        hidden = await _hidden(connection, given, period, reforms) if is_suppressed else NOTHING_HIDDEN
        return Parts([_part(month, amount, is_hidden=Cell(month, TOTAL) in hidden) for month, amount in months], None)
    found = await _fetch(connection, kpi_sql.by_district(indicator, period, audience, reforms.parts(period, by)))
    listed = [part for part, _ in found]
    hidden = await _hidden(connection, given, period, reforms, listed) if is_suppressed else NOTHING_HIDDEN
    parts = [_part(part, amount, is_hidden=Cell(period.name, part) in hidden) for part, amount in found]
    further = [_part(part, None, is_hidden=True) for part in unlisted(listed, period, hidden)]
    return Parts(parts + further, note(reforms, period, by))


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
    parts = (await _reforms(connection)).parts(period)
    query = records_geojson.geojson(indicator, period, limit=limit, after=after, parts=parts)
    (page,) = await _fetch(connection, query)
    return Page(*page)


def shows_records(audience: Audience) -> bool:
    """Whether the audience may see the records behind a figure.

    The public may not, even where it sees each record: that a deal counts, and in which month, tells the agency's role
    and dates that are internal.
    """
    return audience is not Audience.PUBLIC


async def _is_hidden(
    connection: AsyncConnection, indicator: Indicator, period: Period, audience: Audience, reforms: Reforms
) -> bool:
    if not is_suppressed_for(audience, indicator):
        return False
    if is_total_published(indicator, period) and shown_of(indicator, period) is not Shown.NOTHING:
        return False
    return Cell(period.name, TOTAL) in await _hidden(connection, indicator, period, reforms)


async def _hidden(
    connection: AsyncConnection, indicator: Indicator, period: Period, reforms: Reforms, parts: Sequence[str] = ()
) -> frozenset[Cell]:
    if shown_of(indicator, period) is not Shown.COUNTS:
        return cells_hidden(indicator, period, [], parts, reforms=reforms)
    hidden = NOTHING_HIDDEN
    for side in (indicator.in_force(period) or indicator).sides:
        query = counts(side, period, reforms)
        rows = await _fetch(connection, query) if query else []
        # In a thread, since it takes up to a second of computing when the records have changed.
        hidden |= await asyncio.to_thread(cells_hidden, side, period, rows, parts, reforms=reforms)
    return hidden


async def _with_part(
    connection: AsyncConnection,
    requested: Sequence[tuple[Indicator, Period]],
    part: str,
    last: Period,
    reforms: Reforms,
) -> list[tuple[Indicator, Period]]:
    """Return what there can be of the part: where records have a place, in periods at whose end there was the part.

    Raises UnknownPart if there was none at the end of the last.
    """
    states = {period: reforms.parts(period) for period in (*(period for _, period in requested), last)}
    names = {parts: dict(await _fetch(connection, parts_of_city.named(parts))) for parts in {*states.values()}}
    if part not in names[states[last]]:
        rows = await _fetch(connection, parts_of_city.states_of(part))
        raise evaluation.unknown_part(part, last, names[states[last]], rows)  # pyright: ignore[reportArgumentType]
    return [(each, period) for each, period in requested if each.has_place and part in names[states[period]]]


async def _reforms(connection: AsyncConnection) -> Reforms:
    return Reforms.of([(level, day) for level, day in await _fetch(connection, parts_of_city.reforms())])


async def _fetch(connection: AsyncConnection, query: Query) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(*query)
    return await cursor.fetchall()
