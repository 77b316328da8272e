"""Cells of spreadsheets. What they contain and what they show may differ, which matters in text columns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from geo.loading.reasons import of_tables
from geo.records.layers.layer import Text

MOST_DIGITS = 10**15
"""Spreadsheets keep 15 digits of a number. From here on, whole numbers have digits that nobody entered."""


class SheetColumn(list[Any]):
    """The cells of a spreadsheet's column: None, bool, int, float, datetime, text, or `Cell`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell whose value alone does not say what its readers see."""

    shown: str
    """The text as the sheet shows it, or the stored one if that is not known."""
    value: Any = None
    """The value for columns that are not text."""
    refused: Text | None = None
    """Why the cell cannot be read at all."""
    refused_as_text: Text | None = None
    """Why it cannot be read in text columns, where otherwise ``shown`` is its value."""

    def reason(self, as_text: bool) -> Text | None:
        """Return why the cell cannot be read, None if it can."""
        return self.refused or (self.refused_as_text if as_text else None)


def plain_value(value: Any, as_text: bool, refuse: Callable[[Text], Exception]) -> Any:
    """Return the value of a spreadsheet's cell: in text columns what it shows, else what it contains.

    In text columns a value is refused unless its text is certain. ``refuse`` makes the exception to raise.
    """
    if reason := refusal(value, as_text):
        raise refuse(reason)
    if isinstance(value, Cell):
        return value.shown if as_text else value.value
    return value


def refusal(value: Any, as_text: bool) -> Text | None:
    """Return why a spreadsheet's cell cannot be read, None if it can."""
    if isinstance(value, Cell):
        return value.reason(as_text)
    return _refused_as_text(value) if as_text else None


def _refused_as_text(value: Any) -> Text | None:
    if value is None or isinstance(value, str):
        return None
    if isinstance(value, bool):
        return of_tables.TRUTH_FOR_TEXT
    if isinstance(value, (date, time, timedelta)):
        return of_tables.DATE_FOR_TEXT
    if abs(value) >= MOST_DIGITS:
        return of_tables.LOST_DIGITS
    return of_tables.FRACTION_FOR_TEXT if value != int(value) else None
