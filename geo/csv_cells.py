"""Values as they stand in CSV files, which people open with a spreadsheet."""

import re
from decimal import Decimal

from geo.formatting import plain

FORMULA = r"^[=+\-@\t\r\n]"
"""What a spreadsheet takes for the beginning of a formula; read alike by Python, PostgreSQL and Arrow."""

GUARDED = FORMULA.replace("^[", "^'([") + ")"
"""A text with the apostrophe that `csv_cell` sets before it, and the character behind it."""


def csv_cell(value: object) -> object:
    """Return the value as ``csv.writer`` writes it: an exact number, ``true`` or ``false``, or a text that is safe.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. Numbers are never changed, so
    negative ones stay numbers; a number given as a text is a text.
    """
    if isinstance(value, str):
        return f"'{value}" if re.match(FORMULA, value) else value
    if isinstance(value, bool):
        return str(value).lower()
    return plain(value) if isinstance(value, Decimal) else value
