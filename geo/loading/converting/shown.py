"""A cell's value as users would write it."""

from datetime import date, datetime
from typing import Any

from geo.loading.converting.cells import Cell


def shown(value: Any) -> str:
    """Return a cell's value as users would write it."""
    if isinstance(value, Cell):
        return value.shown
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "|".join(str(part) for part in value)
    return "" if value is None else str(value).strip()
