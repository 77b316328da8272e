"""The columns of a report's table: the periods that are printed side by side."""

from collections.abc import Sequence

from geo.figures.report.model import Column
from geo.figures.report.words import ACTUAL, TARGET
from geo.periods import Period, parse_period
from geo.records.layers.layer import Text


def columns(period: Period) -> list[Column]:
    """Return the columns of the printed table. A second half is shown beside the year's target and the first half."""
    if period.half is None:
        return [
            Column(period.name, "target", TARGET),
            Column(period.name, "actual", ACTUAL),
        ]
    shown = [Column(period.year, "target", _of(TARGET, Text(period.year, period.year)))]
    for half in range(1, period.half + 1):
        name = f"{period.year}-H{half}"
        label = Text(f"{half}. Halbjahr", f"H{half}")
        if half == period.half:
            shown.append(Column(name, "target", _of(TARGET, label)))
        shown.append(Column(name, "actual", _of(ACTUAL, label)))
    return shown


def _of(word: Text, period: Text) -> Text:
    return Text(f"{word.de} {period.de}", f"{word.en} {period.en}")


def periods_of(shown: Sequence[Column]) -> list[Period]:
    """Return the periods that the columns need, without duplicates."""
    return [parse_period(name) for name in dict.fromkeys(column.period for column in shown)]
