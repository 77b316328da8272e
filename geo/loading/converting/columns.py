"""Conversion of a batch's column by way of its distinct values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.values import Converter, Unreadable, to_key, to_text
from geo.records.layers.layer import Text
from geo.text import key_text

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

SUSPICIOUS = "\\x00|\ufffd|Ã|^\\s*#"
"""What may be unreadable in a text."""

UNUSUAL_IN_KEYS = "[^ -~]|  "
"""What the form of keys may change, besides spaces at the ends."""

RawColumn = pa.Array | list[Any]
"""A column as read from a file: an array, or a list for spreadsheets, whose cells may differ in type."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be converted: its row index in the batch, its value and the reason."""

    index: int
    value: str
    reason: Text


def convert(
    column: RawColumn, converter: Converter, codes: Mapping[str, Any] | None = None
) -> tuple[pa.Array, list[BadCell]]:
    """Return the column as texts for COPY, and the cells that cannot be converted (null in the column).

    ``codes`` translates values before they are converted; their names are in the form of `key_text`.
    """
    is_plain = not codes and not isinstance(column, list) and pa.types.is_string(column.type)
    if is_plain and converter in (to_text, to_key):
        trimmed = _trimmed(column, is_key=converter is to_key)
        if trimmed is not None:
            return trimmed, []
    values, indices = distinct(column)
    converted: list[str | None] = []
    refused: dict[int, tuple[str, Text]] = {}
    for place, value in enumerate(values):
        try:
            converted.append(converter(translated(value, codes)))
        except Unreadable as error:
            converted.append(None)
            refused[place] = (shown(value), error.reason)
    return pa.array(converted, pa.string()).take(indices), _bad_cells(indices, refused)


def translated(value: Any, codes: Mapping[str, Any] | None) -> Any:
    """Return the mapping's code for a value, or the value itself."""
    return codes.get(key_text(shown(value)), value) if codes else value


def shown(value: Any) -> str:
    """Return a cell's value as users would write it."""
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


def distinct(column: RawColumn) -> tuple[list[Any], pa.Array]:
    """Return a column's distinct values, and for each row the index of its value among them (null: missing)."""
    if isinstance(column, list):
        places: dict[tuple[type, Any], int] = {}
        # The type is part of the key because 1, 1.0 and True are equal.
        indices = [places.setdefault((type(value), value), len(places)) for value in column]
        return [value for _, value in places], pa.array(indices, pa.int32())
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), "|")
    encoded: Any = pc.dictionary_encode(column)
    return encoded.dictionary.to_pylist(), encoded.indices


def _trimmed(column: pa.Array, *, is_key: bool) -> pa.Array | None:
    """Return plain text trimmed and composed (the fast path), or None if a value needs a closer look."""
    suspicious = pc.match_substring_regex(column, f"{SUSPICIOUS}|{UNUSUAL_IN_KEYS}" if is_key else SUSPICIOUS)
    if pc.any(suspicious).as_py():
        return None
    trimmed = pc.utf8_normalize(pc.utf8_trim_whitespace(column), "NFC")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _bad_cells(indices: pa.Array, refused: dict[int, tuple[str, Text]]) -> list[BadCell]:
    if not refused:
        return []
    places = indices.fill_null(-1).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(places, list(refused)))
    return [BadCell(int(row), *refused[int(places[row])]) for row in rows]
