"""CSV that is safe to open with a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TextIO

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


def write_csv(stream: TextIO, fields: Sequence[str], records: Iterable[Mapping[str, object]]) -> None:
    """Write a header and a row for each record, with safe cells and ``\\n`` at the end of each row."""
    writer = csv.DictWriter(_RowsEndingInLineFeed(stream), fields)
    writer.writeheader()
    for record in records:
        writer.writerow({name: csv_cell(value) for name, value in record.items()})


class _RowsEndingInLineFeed:
    """Takes the rows of a `csv.writer` with its usual line terminator, the only one with which it quotes a lone CR."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str) -> int:
        return self._stream.write(row.removesuffix("\r\n") + "\n")
