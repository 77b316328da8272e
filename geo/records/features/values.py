"""Parses the values of parameters: CRS, bounding boxes, days, and values of columns."""

import math
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from geo.periods import CITY_TIME
from geo.records.features.selection import BadParameter, Bounds, Box, Crs, Days
from geo.records.layers.layer import Column

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
OPEN = ("", "..")


def crs(parameter: str, text: str) -> Crs:
    """Return the CRS with that URI. Raises BadParameter for an unknown one."""
    for known in Crs:
        if known.uri == text:
            return known
    raise BadParameter(
        parameter, f"“{text}” is not a supported CRS.", f"Known CRSs: {', '.join(known.uri for known in Crs)}."
    )


def box(text: str, given_in: Crs) -> Box:
    """Return the box of a ``bbox``: four numbers, or six with heights, which are ignored. Raises BadParameter."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (4, 6) or not all(NUMBER.fullmatch(part) for part in parts):
        raise BadParameter(
            "bbox", f"“{text}” is not a bounding box.", "Write four or six numbers, separated by commas."
        )
    numbers = [float(part) for part in parts]
    half = len(numbers) // 2
    lower, upper = numbers[:half], numbers[half:]
    if given_in.y_first:
        lower[:2], upper[:2] = lower[1::-1], upper[1::-1]
    bounds = Bounds(lower[0], lower[1], upper[0], upper[1])
    spans_180 = given_in.is_geographic and bounds.west > bounds.east
    if any(low > high for low, high in zip(lower[spans_180:], upper[spans_180:], strict=True)):
        raise BadParameter(
            "bbox",
            "A lower bound is greater than the upper one.",
            "Write all lower bounds first, then all upper bounds.",
        )
    if given_in.is_geographic and (max(map(abs, bounds[::2])) > 180 or max(map(abs, bounds[1::2])) > 90):
        order = "latitude before longitude" if given_in.y_first else "longitude before latitude"
        raise BadParameter("bbox", "A bound is beyond ±180° longitude or ±90° latitude.", f"Write {order}.")
    parts = [bounds._replace(east=180.0), bounds._replace(west=-180.0)] if spans_180 else [bounds]
    usable = (_clip(part, given_in.usable) for part in parts)
    return Box(tuple(part for part in usable if part), given_in.srid)


def _clip(bounds: Bounds, usable: Bounds) -> Bounds | None:
    west, south = max(bounds.west, usable.west), max(bounds.south, usable.south)
    east, north = min(bounds.east, usable.east), min(bounds.north, usable.north)
    return Bounds(west, south, east, north) if west <= east and south <= north else None


def days(text: str) -> Days:
    """Return the days of a ``datetime``, an instant or an interval; instants count as their day in the city's time.

    Raises BadParameter.
    """
    ends = text.split("/")
    try:
        if len(ends) == 1:
            return Days(_day(text), _day(text))
        if len(ends) == 2 and ends[1].startswith("P"):
            return _from_duration(*ends)
        first, last = (None if end in OPEN else _day(end) for end in ends)
    except (ValueError, OverflowError):
        raise BadParameter(
            "datetime",
            f"“{text}” is neither an instant nor an interval.",
            "Write 2023-08-01, 2023-08-01T12:00:00Z, 2023-07-01/2023-12-31, 2023-07-01/P6M or, open, ../2023-12-31.",
        ) from None
    if first is None and last is None:
        raise BadParameter("datetime", "An interval can be open at one end only.", "Remove datetime instead.")
    if first and last and first > last:
        raise BadParameter("datetime", f"The interval “{text}” ends before it begins.")
    return Days(first, last)


def _day(text: str) -> date:
    if DAY.fullmatch(text):
        return date.fromisoformat(text)
    return _instant(text).astimezone(CITY_TIME).date()


def _from_duration(start: str, duration: str) -> Days:
    """Return the days of an ISO 8601 duration from a start, without its end: 2023-07-01/P6M is the second half-year."""
    match = DURATION.fullmatch(duration)
    if not match:
        raise ValueError(duration)
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    begin = _midnight(start) if DAY.fullmatch(start) else _instant(start).astimezone(CITY_TIME)
    more_years, month = divmod(begin.month - 1 + months, 12)
    year = begin.year + years + more_years
    end = begin.replace(year=year, month=month + 1, day=min(begin.day, monthrange(year, month + 1)[1]))
    end += timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Days(begin.date(), max(begin.date(), (end - timedelta(microseconds=1)).date()))


def _midnight(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


def _instant(text: str) -> datetime:
    if not INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return text


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError(text)
    return Decimal(text)


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _plain_day(text: str) -> date:
    if not DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


TYPES: dict[str, tuple[Callable[[str], Any], str]] = {
    "text": (_text, "a text"),
    "smallint": (_integer, "a whole number"),
    "integer": (_integer, "a whole number"),
    "bigint": (_integer, "a whole number"),
    "numeric": (_number, "a number"),
    "double precision": (_number, "a number"),
    "boolean": (_boolean, "true or false"),
    "date": (_plain_day, "a day such as 2023-08-01"),
    "timestamp with time zone": (_instant, "an instant such as 2023-08-01T12:00:00Z"),
}
"""For each column type (for arrays, the type of the elements), the parser of its values and their form."""


def value(column_type: str, column: Column | None, name: str, text: str) -> Any:
    """Return the value of a property filter in the column's type. Raises BadParameter."""
    reader, form = TYPES[column_type]
    try:
        found = reader(text)
    except (ValueError, KeyError, OverflowError):
        raise BadParameter(name, f"“{text}” is not a value of {name}.", f"Write {form}.") from None
    if column and column.codes and found not in column.codes:
        raise BadParameter(name, f"“{text}” is not a value of {name}.", f"Known values: {', '.join(column.codes)}.")
    return found
