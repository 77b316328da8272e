"""What Excel's number formats make of a number: a date, a time, a percentage, a number with leading zeros or a unit."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

from geo.loading.converting.cells import MOST_DIGITS, Cell
from geo.loading.reasons import of_tables

FIRST_TRUE_DAY = 61
"""The number of 1 March 1900. Excel counts a 29 February 1900 before it, so that programs differ on earlier days."""
LAST_DAY = 2958465
"""The number of 31 December 9999."""

TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|[Ee][+-]|.', re.DOTALL)
PLACEHOLDERS = frozenset("0#?")
KNOWN_UNITS = frozenset({"m", "m²", "m2", "qm", "eur", "€", "euro", "mbit/s", "€/m²", "we", "stk", "stk.", "stück"})
"""Units in which our columns are measured. A number format may show them without changing what the number means."""


def number(raw: str) -> int | float:
    """Return a number as XML holds it. Whole ones that a file writes as 12 stay whole."""
    return int(raw) if raw.isdecimal() else float(raw)


def reader_of(code: str, epoch: Any) -> Callable[[str], Any]:
    """Return the function that reads numbers shown by this number format. ``epoch`` is the workbook's first day."""
    plain = code.strip().lower()
    if plain in {"", "general", "standard", "@", "0", "#"}:
        return number
    if is_timedelta_format(code):
        return lambda raw: Cell(raw, refused=of_tables.TIME_FOR_DATE)
    if is_date_format(code):
        return lru_cache(1 << 16)(lambda raw: _date(raw, epoch))
    return lru_cache(1 << 16)(_Format(code).read)


def _date(raw: str, epoch: Any) -> Any:
    value = float(raw)
    is_modern = epoch.year != 1899
    if 0 <= value < 1:
        return Cell(raw, refused=of_tables.TIME_FOR_DATE)
    if not (1 if is_modern else FIRST_TRUE_DAY) <= value <= LAST_DAY:
        return Cell(raw, refused=of_tables.NO_TRUE_DATE)
    return from_excel(value, epoch)


class _Format:
    """A number format that is not one of dates, taken apart."""

    def __init__(self, code: str) -> None:
        section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
        tokens = [token for token in TOKEN.findall(section) if not token.startswith(("_", "*", "["))]
        self.tokens = tokens
        self.percent = "%" in tokens or "‰" in tokens
        first = next((place for place, token in enumerate(tokens) if token in PLACEHOLDERS), 0)
        after = "".join(_literal(token) for token in tokens[first:]).strip()
        self.unit = after if any(char.isalpha() for char in after) else ""
        # Whether all that is shown is the digits of a whole number, and texts between them.
        self.is_pattern = "0" in tokens and not self.unit and not {".", ",", "/", "€", "E+", "E-"} & set(tokens)
        self.decorated = any(_literal(token).strip() for token in tokens) or "[$€" in code or "/" in tokens
        self.pads = self.is_pattern and (tokens.count("0") > 1 or self.decorated)

    def read(self, raw: str) -> Any:
        """Return the number, or a Cell if it shows something else."""
        value = number(raw)
        if self.percent:
            return Cell(raw, refused=of_tables.PERCENTAGE)
        if self.unit and self.unit.casefold() not in KNOWN_UNITS:
            return Cell(f"{raw} {self.unit}", value, of_tables.unit_in_format(self.unit))
        if self.pads and value == int(value) and 0 <= value < MOST_DIGITS:
            return Cell(self._shown(int(value)), value)
        if self.decorated:
            return Cell(raw, value, refused_as_text=of_tables.FORMATTED_NUMBER)
        return value

    def _shown(self, value: int) -> str:
        """Return a whole number as shown: its digits fill the placeholders from the right."""
        digits = str(value) if value else ""
        shown: list[str] = []
        left = sum(token in PLACEHOLDERS for token in self.tokens)
        for token in reversed(self.tokens):
            if token not in PLACEHOLDERS:
                shown.append(_literal(token))
                continue
            left -= 1
            taken = digits if left == 0 else digits[-1:]
            digits = digits[: len(digits) - len(taken)]
            shown.append(taken or {"0": "0", "#": "", "?": " "}[token])
        return "".join(reversed(shown)).strip()


def _literal(token: str) -> str:
    if token in PLACEHOLDERS or token in {".", ",", "%", "‰", "/", "E+", "E-", "e+", "e-"}:
        return ""
    if token.startswith('"'):
        return token.strip('"')
    return token.removeprefix("\\")
