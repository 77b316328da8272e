"""CSV with any delimiter, in UTF-8 unless specified otherwise. Damaged text is refused before any row is read."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute

from geo.csv_cells import GUARDED
from geo.loading import reasons
from geo.loading.converting.values import Decimals
from geo.loading.reading.source import BATCH_ROWS, Batch, Source
from geo.loading.reading_options import ReadingOptions
from geo.loading.report import LoadRefused, Problem

CHUNK = 1 << 20
DELIMITERS = ";,\t|"
LONGEST_CELL = 1 << 28

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute


class CsvSource(Source):
    """A CSV file. The constructor checks all of it for bytes that are not text in its encoding."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        super().__init__()
        self.path = path
        self.encoding = options.encoding or _marked_encoding(path)
        lines = check_text(path, self.encoding)
        with self._open() as file:
            self.delimiter = options.delimiter or sniff_delimiter(file.readline())
            file.seek(0)
            # csv's own limit of 128 KiB is less than a large polygon's WKT.
            csv.field_size_limit(LONGEST_CELL)
            self.names = next(csv.reader(file, delimiter=self.delimiter), [])
        self.total = max(lines - 1, 0)
        # German programs write semicolons and decimal commas, others commas and decimal points.
        self.decimals = Decimals(
            options.decimal or ("." if self.delimiter == "," else ","), certain=bool(options.decimal)
        )

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns, in batches. Blank lines are numbered but skipped."""
        places = [self.names.index(name) for name in wanted]
        with self._open() as file:
            numbered = enumerate(self._records(file), 1)
            next(numbered, None)
            while block := list(islice(numbered, BATCH_ROWS)):
                if rows := [(number, cells) for number, cells in block if any(cells)]:
                    yield self._batch(rows, wanted, places)

    def _records(self, file: TextIO) -> Iterator[list[str]]:
        reader = csv.reader(file, delimiter=self.delimiter)
        try:
            yield from reader
        except csv.Error as error:
            raise LoadRefused(
                f"{self.path.name} is not a proper CSV file at line {reader.line_num} ({error}).",
                "Check the quotation marks in that line.",
            ) from error

    def _batch(self, rows: list[tuple[int, list[str]]], wanted: Sequence[str], places: list[int]) -> Batch:
        width = len(self.names)
        problems = [
            Problem(number, None, None, self.delimiter.join(cells[width:]), reasons.SURPLUS_CELLS)
            for number, cells in rows
            if len(cells) > width and any(cells[width:])
        ]
        columns: dict[str, pa.Array | list[Any]] = {
            name: without_guards(
                pa.array([cells[place] if place < len(cells) else None for _, cells in rows], pa.string())
            )
            for name, place in zip(wanted, places, strict=True)
        }
        return Batch(np.array([number for number, _ in rows], np.int64), columns, problems=problems)

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, newline="")


def without_guards(column: pa.Array) -> pa.Array:
    """Remove the apostrophe that our own CSV files put before texts which a spreadsheet would run as formulas."""
    is_guarded = pc.match_substring_regex(column, GUARDED)
    return pc.replace_substring_regex(column, GUARDED, r"\1") if pc.any(is_guarded).as_py() else column


def sniff_delimiter(header: str) -> str:
    """Return the delimiter that occurs most often in the header, outside quotation marks."""
    plain = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=plain.count)


def check_text(path: Path, encoding: str) -> int:
    """Refuse a file that is not text in that encoding, naming the line. Return the number of lines."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise LoadRefused(
            f"There is no encoding {encoding}.", "Known encodings include utf-8, cp1252 and latin-1."
        ) from error
    utf8 = None if _is_unicode(encoding) else codecs.getincrementaldecoder("utf-8")()
    plain = True
    lines, ends_open = 0, False
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            if not _is_wide(encoding) and (nul := chunk.find(b"\0")) >= 0:
                line = lines + chunk.count(b"\n", 0, nul) + 1
                raise LoadRefused(
                    f"{path.name} has a NUL byte in line {line}: it is damaged, or not a text file.",
                    "Save it again as CSV (UTF-8).",
                )
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _undecodable(path, encoding, lines + error.object.count(b"\n", 0, error.start) + 1) from error
            plain = plain and chunk.isascii()
            utf8 = _still_utf8(utf8, chunk)
            lines += chunk.count(b"\n")
            if not chunk:
                break
            ends_open = not chunk.endswith(b"\n")
    if utf8 and not plain:
        raise LoadRefused(f"{path.name} is UTF-8, not {encoding}.", "Omit --encoding.")
    return lines + ends_open


def _still_utf8(decoder: codecs.IncrementalDecoder | None, chunk: bytes) -> codecs.IncrementalDecoder | None:
    try:
        if decoder:
            decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return None
    return decoder


def _undecodable(path: Path, encoding: str, line: int) -> LoadRefused:
    if _is_unicode(encoding):
        hint = "Save it as CSV UTF-8, or specify its encoding, for German Excel's own CSV --encoding cp1252."
    else:
        hint = "Specify its real encoding with --encoding, or save it as CSV UTF-8 and omit --encoding."
    return LoadRefused(f"{path.name} is not {encoding.removesuffix('-sig').upper()}: see line {line}.", hint)


def _marked_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    # UTF-16 is what Excel calls "Unicode text".
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _is_unicode(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith("utf")


def _is_wide(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
