"""Conversion of a batch's column by way of its distinct values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.cells import SheetColumn, plain_value
from geo.loading.converting.codes import CodeTable
from geo.loading.converting.shown import Unfit, shown
from geo.loading.converting.values import Converter, Unreadable, to_key, to_text
from geo.records.layers.layer import Text

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
    column: RawColumn,
    converter: Converter,
    codes: CodeTable | None = None,
    *,
    as_text: bool = False,
    of_codes: Converter | None = None,
) -> tuple[pa.Array, list[BadCell]]:
    """Return the column as texts for COPY, and the cells that cannot be converted (null in the column).

    ``codes`` translates values before they are converted, and counts what is told of that. ``as_text`` is whether the
    database's column is one of texts, in which cells of spreadsheets count as they are shown. ``of_codes`` converts
    what the codes translate to, if ``converter`` follows rules that hold for the file's own values only.
    """
    of_codes = of_codes or converter
    is_plain = not codes and not isinstance(column, list) and pa.types.is_string(column.type)
    if is_plain and converter in (to_text, to_key):
        trimmed = _trimmed(column, is_key=converter is to_key)
        if trimmed is not None:
            return trimmed, []
    is_sheet = isinstance(column, SheetColumn)
    values, indices = distinct(column)
    converted: list[str | None] = []
    refused: dict[int, tuple[str, Text]] = {}
    for place, value in enumerate(values):
        try:
            coded, is_code = _coded(value, codes, is_sheet=is_sheet, as_text=as_text)
            converted.append((of_codes if is_code else converter)(coded))
        except Unreadable as error:
            converted.append(None)
            refused[place] = (shown(value), error.reason)
    result = pa.array(converted, pa.string()).take(indices)
    if codes:
        _count_told(codes, values, indices)
        if (empty := codes.translated(None)) is not None:
            result = pc.if_else(pc.is_null(indices), of_codes(empty), result)
    return result, _bad_cells(indices, refused)


def _coded(value: Any, codes: CodeTable | None, *, is_sheet: bool, as_text: bool) -> tuple[Any, bool]:
    """Return what a value is converted from, and whether that is a code.

    One that cannot be read needs an entry of its own in the mapping.
    """
    try:
        plain = readable(value, is_sheet=is_sheet, as_text=as_text)
    except Unreadable:
        code = codes.listed(value) if codes else value
        if code is value:
            raise
        return code, True
    return (codes.translated(value), True) if codes and codes.translates(value) else (plain, False)


def readable(value: Any, *, is_sheet: bool, as_text: bool) -> Any:
    """Return the value itself, of a spreadsheet's cell what counts in such a column. Raises Unreadable if none does."""
    if isinstance(value, Unfit):
        raise Unreadable(value.reason)
    return plain_value(value, as_text, Unreadable) if is_sheet else value


def _count_told(codes: CodeTable, values: list[Any], indices: pa.Array) -> None:
    told = {place for place, value in enumerate(values) if codes.is_told(value)}
    if told:
        for place in indices.drop_null().to_pylist():
            if place in told:
                codes.used[shown(values[place]), str(codes.translated(values[place]))] += 1


def distinct(column: RawColumn) -> tuple[list[Any], pa.Array]:
    """Return a column's distinct values, and for each row the index of its value among them (null: missing)."""
    if isinstance(column, list):
        places: dict[tuple[type, Any], int] = {}
        # The type is part of the key because 1, 1.0 and True are equal.
        indices = [places.setdefault((type(value), value), len(places)) for value in column]
        return [value for _, value in places], pa.array(indices, pa.int32())
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
