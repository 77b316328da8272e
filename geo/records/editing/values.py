"""Converts JSON values to the columns' types. Raises InvalidValue, with the message, for values that do not fit."""

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from geo.records.editing import sentences
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer, Text
from geo.records.messages import sentence
from geo.records.messages.errors import WRONG_CHARACTERS
from geo.store.catalogue import TableColumn

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
MOST_DIGITS = 30
"""The maximum number of digits before, and after, the decimal point if the column has no limits of its own."""


class InvalidValue(Exception):
    """The value does not fit its column."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def convert(layer: Layer, column: TableColumn, value: Any) -> Any:
    """Return the value in the column's type; None for blank text. Raises InvalidValue."""
    if value is None:
        return None
    kind = "numeric" if column.type.startswith("numeric") else column.type
    try:
        found = READERS[kind](value)
    except (TypeError, ValueError):
        target = LAYERS.get(column.references or "")
        if target:
            raise InvalidValue(sentences.no_record(layer.key, column.name, target.title)) from None
        raise InvalidValue(sentences.wrong_type(layer.key, column.name, kind)) from None
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        found = _sized(layer, column, found)
    described = layer.column(column.name) if layer.has_column(column.name) else None
    if found is not None and described and described.codes and found not in described.codes:
        raise InvalidValue(sentence(f"{layer.key}_{column.name}_check", layer.key))
    return found


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        raise TypeError(value)
    if "\0" in value:
        raise InvalidValue(WRONG_CHARACTERS)
    return value if value.strip() else None


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(value)
    found = [_text(part) for part in value]
    if None in found:
        raise ValueError(value)
    return [part for part in found if part is not None]


def _day(value: Any) -> date:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise TypeError(value)
    return date.fromisoformat(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(value)
    return Decimal(value)


def _integer(value: Any) -> int:
    number = _number(value)
    # The exponent first: 1e999999999 as an int would fill the memory.
    if number.adjusted() > MOST_DIGITS:
        return 10**MOST_DIGITS
    if number != number.to_integral_value():
        raise ValueError(value)
    return int(number)


READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "text[]": _texts,
    "date": _day,
    "boolean": _boolean,
    "integer": _integer,
    "bigint": _integer,
    "numeric": _number,
}


def _sized(layer: Layer, column: TableColumn, number: int | Decimal) -> int | Decimal:
    """Return the number rounded as the database would. Raises InvalidValue if it is too large for the column."""
    limits = NUMERIC.fullmatch(column.type)
    scale = int(limits[2]) if limits else MOST_DIGITS
    whole = {"integer": 2**31, "bigint": 2**63}.get(column.type)
    limit = whole or 10 ** (int(limits[1]) - scale if limits else MOST_DIGITS)
    if Decimal(number).adjusted() <= MOST_DIGITS:
        with localcontext(prec=3 * MOST_DIGITS):
            rounded = round_half_up(number, scale)
        if abs(rounded) < limit:
            return rounded
    raise InvalidValue(sentences.too_large(layer.key, column.name, limit))


def round_half_up(number: int | Decimal, scale: int) -> int | Decimal:
    """Return the number with at most ``scale`` digits after the decimal point."""
    exponent = Decimal(number).as_tuple().exponent
    is_finer = isinstance(exponent, int) and exponent < -scale
    return Decimal(number).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP) if is_finer else number
