"""The columns of a report's table: the periods that are printed side by side."""

from collections.abc import Sequence

from geo.figures.report.model import Column
from geo.figures.report.words import ACTUAL, TARGET
from geo.periods import Period, parse_period
from geo.records.layers.layer import Text
from geo.rhythm import Rhythm, own_rhythm, short_name


def columns(period: Period, rhythm: Rhythm | None = None) -> list[Column]:
    """Return the columns of the printed table.

    A period of the agency's rhythm is shown beside the year's target and the actuals of the year's earlier ones.
    """
    rhythm = rhythm or own_rhythm()
    if period.name == period.year or not rhythm.is_own(period):
        return [
            Column(period.name, "target", TARGET),
            Column(period.name, "actual", ACTUAL),
        ]
    shown = [Column(period.year, "target", _of(TARGET, Text(period.year, period.year)))]
    for each in rhythm.siblings(period):
        label = short_name(each)
        if each.name == period.name:
            shown.append(Column(each.name, "target", _of(TARGET, label)))
        shown.append(Column(each.name, "actual", _of(ACTUAL, label)))
    return shown


def _of(word: Text, period: Text) -> Text:
    return Text(f"{word.de} {period.de}", f"{word.en} {period.en}")


def periods_of(shown: Sequence[Column]) -> list[Period]:
    """Return the periods that the columns need, without duplicates."""
    return [parse_period(name) for name in dict.fromkeys(column.period for column in shown)]
