"""What the public sees of the figures: the one rule by which totals and parts of splits are hidden from it.

- A record that the public layer shows, with the date and the amount that count (Indicator.published), hides nothing.
- The totals that the agency publishes itself, of half-years and years that are over, are never hidden.
- Of a flow, all other figures of fewer than ``suppress_below`` records are hidden, with those from which they could be
  derived; see geo.figures.kpis.suppression.
- The parts of a stock do not add up over time, but resemble those of the days around. All of them are hidden on a day
  on which one is small. By the month in which its records began to count, a stock is never split: each of these parts
  is the difference of two totals.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from geo.figures.kpis import Indicator, Kind, kpi_sql
from geo.figures.kpis.suppression import TOTAL, Cell, Count, cells_to_hide
from geo.periods import CITY_TIME, Period, parse_period
from geo.records.layers.layer import Audience
from geo.store.database import Query

NOTHING_HIDDEN: frozenset[Cell] = frozenset()

CountRow = tuple[str, str, int, Decimal]
"""A period's name, a part or TOTAL, the number of records, and the sum of their amounts."""


def is_suppressed_for(audience: Audience, indicator: Indicator) -> bool:
    """Whether figures of few records are hidden from the audience."""
    return audience is Audience.PUBLIC and indicator.suppress_below > 0


def is_total_published(indicator: Indicator, period: Period, today: date | None = None) -> bool:
    """Whether the agency publishes the total itself: of every half-year and year that is over."""
    if period.end > (today or datetime.now(CITY_TIME).date()):
        return False
    if indicator.kind is Kind.STOCK:
        return period.end.month in {1, 7}
    return period.half is not None or period.name == period.year


def counts(indicator: Indicator, period: Period) -> Query:
    """Return the query for what ``cells_hidden`` needs to know: rows as in CountRow."""
    if indicator.kind is Kind.STOCK:
        return kpi_sql.stock_counts(indicator, period)
    return kpi_sql.flow_counts(indicator, parse_period(period.year))


def cells_hidden(
    indicator: Indicator, period: Period, rows: Iterable[CountRow], today: date | None = None
) -> frozenset[Cell]:
    """Return the cells hidden from the public: of a flow, of the period's whole year; of a stock, of the period."""
    day = today or datetime.now(CITY_TIME).date()
    found = {Cell(name, part): Count(records, amount) for name, part, records, amount in rows}
    if indicator.kind is Kind.STOCK:
        return _of_stock(indicator, period, found, day)
    # Everybody knows that nothing has happened yet in the months to come.
    months = {name for (name, _), count in found.items() if count.records or parse_period(name).first <= day}
    longer = (parse_period(f"{period.year}{half}") for half in ("-H1", "-H2", ""))
    published = [one.name for one in longer if is_total_published(indicator, one, day)]
    table = {cell: count for cell, count in found.items() if cell.period in months}
    return cells_to_hide(table, indicator.suppress_below, published)


def _of_stock(indicator: Indicator, period: Period, found: dict[Cell, Count], day: date) -> frozenset[Cell]:
    small = {cell for cell, count in found.items() if 0 < count.records < indicator.suppress_below}
    hidden = {cell for cell in small if cell.part == TOTAL and not is_total_published(indicator, period, day)}
    if any(cell.part != TOTAL for cell in small):
        hidden |= {cell for cell in found if cell.part != TOTAL}
    return frozenset(hidden)
