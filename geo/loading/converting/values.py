"""One converter per database type: from a cell's value to the text that COPY expects, None if missing.

Cells are text (CSV) or typed (spreadsheets, GIS files). Converters raise Unreadable with the reason.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isnan
from typing import Any, NamedTuple

from geo.loading.converting.shown import shown
from geo.loading.reasons import of_values
from geo.periods import CITY_TIME
from geo.records.layers.layer import Text
from geo.text import key_text, stored_text

Converter = Callable[[Any], str | None]


class Unreadable(Exception):
    """A cell's value cannot be converted to its column's type."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class Decimals(NamedTuple):
    """The decimal separator of a file's numbers, and whether it is certain or only likely."""

    sign: str = ","
    certain: bool = False


def converter(type_name: str, decimals: Decimals) -> Converter:
    """Return the converter to a database type, named as by PostgreSQL's format_type."""
    if type_name.startswith("numeric"):
        return _numeric(type_name, decimals)
    return {
        "text": to_text,
        "text[]": to_texts,
        "date": to_date,
        "boolean": to_boolean,
        "integer": _integer(decimals, 2**31 - 1),
        "bigint": _integer(decimals, 2**63 - 1),
    }[type_name]


# UTF-8 read as Latin-1 or Windows-1252: each umlaut becomes Ã and a character that never follows it otherwise.
GARBLED = re.compile("Ã[\u0080-\u00bfŒœŸž–—‘’‚“”„†‡•…‰‹›€™]")
SHEET_ERRORS = {"#N/A", "#NV", "#REF!", "#BEZUG!", "#VALUE!", "#WERT!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


def to_text(value: Any) -> str | None:
    """Return trimmed and composed (NFC) text, None if empty. A spreadsheet's 4711.0 becomes the text 4711."""
    if value is None:
        return None
    if isinstance(value, (bytes, list, dict)):
        raise Unreadable(of_values.NO_SIMPLE_VALUE)
    text = shown(value)
    if "\0" in text:
        raise Unreadable(of_values.NUL_BYTE)
    if "\ufffd" in text:
        raise Unreadable(of_values.LOST_CHARACTER)
    if GARBLED.search(text):
        raise Unreadable(of_values.GARBLED)
    if text in SHEET_ERRORS:
        raise Unreadable(of_values.SHEET_ERROR)
    return stored_text(text) or None


def to_key(value: Any) -> str | None:
    """Return a text in the form of keys (`key_text`), None if empty."""
    text = to_text(value)
    return (key_text(text) or None) if text else None


def to_texts(value: Any) -> str | None:
    """Return texts separated by ``|`` as a PostgreSQL array literal."""
    return _array(to_text("|".join(value) if isinstance(value, list) else value), str.strip)


def to_keys(value: Any) -> str | None:
    """Return keys separated by ``|`` as a PostgreSQL array literal."""
    return _array(to_text("|".join(value) if isinstance(value, list) else value), key_text)


def _array(text: str | None, stored: Callable[[str], str]) -> str | None:
    if text is None:
        return None
    parts = [stored(part) for part in text.split("|")]
    return "{" + ",".join(_quoted(part) for part in parts if part) + "}"


def _quoted(element: str) -> str:
    return '"' + element.replace("\\", "\\\\").replace('"', '\\"') + '"'


GERMAN_DATE = re.compile(
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"
    r"(?: (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?",
    re.ASCII,
)
ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)", re.ASCII)
ISO_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[0-9:.,Z+-]*", re.ASCII)
SHORT_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,3}")
OTHER_NOTATIONS = ("%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")
"""What is never guessed: 01/02/2023 is two days."""


def to_date(value: Any) -> str | None:
    """Return an ISO date from 31.12.2023 or 2023-12-31. A time of day is dropped, in the city's time zone."""
    if isinstance(value, (bool, int, float, Decimal)):
        if isinstance(value, float) and isnan(value):
            return None
        raise Unreadable(of_values.NUMBER_FOR_DATE)
    if isinstance(value, str):
        value = _read_date(value.strip())
    if value is None:
        return None
    if isinstance(value, datetime):
        value = _local_day(value)
    if not isinstance(value, date):
        raise Unreadable(of_values.NOT_A_DATE)
    if not 1900 <= value.year < 2200:
        raise Unreadable(of_values.FAR_YEAR)
    return value.isoformat()


def _local_day(moment: datetime) -> date:
    # A time without a zone is the city's own.
    try:
        return (moment.astimezone(CITY_TIME) if moment.tzinfo else moment).date()
    except OverflowError:
        raise Unreadable(of_values.FAR_YEAR) from None


