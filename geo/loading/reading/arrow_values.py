"""Arrow columns as their values were delivered: what pyarrow would round, overflow or join is converted here."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit, shown
from geo.loading.reasons import of_values

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The days since 1970 that Python's dates express: 0001-01-01 to 9999-12-31."""


def exact(column: Any) -> RawColumn:
    """Return a column whose values become Python objects without loss; cells that cannot are ``Unfit``."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    kind = column.type
    if pa.types.is_dictionary(kind):
        # Decoding copies each value to its rows; the values themselves are looked at once.
        values = exact(column.dictionary)
        return from_distinct(column.indices, values if isinstance(values, list) else values.to_pylist())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _text(column)
    if pa.types.is_date(kind):
        return _dates(column)
    if pa.types.is_timestamp(kind):
        return _timestamps(column)
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        # Such a number means the shortest one that rounds to it: 250.3, not 250.3000030517578.
        return from_distinct(*_distinct(column.cast(pa.string()), lambda text: _number(str(text))))
    if pa.types.is_nested(kind) or _is_binary(kind):
        return [simple(value) for value in column.to_pylist()]
    return column


def simple(value: Any) -> Any:
    """Return a value that a cell can hold. Lists of simple values are joined by ``|``; nested ones are ``Unfit``."""
    if isinstance(value, list) and not any(isinstance(part, (list, dict, bytes, Unfit)) for part in value):
        parts = [shown(part) for part in value]
        if all("|" not in part for part in parts):
            return "|".join(parts) or None
    if isinstance(value, bytes):
        return Unfit(value[:40].hex(" "), of_values.NO_SIMPLE_VALUE)
    if isinstance(value, (list, dict)):
        return Unfit(str(value)[:200], of_values.NO_SIMPLE_VALUE)
    return value


def from_distinct(indices: pa.Array, values: list[Any]) -> RawColumn:
    """Return a column from its distinct values and each row's index among them; a list if their types differ."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pa.nulls(len(indices), pa.string())
    if len(kinds) <= 1 and Unfit not in kinds:
        try:
            return pa.array(values).take(indices)
        except (pa.ArrowException, OverflowError):
            pass  # numbers of more digits than a decimal column has
    return [None if index is None else values[index] for index in indices.to_pylist()]


def not_utf8(text: bytes) -> Unfit:
    """Return the cell for a text in a format that allows only UTF-8."""
    return Unfit(text.decode("utf-8", "backslashreplace"), of_values.NOT_UTF8)


def undecodable(text: bytes, encoding: str) -> Unfit:
    """Return the cell for a text that does not exist in its file's encoding, with what it says in Windows' own."""
    windows = None
    if encoding != "cp1252":
        with suppress(UnicodeDecodeError):
            windows = text.decode("cp1252")
    shown = text.decode(encoding, "backslashreplace")
    return Unfit(shown, of_values.not_in_encoding(encoding.upper(), windows))


def _is_binary(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)


def _text(column: pa.Array) -> RawColumn:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        binary = column.cast(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())
        return from_distinct(*_distinct(binary, _decoded))
    return column.cast(pa.string())


def _decoded(text: bytes) -> str | Unfit:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return not_utf8(text)


def _dates(column: Any) -> RawColumn:
    days = column.cast(pa.date32(), safe=False).cast(pa.int32())
    if pc.all(pc.and_(pc.greater_equal(days, FIRST_DAY), pc.less_equal(days, LAST_DAY))).as_py() is not False:
        return column
    texts = column.cast(pa.string()).to_pylist()
    return [_date(day, text) if day is not None else None for day, text in zip(days.to_pylist(), texts, strict=True)]


def _date(day: int, text: str) -> date | Unfit:
    return date(1970, 1, 1) + timedelta(day) if FIRST_DAY <= day <= LAST_DAY else Unfit(text, of_values.FAR_YEAR)


def _timestamps(column: Any) -> RawColumn:
    """Return the times as Python's, to the microsecond: finer ones do not change a day."""
    units = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    zone = UTC if column.type.tz else None

    def moment(count: int) -> datetime | Unfit:
        try:
            return datetime(1970, 1, 1, tzinfo=zone) + timedelta(microseconds=count * 10**6 // units)
        except OverflowError:
            return Unfit(f"{count / units:.0f} s", of_values.FAR_TIME)

    return from_distinct(*_distinct(column.cast(pa.int64()), moment))


def _number(text: str) -> Decimal | Unfit | None:
    if text == "nan":
        return None
    return Unfit(text, of_values.INFINITE) if text.endswith("inf") else Decimal(text)


def _distinct(column: Any, convert: Callable[[Any], Any]) -> tuple[pa.Array, list[Any]]:
    encoded: Any = pc.dictionary_encode(column)
    return encoded.indices, [convert(value) for value in encoded.dictionary.to_pylist()]
