"""The columns of a report's table: the periods that are printed side by side."""

from collections.abc import Sequence

from geo.figures.report.model import Column
from geo.periods import Period, parse_period
from geo.records.layers.layer import Text


def columns(period: Period) -> list[Column]:
    """Return the columns of the printed table. A second half is shown beside the year's target and the first half."""
    if period.half is None:
        return [
            Column(period.name, "target", Text("Ziel", "Target")),
            Column(period.name, "actual", Text("Ist", "Actual")),
        ]
    shown = [Column(period.year, "target", Text(f"Ziel {period.year}", f"Target {period.year}"))]
    for half in range(1, period.half + 1):
        name = f"{period.year}-H{half}"
        label = Text(f"{half}. Halbjahr", f"H{half}")
        if half == period.half:
            shown.append(Column(name, "target", Text(f"Ziel {label.de}", f"Target {label.en}")))
        shown.append(Column(name, "actual", Text(f"Ist {label.de}", f"Actual {label.en}")))
    return shown


def periods_of(shown: Sequence[Column]) -> list[Period]:
    """Return the periods that the columns need, without duplicates."""
    return [parse_period(name) for name in dict.fromkeys(column.period for column in shown)]
