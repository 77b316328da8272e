"""CSV cells that are safe to open with a spreadsheet."""

import re
from decimal import Decimal

from geo.formatting import plain

FORMULA = r"^[=+\-@\t\r\n]"
"""Matches the start of a text that a spreadsheet would run as a formula. Valid in Python, PostgreSQL and Arrow."""

GUARDED = FORMULA.replace("^[", "^'([") + ")"
"""Matches the start of a text that `csv_cell` has prefixed: the apostrophe and the character after it."""


def csv_cell(value: object) -> object:
    """Return the value to pass to ``csv.writer``: an exact number, ``true`` or ``false``, or a safe text.

    A text that a spreadsheet would run as a formula is prefixed with an apostrophe. Numbers are never prefixed, so
    negative ones stay numbers; a number given as a string counts as text.
    """
    if isinstance(value, str):
        return f"'{value}" if re.match(FORMULA, value) else value
    if isinstance(value, bool):
        return str(value).lower()
    return plain(value) if isinstance(value, Decimal) else value