def _read_date(text: str) -> date | datetime | None:
    if not text:
        return None
    try:
        if found := GERMAN_DATE.fullmatch(text):
            time(int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        if found := ISO_DATE.fullmatch(text):
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        if ISO_TIMESTAMP.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(of_values.NOT_A_DATE) from None
    raise Unreadable(of_values.SHORT_YEAR if SHORT_DATE.fullmatch(text) else _no_date(text))


def _no_date(text: str) -> Text:
    """Return why a text is no date: perhaps it is one in a notation that the mapping has to name."""
    formats = [name for name in OTHER_NOTATIONS if _is_written_as(text, name)]
    return of_values.other_date_notation(formats) if formats else of_values.NOT_A_DATE


def _is_written_as(text: str, date_format: str) -> bool:
    try:
        return 1900 <= datetime.strptime(text, date_format).year < 2200  # noqa: DTZ007
    except ValueError:
        return False


TRUE = {"ja", "j", "wahr", "true", "t", "yes", "y", "1"}
FALSE = {"nein", "n", "falsch", "false", "f", "no", "0"}


def to_boolean(value: Any) -> str | None:
    """Return ``true`` or ``false`` from yes or no in German or English."""
    text = to_text(value)
    if text is None:
        return None
    if text.casefold() in TRUE:
        return "true"
    if text.casefold() in FALSE:
        return "false"
    raise Unreadable(of_values.NOT_A_TRUTH)


def _integer(decimals: Decimals, largest: int) -> Converter:
    def to_integer(value: Any) -> str | None:
        number = read_number(value, decimals)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise Unreadable(of_values.NOT_A_WHOLE_NUMBER)
        if number.copy_abs() > largest:
            raise Unreadable(of_values.out_of_range(str(largest)))
        return str(int(number))

    return to_integer


def _numeric(type_name: str, decimals: Decimals) -> Converter:
    limits = re.fullmatch(r"numeric\((\d+),(\d+)\)", type_name)
    precision, scale = (int(limits[1]), int(limits[2])) if limits else (None, None)

    def to_numeric(value: Any) -> str | None:
        number = read_number(value, decimals)
        if number is None:
            return None
        if precision is not None and scale is not None:
            largest = Decimal(10) ** (precision - scale) - Decimal(10) ** -scale
            # The database rounds to the scale before it checks the precision.
            if number.copy_abs() >= largest + Decimal(10) ** -scale / 2:
                raise Unreadable(of_values.out_of_range(f"{largest:f}"))
        elif number.adjusted() > LARGEST_EXPONENT:
            raise Unreadable(of_values.out_of_range(f"1e{LARGEST_EXPONENT}"))
        if number.adjusted() < -LARGEST_EXPONENT:
            raise Unreadable(of_values.TOO_SMALL)
        return f"{number:f}"

    return to_numeric


LARGEST_EXPONENT = 300
"""Of numbers without a limit of their own: what lies beyond is a mistake, and would be written with all its zeros."""


GERMAN_NUMBER = re.compile(r"[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?", re.ASCII)
ENGLISH_NUMBER = re.compile(r"[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def read_number(value: Any, decimals: Decimals) -> Decimal | None:
    """Read a number in German or English notation.

    Numbers valid in both follow ``decimals``, or raise Unreadable if that leaves a doubt.
    """
    if isinstance(value, str):
        german, english = _readings(value.strip())
        if german is None or english is None or german == english:
            return german if english is None else english
        # If the comma is the likely decimal sign, "1,234" is clear, but "1.234" may have a thousands separator.
        if not decimals.certain and decimals.sign not in value:
            raise Unreadable(of_values.AMBIGUOUS_NUMBER)
        return german if decimals.sign == "," else english
    return _typed_number(value)


def read_coordinate(value: Any) -> float | None:
    """Read a coordinate. A single point or comma is its decimal sign, since coordinates are not written in groups."""
    if isinstance(value, str):
        readings = [reading for reading in _readings(value.strip()) if reading is not None]
        return float(min(readings, key=Decimal.copy_abs)) if readings else None
    number = _typed_number(value)
    return None if number is None else float(number)


def _readings(text: str) -> tuple[Decimal | None, Decimal | None]:
    if not text:
        return None, None
    german = _decimal(text.replace(".", "").replace(",", ".")) if GERMAN_NUMBER.fullmatch(text) else None
    english = _decimal(text.replace(",", "")) if ENGLISH_NUMBER.fullmatch(text) else None
    if german is None and english is None:
        raise Unreadable(of_values.NOT_A_NUMBER)
    return german, english


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of more digits than Decimal has
        raise Unreadable(of_values.NOT_A_NUMBER) from None


def _typed_number(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise Unreadable(of_values.NOT_A_NUMBER)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if number.is_nan():
        return None
    if number.is_infinite():
        raise Unreadable(of_values.NOT_A_NUMBER)
    return number
