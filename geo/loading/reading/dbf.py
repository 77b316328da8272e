"""The attributes of Shapefiles, read from the .dbf byte by byte, since GDAL coerces what is not as it should be."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit
from geo.loading.reading.arrow_values import from_distinct, undecodable
from geo.loading.reasons import of_files, of_refusals, of_values
from geo.loading.report import LoadRefused
from geo.text import Text

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

HEADER = 32
"""The length of the file's header, and of each field's description after it, in bytes."""

TRUE = {b"T", b"t", b"Y", b"y", b"J", b"j"}
FALSE = {b"F", b"f", b"N", b"n"}
NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
DAY = re.compile(rb"\d{8}")
SAFE_DIGITS, SAFE_WIDTH = 9, 18
"""In a column for so many digits before the point, or as wide as programs make it if nobody says how wide, nothing
overflows: its cells of asterisks are the empty ones of GDAL, which fills them so."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its type (C, N, F, D, L …), where it stands in a record, and how wide it is; all in bytes."""

    name: str
    kind: str
    start: int
    width: int
    decimals: int

    @property
    def holds_any_number(self) -> bool:
        """Whether it is so wide that no number overflowed in it."""
        digits = self.width - (self.decimals + 1 if self.decimals else 0)
        return digits >= SAFE_DIGITS or self.width >= SAFE_WIDTH


