"""Spreadsheets: the choice of a sheet and its header, and what becomes of what it hides, merges or does not name."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from geo.loading.converting.cells import SheetColumn
from geo.loading.converting.shown import shown
from geo.loading.converting.values import Decimals
from geo.loading.reading.book import Book, Row, Sheet, is_blank
from geo.loading.reading.source import BATCH_ROWS, Batch, Source
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_refusals, of_tables
from geo.loading.report import LoadRefused, Problem
from geo.text import Text

PREVIEWED_ROWS = 50
LISTED = 10
DECIDE_HIDDEN = Text(
    "Laden Sie sie mit, durch --rows hidden=load, oder nicht, durch --rows hidden=skip.",
    "Load them too with --rows hidden=load, or not with --rows hidden=skip.",
)


class SheetSource(Source):
    """One sheet of a spreadsheet file."""

    def __init__(self, book: Book, layer: str, options: ReadingOptions) -> None:
        super().__init__()
        self.book = book
        self.decimals = Decimals(options.decimal or ",", certain=bool(options.decimal))
        self.hidden_rows = options.hidden_rows
        self.sheet = self._choose(layer, options.sheet)
        self.layout = book.layout(self.sheet)
        self.facts.append((of_tables.SHEET, self.sheet))
        before = self._read_header(options.header_row)
        self.counted = self.layout.counted - before
        self.total = self.counted if self.layout.filled is None else self.layout.filled - 1

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns, in batches, and columns without a heading that hold values.

        Blank rows are skipped, hidden ones as the options say. Raises LoadRefused at the end if they say nothing.
        """
        places = [self.names.index(name) for name in wanted]
        self._note_hidden_columns(places)
        problems = self._merged(places)
        hidden = _Hidden(self.hidden_rows == "load")
        rows = self._rows_with_values(hidden)
        while block := list(islice(rows, BATCH_ROWS)):
            columns = dict(zip(wanted, (_column(block, place) for place in places), strict=True))
            columns |= self._unnamed(block, places)
            yield Batch(np.array([row.number for row in block], np.int64), columns, problems=problems)
            problems = []
        if hidden.count:
            if self.hidden_rows is None:
                file = self.book.path.name
                raise LoadRefused(
                    of_tables.undecided_hidden_rows(file, self.sheet, hidden.count, hidden.listed), DECIDE_HIDDEN
                )
            self.notes.append(of_tables.hidden_rows(hidden.count, self.hidden_rows == "load"))

    def _rows_with_values(self, hidden: "_Hidden") -> Iterator[Row]:
        """Yield the rows below the header that are loaded, and count the others as skipped."""
        for row in self.book.rows(self.sheet):
            if row.number <= self.header:
                continue
            if is_blank(row.cells):
                self.skipped += row.repeated
            elif row.hidden and not hidden.takes(row.number):
                self.skipped += 1
            else:
                yield row

    def _unnamed(self, rows: list[Row], places: list[int]) -> dict[str, Any]:
        """Return the columns without a heading that hold values, apart from the wanted ones."""
        width = max(len(row.cells) for row in rows)
        unnamed = [place for place, name in enumerate(self.names) if name in self.unnamed and place not in places]
        columns = {column_name(place): _column(rows, place) for place in (*unnamed, *range(len(self.names), width))}
        return {name: column for name, column in columns.items() if not is_blank(column)}

    def _merged(self, places: list[int]) -> list[Problem]:
        """Return a problem for each range of merged cells below the header that covers a wanted column."""
        problems: list[Problem] = []
        for merged in self.layout.merged:
            covered = [place for place in places if merged.first_column <= place + 1 <= merged.last_column]
            if covered and merged.last_row > self.header:
                row = max(merged.first_row, self.header + 1)
                problems.append(Problem(row, None, self.names[covered[0]], str(merged), of_tables.MERGED))
        return problems

    def _note_hidden_columns(self, places: list[int]) -> None:
        names = [
            self.names[place]
            for place in sorted(places)
            if any(first <= place + 1 <= last for first, last in self.layout.hidden_columns)
        ]
        if names:
            self.notes.append(of_tables.hidden_columns(names))

    def _choose(self, layer: str, asked: str | None) -> str:
        """Return the name of the sheet to load, and note which others there are. Raises LoadRefused."""
        sheets = self.book.sheets
        name = self.book.path.name
        if not sheets:
            raise LoadRefused(
                Text(f"{name} hat kein Tabellenblatt mit Zellen.", f"{name} has no sheet of cells."),
                Text(
                    "Speichern Sie die Tabelle als Tabellenblatt der Mappe.",
                    "Save the table as a sheet of the workbook.",
                ),
            )
        if asked is not None:
            return self._asked_for(asked)
        visible = [sheet for sheet in sheets if not sheet.hidden]
        hidden = [sheet.name for sheet in sheets if sheet.hidden and self._has_rows(sheet, 1)]
        filled = [sheet.name for sheet in visible if self._has_rows(sheet, 2)]
        if not visible or (hidden and not any(self._has_rows(sheet, 1) for sheet in visible)):
            raise LoadRefused(
                of_tables.all_hidden(name, hidden),
                Text(
                    "Blenden Sie das gemeinte ein, oder nennen Sie es: --sheet NAME.",
                    "Unhide the intended one, or name it: --sheet NAME.",
                ),
            )
        named = [sheet.name for sheet in visible if sheet.name == layer]
        if not named and len(filled) > 1:
            none = of_refusals.none_named(layer)
            raise LoadRefused(of_tables.several_sheets(name, filled, none), of_refusals.NAME_SHEET)
        chosen = [*named, *filled, *(sheet.name for sheet in visible)][0]
        others = [sheet for sheet in filled if sheet != chosen]
        if others:
            self.notes.append(of_tables.sheet_loaded(chosen, others))
        if hidden:
            self.notes.append(of_tables.hidden_sheets(hidden))
        return chosen

    def _asked_for(self, asked: str) -> str:
        """Return the sheet of this name, which may be hidden. Raises LoadRefused if there is none."""
        found = [sheet for sheet in self.book.sheets if sheet.name.strip() == asked.strip()]
        if not found:
            names = ", ".join(sheet.name for sheet in self.book.sheets)
            file = self.book.path.name
            raise LoadRefused(
                Text(f"{file} hat kein Tabellenblatt {asked}.", f"{file} has no sheet {asked}."),
                Text(f"Vorhandene Tabellenblätter: {names}.", f"Its sheets are {names}."),
            )
        if found[0].hidden:
            self.notes.append(of_tables.hidden_sheet_loaded(found[0].name))
        return found[0].name

    def _has_rows(self, sheet: Sheet, least: int) -> bool:
        rows = (row for row in self.book.rows(sheet.name) if not is_blank(row.cells))
        return len(list(islice(rows, least))) == least

    def _read_header(self, asked: int | None) -> int:
        """Set the header and its names. Return the number of rows up to it. Raises LoadRefused if it is unclear."""
        before = 0
        rows = self.book.rows(self.sheet)
        above = 0
        header = Row(asked or 1, [])
        for row in rows:
            if asked is not None and row.number > asked:
                break
            before += row.repeated
            blank = is_blank(row.cells)
            if not blank and (asked is None or row.number == asked):
                header = row
                break
            above += not blank
        if asked is not None and not header.cells:
            raise LoadRefused(
                Text(
                    f"Zeile {asked} des Tabellenblatts {self.sheet} ist leer.",
                    f"Row {asked} of the sheet {self.sheet} is blank.",
                ),
                of_refusals.NAME_HEADER_ROW,
            )
        if above:
            self.notes.append(of_tables.rows_before_header(above))
        elif header.number > 1 and asked is None:
            self.notes.append(of_tables.header_found(header.number))
        self.header = header.number
        self._name_columns(header, list(islice(rows, PREVIEWED_ROWS)), asked is None)
        return before

    def _name_columns(self, header: Row, preview: list[Row], may_be_title: bool) -> None:
        widths = [_width(row.cells) for row in (header, *preview)]
        if may_be_title and _filled(header) == 1:
            wider = [row.number for row in preview if _filled(row) > 1]
            if wider:
                refuse_title(self.book.path.name, header.number, shown(_first(header)), wider[0])
        texts = [shown(cell) for cell in header.cells[: max(widths)]]
        self.names, self.unnamed = named_columns(texts + [""] * (max(widths) - len(texts)))


