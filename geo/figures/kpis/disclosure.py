"""What the public sees of the figures: the one rule by which totals and parts of splits are hidden from it.

- The totals that the agency publishes itself, of the periods that it reports and of longer ones, are never hidden once
  these are over. In the text below it reports half-years.
- Of a flow, all other figures of fewer than ``suppress_below`` records are hidden, with those from which they could be
  derived; see geo.figures.kpis.suppression.
- A record that the public layer shows, with the date and the amount that count (Indicator.published), hides nothing. Of
  the others, the public may know that they exist, so which months are hidden would tell when they count: months and
  quarters of a half-year with any of them are all hidden, and the half-year and its year until they are published.
- In a year in which the parts of the city change, its flows have no parts for the public: by the old and the new parts
  of the same year, single records could be told. Nor has any figure parts of a lower level, whose small counts would
  have to be hidden together with those of the districts and of every other level. Of a flow for which it matters what
  lies inside the city, the public then gets the published totals and nothing else.
- A ratio is hidden where one of its sides is.
- Of an indicator whose definition changes within the year, and of one that the profile declares without ``public``, the
  public gets the published totals and nothing else; of a maximum, which is the value of one record, nothing.
- A stock changes little from one day to the next, so that two of its figures tell single records. The public gets the
  published totals and nothing else of it.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import product

from geo.figures.kpis import Indicator, Kind, kpi_sql
from geo.figures.kpis.indicator import Shown
from geo.figures.kpis.kpi_sql import OUTSIDE, UNLOCATED
from geo.figures.kpis.parts import NONE, Reforms
from geo.figures.kpis.places_then import is_by_borders
from geo.figures.kpis.suppression import TOTAL, Cell, Count, cells_to_hide, periods_around
from geo.periods import CITY_TIME, Period, parse_period
from geo.records.layers.layer import Audience
from geo.rhythm import Rhythm, longer_periods, own_rhythm
from geo.store.database import Query

NOTHING_HIDDEN: frozenset[Cell] = frozenset()

CountRow = tuple[str, str, int, Decimal]
"""A month, a part, the number of records that the public does not see one by one, and the sum of their amounts."""


def is_suppressed_for(audience: Audience, indicator: Indicator) -> bool:
    """Whether figures of few records are hidden from the audience."""
    return audience is Audience.PUBLIC and any(side.suppress_below > 0 for side in indicator.sides)


def shown_of(indicator: Indicator, period: Period) -> Shown:
    """Return what the public sees of the figures of the period's year, by the definition in force in the period."""
    sides = (indicator.in_force(period) or indicator).sides
    shown = {version.shown for side in sides for version in side.versions}
    if Shown.NOTHING in shown:
        return Shown.NOTHING
    if indicator.kind is Kind.STOCK or Shown.TOTALS in shown:
        return Shown.TOTALS
    has_versions = any(each.others for each in (indicator, *sides))
    return Shown.TOTALS if has_versions and _changes_within(indicator, parse_period(period.year)) else Shown.COUNTS


def _changes_within(indicator: Indicator, year: Period) -> bool:
    """Whether the year's months are not all counted alike, so that they do not add up to the year."""
    counted: set[tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]] = set()
    for month in map(parse_period, year.months()):
        version = indicator.in_force(month)
        sides = [found for side in version.sides if (found := side.in_force(month))] if version else []
        counted.add(tuple((side.key, side.contributions, tuple(sorted(side.parameters.items()))) for side in sides))
    return len(counted) > 1


def is_total_published(
    indicator: Indicator, period: Period, today: date | None = None, rhythm: Rhythm | None = None
) -> bool:
    """Whether the agency publishes the total itself, or those that it is the sum of: of what it reports, once over."""
    rhythm = rhythm or own_rhythm()
    if period.end > (today or datetime.now(CITY_TIME).date()):
        return False
    return rhythm.ends_one(period) if indicator.kind is Kind.STOCK else rhythm.is_published(period)


def counts(indicator: Indicator, period: Period, reforms: Reforms = NONE) -> Query | None:
    """Return the query for the rows that ``cells_hidden`` needs, those of the whole year; None if it needs none.

    Of a ratio, ask for each of its sides.
    """
    if shown_of(indicator, period) is not Shown.COUNTS:
        return None
    year = parse_period(period.year)
    return kpi_sql.counts(indicator.in_force(period) or indicator, year, reforms.parts(year))


def cells_hidden(
    indicator: Indicator,
    period: Period,
    rows: Iterable[CountRow],
    parts: Collection[str] = (),
    today: date | None = None,
    reforms: Reforms = NONE,
    rhythm: Rhythm | None = None,
) -> frozenset[Cell]:
    """Return the cells that are hidden from the public: of a flow, all of the year; of a stock, the total and parts.

    ``parts`` are those of the split. The cells of a ratio are those of its sides.
    """
    day = today or datetime.now(CITY_TIME).date()
    counted = indicator.in_force(period) or indicator
    is_reformed = bool(reforms.within(parse_period(period.year)))
    shown = shown_of(indicator, period)
    if shown is Shown.COUNTS and is_reformed and is_by_borders(counted.contributions):
        # Months before and after are counted inside other borders, so that they do not add up to the year.
        shown = Shown.TOTALS
    if shown is not Shown.COUNTS:
        is_published = shown is Shown.TOTALS and is_total_published(indicator, period, day, rhythm)
        total = () if is_published else (TOTAL,)
        return frozenset(Cell(period.name, part) for part in (*parts, *total))
    of_parts = {Cell(period.name, part) for part in parts} if is_reformed else set[Cell]()
    found = {Cell(name, part): Count(records, amount) for name, part, records, amount in rows}
    longer = longer_periods(period.year)
    published = {one.name for one in longer if is_total_published(indicator, one, day, rhythm)}
    if counted.published is not None:
        return _around_unpublished(found, published, rhythm or own_rhythm()) | of_parts
    # Everybody knows that nothing has happened yet in the months to come.
    months = {name for (name, _), count in found.items() if count.records or parse_period(name).first <= day}
    table = {cell: count for cell, count in found.items() if cell.period in months}
    return cells_to_hide(table, counted.suppress_below, published) | of_parts


def _around_unpublished(found: dict[Cell, Count], published: set[str], rhythm: Rhythm) -> frozenset[Cell]:
    parts = {cell.part for cell in found} | {TOTAL}
    reported = {cell.period: _reported(rhythm, cell.period) for cell in found}
    affected = {reported[cell.period] for cell, count in found.items() if count.records}
    periods = {
        period
        for month in reported
        for period in periods_around(month)
        if reported[month] in affected and period not in published
    }
    return frozenset(Cell(*cell) for cell in product(periods, parts))


def _reported(rhythm: Rhythm, month: str) -> str:
    return rhythm.containing(parse_period(month).first).name


def unlisted(listed: Collection[str], period: Period, hidden: Collection[Cell]) -> list[str]:
    """Return the hidden parts that a split by district does not list because they are empty, which would tell it."""
    return [part for part in (OUTSIDE, UNLOCATED) if part not in listed and Cell(period.name, part) in hidden]