class Dbf:
    """A .dbf file. Records are counted from 0, deleted ones too, as GDAL's feature numbers of Shapefiles do."""

    def __init__(self, content: Any, name: str, encoding: str) -> None:
        self.name = name
        self.encoding = encoding
        head = bytes(content[:HEADER])
        self.counted, length, size = (
            int.from_bytes(head[begin:end], "little") for begin, end in ((4, 8), (8, 10), (10, 12))
        )
        fields = _fields(bytes(content[HEADER:length]), size, self._name)
        if fields is None or len(content) < length + self.counted * size:
            raise LoadRefused(
                Text(f"Die .dbf-Datei von {name} ist beschädigt.", f"The .dbf file of {name} is damaged."),
                Text(
                    "Holen Sie die ganze Datei noch einmal, oder exportieren Sie sie noch einmal.",
                    "Get the whole file again, or export it again.",
                ),
            )
        self.fields = fields
        self.records = np.ndarray((self.counted, size), np.uint8, content, length)
        self.names = [field.name for field in self.fields]
        self.deleted = int((self.records[:, 0] == ord("*")).sum())
        self.asterisks: dict[str, int] = {}
        """For each column the number of cells so far that consist of asterisks and were read as empty."""

    @property
    def notes(self) -> list[Text]:
        """What is to be told about the records read so far."""
        notes = [of_files.asterisks(name, rows) for name, rows in self.asterisks.items()]
        return notes + ([of_files.deleted_records(self.deleted)] if self.deleted else [])

    def inexact(self, names: Sequence[str]) -> list[str]:
        """Return the columns to read here rather than by GDAL: all that the file has."""
        return [name for name in names if name in self.names]

    @contextmanager
    def reading(self, names: Sequence[str]) -> Iterator[Callable[[list[int]], dict[str, RawColumn]]]:
        """Give a function that returns these columns of the records with the given numbers."""
        fields = {name: self.fields[self.names.index(name)] for name in names}

        def columns(fids: list[int]) -> dict[str, RawColumn]:
            records = self.records[np.array(fids, np.int64)]
            return {name: self._column(field, records) for name, field in fields.items()}

        yield columns

    def _column(self, field: Field, records: np.ndarray[Any, Any]) -> RawColumn:
        cells = np.ascontiguousarray(records[:, field.start : field.start + field.width])
        fixed = pa.Array.from_buffers(pa.binary(field.width), len(cells), [None, pa.py_buffer(cells)])
        texts = fixed.cast(pa.binary())
        match field.kind:
            case "C":
                is_plain = not len(cells) or (int(cells.min()) > 0 and int(cells.max()) < 0x80)
                return texts.cast(pa.string()) if is_plain else _distinct(texts, self._text)
            case "N" | "F":
                self._count_asterisks(field, cells)
                return _distinct(texts, lambda text: self._number(field, text))
            case "D":
                return _distinct(texts, self._day)
            case "L":
                return _distinct(texts, self._truth)
        return _distinct(texts, self._foreign)

    def _text(self, text: bytes) -> str | Unfit:
        stripped = text.rstrip(b" \0")
        try:
            return stripped.decode(self.encoding)
        except UnicodeDecodeError:
            return undecodable(stripped, self.encoding)

    def _count_asterisks(self, field: Field, cells: np.ndarray[Any, Any]) -> None:
        rows = int((cells == ord("*")).all(axis=1).sum())
        if rows and field.holds_any_number:
            self.asterisks[field.name] = self.asterisks.get(field.name, 0) + rows

    def _number(self, field: Field, text: bytes) -> Decimal | str | Unfit | None:
        """Return a number; what is none by the format's own notation is left to the converters, as text."""
        stripped = text.strip(b" \0")
        if not stripped:
            return None
        if NUMBER.fullmatch(stripped):
            return Decimal(stripped.decode())
        if stripped.strip(b"*"):
            return self._text(stripped)
        if field.holds_any_number and len(stripped) == field.width:
            return None
        return Unfit(self._shown(stripped), of_values.OVERFLOWN)

    def _day(self, text: bytes) -> date | Unfit | None:
        stripped = text.strip(b" \0")
        # GDAL writes an empty day with zeros in some versions, with blanks in others.
        if stripped in {b"", b"00000000"}:
            return None
        try:
            if DAY.fullmatch(stripped):
                return date(int(stripped[:4]), int(stripped[4:6]), int(stripped[6:]))
        except ValueError:
            pass
        return Unfit(self._shown(stripped), of_values.NOT_A_DBF_DATE)

    def _truth(self, text: bytes) -> bool | str | Unfit | None:
        """Return a truth value; the converters judge the letters that dBase does not know."""
        stripped = text.strip(b" \0?")
        if not stripped:
            return None
        if stripped in TRUE:
            return True
        return False if stripped in FALSE else self._text(stripped)

    def _foreign(self, text: bytes) -> Unfit | None:
        """Return the cell of a type that Shapefiles do not have, such as a reference to a memo in another file."""
        stripped = text.strip(b" \0")
        return Unfit(self._shown(stripped), of_values.NO_SIMPLE_VALUE) if stripped else None

    def _shown(self, text: bytes) -> str:
        return text.decode(self.encoding, "backslashreplace")

    def _name(self, name: bytes) -> str:
        try:
            return name.decode(self.encoding)
        except UnicodeDecodeError as error:
            shown = name.decode("ascii", "backslashreplace")
            raise LoadRefused(
                of_files.unreadable_column(self.name, shown, self.encoding), of_refusals.NAME_ENCODING
            ) from error


def _fields(described: bytes, size: int, decode: Callable[[bytes], str]) -> list[Field] | None:
    """Return the fields, or None if they do not add up to the size of a record."""
    fields: list[Field] = []
    start = 1  # after the mark of deleted records
    for place in range(0, len(described), HEADER):
        entry = described[place : place + HEADER]
        if entry[:1] == b"\r" or len(entry) < HEADER:
            break
        name, kind, width, decimals = decode(entry[:11].split(b"\0")[0]), chr(entry[11]), entry[16], entry[17]
        fields.append(Field(name.strip(), kind, start, width, decimals))
        start += width
    widths = [field.width for field in fields]
    return fields if start == size and all(widths) else None


def _distinct(texts: pa.Array, convert: Callable[[bytes], Any]) -> RawColumn:
    encoded: Any = pc.dictionary_encode(texts)
    return from_distinct(encoded.indices, [convert(text) for text in encoded.dictionary.to_pylist()])
