"""Values that people still have to enter for a period's report: figures of other teams, and targets."""

from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from geo.figures.report import table
from geo.figures.report.columns import columns
from geo.figures.report.model import Line, Words
from geo.periods import Period, parse_period
from geo.store.database import Connection


@dataclass(frozen=True, slots=True)
class Missing:
    """A missing actual or target of a line of the report."""

    what: Literal["actual", "target"]
    key: str
    period: str
    area: Words
    product: Words
    label: Words


MISSING: TypeAdapter[tuple[Missing, ...]] = TypeAdapter(tuple[Missing, ...])


def missing(connection: Connection, period: Period) -> tuple[Missing, ...]:
    """Return the missing values, in the report's order.

    Other teams have to report all of their indicators, annual ones at the end of the year. A target is missing only if
    there was one a year before, since some lines never have targets.
    """
    targets = [parse_period(column.period) for column in columns(period) if column.content == "target"]
    requested = {each.name: each for each in (period, parse_period(period.year), *targets, *map(year_before, targets))}
    known = table.values(connection, list(requested.values()))
    due_periods = _due_periods(known, period)
    found: list[Missing] = []
    for line in table.lines(known, period, []):
        due = due_periods.get(line.key)
        if due and (line.key, due) not in known.actuals:
            found.append(_of("actual", line, due))
        found += [
            _of("target", line, target.name)
            for target in targets
            if (line.key, target.name) not in known.targets and (line.key, year_before(target).name) in known.targets
        ]
    return tuple(found)


def year_before(period: Period) -> Period:
    """Return the same period of the year before."""
    return parse_period(f"{period.first.year - 1:04}{period.name[4:]}")


def _due_periods(known: table.Values, period: Period) -> dict[str, str]:
    """Return by key of the manual indicators the period for which the actual is due."""
    year = parse_period(period.year)
    return {
        indicator.key: year.name if indicator.annual else period.name
        for indicator in known.manual
        if not indicator.annual or period.end == year.end
    }


def _of(what: Literal["actual", "target"], line: Line, period: str) -> Missing:
    return Missing(what, line.key, period, line.area, line.product, line.label)