class _Hidden:
    """The hidden rows with values that were met so far."""

    def __init__(self, loaded: bool) -> None:
        self.loaded = loaded
        self.count = 0
        self.first: list[int] = []

    def takes(self, row: int) -> bool:
        """Note a hidden row, and return whether it is loaded."""
        self.count += 1
        if len(self.first) < LISTED:
            self.first.append(row)
        return self.loaded

    @property
    def listed(self) -> str:
        """The numbers of the first ones."""
        return ", ".join(str(row) for row in self.first) + (", …" if self.count > len(self.first) else "")


def column_name(place: int) -> str:
    """Return the name by which mappings call a column without a heading: by its letter in a spreadsheet."""
    from openpyxl.utils import get_column_letter

    return f"column {get_column_letter(place + 1)}"


def named_columns(texts: Iterable[str]) -> tuple[list[str], frozenset[str]]:
    """Return names for all columns, and which of them were made up since the column has no heading."""
    names = [text if text.strip() else column_name(place) for place, text in enumerate(texts)]
    made_up = frozenset(name for name, text in zip(names, texts, strict=True) if not text.strip())
    return names, made_up


def refuse_title(file: str, row: int, title: str, candidate: int) -> None:
    """Refuse a header of one cell above rows of several. Always raises LoadRefused."""
    raise LoadRefused(of_tables.title_for_header(file, row, title[:60]), of_tables.name_header_row(candidate))


def _column(rows: list[Row], place: int) -> SheetColumn:
    return SheetColumn(row.cells[place] if place < len(row.cells) else None for row in rows)


def _filled(row: Row) -> int:
    return sum(not is_blank([cell]) for cell in row.cells)


def _first(row: Row) -> Any:
    return next(cell for cell in row.cells if not is_blank([cell]))


def _width(cells: list[Any]) -> int:
    """Return the number of cells up to the last one with a value."""
    return max((place for place, cell in enumerate(cells, 1) if not is_blank([cell])), default=0)
