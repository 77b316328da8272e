"""CSV with any delimiter, in UTF-8 unless specified otherwise. Damaged text is refused before any row is read."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute

from geo.csv_cells import GUARDED
from geo.loading.converting.values import Decimals
from geo.loading.reading.encodings import check_text, marked_encoding, open_text, without_end_mark
from geo.loading.reading.records import RowLengths, count_records, find_delimiter, swallowed_rows
from geo.loading.reading.sheet import named_columns, refuse_title
from geo.loading.reading.source import BATCH_ROWS, Batch, Source
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_encodings, of_refusals, of_tables, of_values
from geo.loading.report import LoadRefused, Problem
from geo.text import Text

LONGEST_CELL = 1 << 28
PREVIEWED_ROWS = 50

NumberedRow = tuple[int, list[str]]

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute


class CsvSource(Source):
    """A CSV file, or one packed by gzip. The constructor checks all of it for bytes that are not text in its encoding,
    and for quotation marks that are never closed.
    """

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        super().__init__()
        self.path = path
        if options.sheet is not None:
            raise LoadRefused(
                Text(f"{path.name} hat keine Tabellenblätter.", f"{path.name} has no sheets."),
                Text(
                    "Lassen Sie --sheet weg, oder laden Sie die Tabellenkalkulation selbst.",
                    "Omit --sheet, or load the spreadsheet itself.",
                ),
            )
        self.encoding = _encoding(path, options.encoding)
        self.is_cut = not check_text(path, self.encoding).ends_with_newline
        with self._open() as file:
            lines = list(islice((line for line in file if line.strip()), 2))
            self.delimiter, self.declares_delimiter = find_delimiter(path, lines, options.delimiter)
        # csv's own limit of 128 KiB is less than a large polygon's WKT.
        csv.field_size_limit(LONGEST_CELL)
        with self._open() as file:
            self.counted = count_records(path, self._lines(file), self.delimiter)
        self._read_header(options.header_row)
        self.facts += [
            (of_tables.ENCODING, self.encoding.removesuffix("-sig").upper()),
            (of_tables.DELIMITER, {"\t": "Tab"}.get(self.delimiter, self.delimiter)),
        ]
        self.counted -= self.header
        self.total = self.counted
        # German programs write semicolons and decimal commas, others commas and decimal points.
        self.decimals = Decimals(
            options.decimal or ("." if self.delimiter == "," else ","), certain=bool(options.decimal)
        )

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns, in batches, and columns without a heading that hold values.

        Blank rows are numbered but skipped.
        """
        places = [self.names.index(name) for name in wanted]
        lengths = RowLengths(self._last_named(), self.delimiter)
        lengths.check(self._first_rows(self.header))
        problems: list[Problem] = []
        with self._open() as file:
            records = self._records(file, problems)
            block = list(islice(records, self.header, self.header + BATCH_ROWS))
            while block:
                following = list(islice(records, BATCH_ROWS))
                rows = [row for row in block if any(map(str.strip, row[1]))]
                self.skipped += len(block) - len(rows)
                problems += lengths.check(rows)
                if not following:
                    problems += lengths.finish(self.is_cut)
                if rows or problems:
                    yield self._batch(rows, wanted, places, list(problems))
                problems.clear()
                block = following
        if lengths.omitted:
            self.notes.append(of_tables.omitted_cells(lengths.omitted))

    def _records(self, file: TextIO, problems: list[Problem]) -> Iterator[NumberedRow]:
        """Yield the records with their numbers as a spreadsheet shows them. Doubtful ones are added to the problems."""
        reader = csv.reader(self._lines(file), delimiter=self.delimiter, strict=True)
        line = 0
        try:
            for number, cells in enumerate(reader, 1):
                if reader.line_num > line + 1:
                    problems += swallowed_rows(number, cells, self.names, self.delimiter)
                line = reader.line_num
                yield number, cells
        except csv.Error as error:
            raise LoadRefused(
                Text(
                    f"{self.path.name} ist in Zeile {reader.line_num} keine richtige CSV-Datei (Meldung: {error}).",
                    f"{self.path.name} is not a proper CSV file at line {reader.line_num} ({error}).",
                ),
                Text("Prüfen Sie die Anführungszeichen in dieser Zeile.", "Check the quotation marks in that line."),
            ) from error

    def _lines(self, file: TextIO) -> Iterator[str]:
        """Return the file's lines, without the one that declares the delimiter: spreadsheets do not show it either."""
        lines = without_end_mark(file)
        return islice(lines, 1, None) if self.declares_delimiter else lines

    def _first_rows(self, count: int) -> list[NumberedRow]:
        with self._open() as file:
            return list(islice(self._records(file, []), count))

    def _read_header(self, asked: int | None) -> None:
        """Set the number of the header's row and the names. Raises LoadRefused if it is unclear."""
        self.names = []
        rows = self._first_rows((asked or PREVIEWED_ROWS) + PREVIEWED_ROWS)
        filled = [(number, cells) for number, cells in rows if any(map(str.strip, cells))]
        self.header, cells = next((row for row in filled if asked in {None, row[0]}), (asked or 1, []))
        if asked is not None and not cells:
            raise LoadRefused(
                Text(f"Zeile {asked} von {self.path.name} ist leer.", f"Row {asked} of {self.path.name} is blank."),
                of_refusals.NAME_HEADER_ROW,
            )
        above = sum(number < self.header for number, _ in filled)
        if above:
            self.notes.append(of_tables.rows_before_header(above))
        elif self.header > 1 and asked is None:
            self.notes.append(of_tables.header_found(self.header))
        wider = [number for number, row in filled if number > self.header and _filled(row) > 1]
        if asked is None and _filled(cells) == 1 and wider:
            refuse_title(self.path.name, self.header, "".join(cells), wider[0])
        self.names, self.unnamed = named_columns(cells)

    def _last_named(self) -> int:
        """Return the number of cells that a row needs: those up to the last column with a heading."""
        return max((place for place, name in enumerate(self.names, 1) if name not in self.unnamed), default=0)

    def _batch(
        self, rows: list[NumberedRow], wanted: Sequence[str], places: list[int], problems: list[Problem]
    ) -> Batch:
        width = len(self.names)
        surplus = [
            Problem(number, None, None, self.delimiter.join(cells[width:]), of_values.SURPLUS_CELLS)
            for number, cells in rows
            if len(cells) > width and any(cells[width:])
        ]
        columns: dict[str, pa.Array | list[Any]] = {
            name: _column(rows, place) for name, place in zip(wanted, places, strict=True)
        }
        for place, name in enumerate(self.names):
            if name in self.unnamed and name not in columns and any(_cell(row, place).strip() for _, row in rows):
                columns[name] = [_cell(row, place) for _, row in rows]
        return Batch(np.array([number for number, _ in rows], np.int64), columns, problems=problems + surplus)

    def _open(self) -> TextIO:
        return open_text(self.path, self.encoding)


def _encoding(path: Path, asked: str | None) -> str:
    """Return the encoding to read a file in. Raises LoadRefused if its byte order mark contradicts that."""
    marked = marked_encoding(path)
    if asked is None:
        return marked or "utf-8-sig"
    if marked and not asked.lower().replace("_", "-").startswith(marked.removesuffix("-sig")):
        real = marked.removesuffix("-sig").upper()
        raise LoadRefused(of_encodings.other_encoding(path.name, real, asked), of_refusals.OMIT_ENCODING)
    return marked or asked


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _column(rows: list[NumberedRow], place: int) -> pa.Array:
    return without_guards(pa.array([cells[place] if place < len(cells) else None for _, cells in rows], pa.string()))


def without_guards(column: pa.Array) -> pa.Array:
    """Remove the apostrophe that our own CSV files put before texts which a spreadsheet would run as formulas."""
    is_guarded = pc.match_substring_regex(column, GUARDED)
    return pc.replace_substring_regex(column, GUARDED, r"\1") if pc.any(is_guarded).as_py() else column
