"""A cell's value as users would write it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from geo.loading.converting.cells import Cell
from geo.text import Text


@dataclass(frozen=True, slots=True)
class Unfit:
    """A cell that its file's format does not allow where it stands: its text as delivered, and the reason."""

    text: str
    reason: Text


def shown(value: Any) -> str:
    """Return a cell's value as users would write it."""
    if isinstance(value, Cell):
        return value.shown
    if isinstance(value, Unfit):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return _shown_decimal(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "|".join(str(part) for part in value)
    return "" if value is None else str(value).strip()


def _shown_decimal(number: Decimal) -> str:
    # A file's 12.500 is written as 12.5, and its 3.000 as 3. A power such as 1E+400 stays one.
    text = str(number)
    if "E" in text or "." not in text:
        return text
    return text.rstrip("0").rstrip(".")
