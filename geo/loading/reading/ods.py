"""ODS spreadsheets (LibreOffice), read from their XML with what they hide, merge and repeat."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.loading.converting.cells import MOST_DIGITS, Cell
from geo.loading.reading.book import Book, Layout, Range, Row, Sheet
from geo.loading.reading.markup import Damaged, open_part, parsed, parser, refusing_damage, tags
from geo.loading.reading.number_formats import KNOWN_UNITS
from geo.loading.reading.source import guarded
from geo.loading.reasons import of_tables, of_values
from geo.text import Text

CONTENT = "content.xml"
MOST_COLUMNS = 16_384
MOST_ROWS = 1 << 20
MOST_REPEATED = 1_000
"""How many times a row with values may be repeated. Rows are told apart by a key, so true ones hardly ever are."""
TABLE_TAGS = re.compile(rb"<table:(table|table-row)(?=[\s/>])([^>]*)>")
REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
SHEET_ERROR = re.compile(r"#[A-ZÄÖÜ/0!?]+|Err:\d+")
NO_ODS = Text("keine ODS-Tabelle", "not an ODS spreadsheet")
WHITE_SPACE = re.compile(r"[ \t\r\n]+")
UNIT = re.compile(r"[^\d\s.,+-][^\d.,]*")


class OdsBook(Book):
    """A spreadsheet of LibreOffice and others (.ods)."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._refusing_damage():
            with open_part(path, "mimetype") as part:
                if b"spreadsheet" not in part.read(200):
                    raise Damaged("not a spreadsheet")
            with open_part(path, CONTENT) as part:
                outline = _Outline()
                for _ in parsed(outline.parser, part):
                    pass
            self.sheets = outline.sheets
            self._counts = self._count_rows()

    def layout(self, sheet: str) -> Layout:
        """Return what the sheet tells besides its cells."""
        reading = _Reading(sheet)
        filled = 0
        with self._refusing_damage(), open_part(self.path, CONTENT) as part:
            for _ in parsed(reading.parser, part):
                filled += sum(bool(row.cells) for row in reading.found)
                reading.found.clear()
        counted = self._counts[[known.name for known in self.sheets].index(sheet)]
        return Layout(counted, filled, reading.merged, reading.hidden_columns)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield the sheet's rows in order."""
        yield from guarded(self._rows(sheet), self._refusing_damage)

    def _rows(self, sheet: str) -> Iterator[Row]:
        reading = _Reading(sheet)
        with open_part(self.path, CONTENT) as part:
            for _ in parsed(reading.parser, part):
                found, reading.found = reading.found, []
                yield from found
                if reading.is_over:
                    return

    def _count_rows(self) -> list[int]:
        """Return the number of rows of each sheet, counted in the plain bytes."""
        counts: list[int] = []
        with open_part(self.path, CONTENT) as part:
            for tag in tags(part, TABLE_TAGS):
                if tag[1] == b"table":
                    counts.append(0)
                else:
                    repeated = REPEATED.search(tag[2])
                    counts[-1] += int(repeated[1]) if repeated else 1
        return counts

    def _refusing_damage(self) -> Any:
        return refusing_damage(self.path, NO_ODS, ".ods")


class _Outline:
    """The handlers that find the sheets, and which of them are hidden: that is said by their styles."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.parser = parser()
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self.style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table:table":
            # LibreOffice keeps what formulas of other files need in sheets that it never shows.
            hidden = attributes.get("table:style-name") in self.hidden_styles | {"ta_extref"}
            self.sheets.append(Sheet(attributes["table:name"], hidden))


class _Reading:
    """The handlers that make rows of one sheet. ``found`` has those that were read since it was last emptied."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.found: list[Row] = []
        self.merged: list[Range] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.is_over = False
        self.column = 0
        self.row = 0
        self.repeated, self.hidden = 1, False
        self.cells: list[Any] = []
        self.blanks = 0
        self.attributes: dict[str, str] = {}
        self.texts: list[str] = []
        self.paragraphs = 0
        self.notes = 0
        self.parser = parser()
        self.parser.StartElementHandler = self._find_sheet

    def _find_sheet(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table" and attributes["table:name"] == self.sheet:
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table:table-cell" | "table:covered-table-cell":
                self.attributes, self.texts, self.paragraphs = attributes, [], 0
            case "table:table-row":
                self.repeated = int(attributes.get("table:number-rows-repeated", 1))
                self.hidden = attributes.get("table:visibility", "visible") != "visible"
                self.cells, self.blanks = [], 0
            case "table:table-column":
                last = self.column + int(attributes.get("table:number-columns-repeated", 1))
                if attributes.get("table:visibility", "visible") != "visible":
                    self.hidden_columns.append((self.column + 1, last))
                self.column = last
            case "table:table":
                raise Damaged("a sheet inside a cell")
            case _ if name == "office:annotation" or name.startswith("draw:"):
                # Texts of comments and drawings are not the cell's.
                self.notes += 1
            case _ if name.startswith("text:") and not self.notes:
                self._start_text(name, attributes)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "text:p":
                if self.paragraphs:
                    self.texts.append("\n")
                self.paragraphs += 1
                self.parser.CharacterDataHandler = self._add_text
            case "text:s":
                self.texts.append(" " * min(int(attributes.get("text:c", 1)), 1_000))
            case "text:tab":
                self.texts.append("\t")
            case "text:line-break":
                self.texts.append("\n")

    def _end(self, name: str) -> None:
        match name:
            case "table:table-cell" | "table:covered-table-cell":
                self._add_cell()
            case "text:p":
                self.parser.CharacterDataHandler = None
            case "table:table-row":
                self._add_row()
            case "table:table":
                self.is_over = True
                self.parser.StartElementHandler = self.parser.EndElementHandler = None
            case _ if name == "office:annotation" or name.startswith("draw:"):
                self.notes -= 1

    def _add_text(self, text: str) -> None:
        """Add text of a paragraph, in which any white space counts as one blank."""
        self.texts.append(WHITE_SPACE.sub(" ", text))

    def _add_cell(self) -> None:
        repeated = int(self.attributes.get("table:number-columns-repeated", 1))
        self._note_merged()
        value = read_cell(self.attributes, "".join(self.texts))
        if value is None or value == "":
            self.blanks += repeated
            return
        if len(self.cells) + self.blanks + repeated > MOST_COLUMNS:
            raise Damaged("too many columns")
        self.cells += [None] * self.blanks + [value] * repeated
        self.blanks = 0

    def _note_merged(self) -> None:
        columns = int(self.attributes.get("table:number-columns-spanned", 1))
        rows = int(self.attributes.get("table:number-rows-spanned", 1))
        if columns > 1 or rows > 1:
            column, row = len(self.cells) + self.blanks + 1, self.row + 1
            self.merged.append(Range(column, row, column + columns - 1, row + rows - 1))

    def _add_row(self) -> None:
        first = self.row + 1
        self.row += self.repeated
        if self.row > MOST_ROWS or (self.cells and self.repeated > MOST_REPEATED):
            raise Damaged("too many rows")
        if not self.cells:
            self.found.append(Row(first, [], self.hidden, self.repeated))
        else:
            self.found += [Row(first + turn, self.cells, self.hidden) for turn in range(self.repeated)]


def read_cell(attributes: dict[str, str], text: str) -> Any:
    """Return a cell's value by its attributes and the text that it shows."""
    kind = attributes.get("office:value-type")
    if attributes.get("calcext:value-type") == "error" or ("table:formula" in attributes and _is_error(text)):
        return Cell(text, refused=of_values.SHEET_ERROR)
    if kind is None:
        if "table:formula" in attributes:
            return Cell("=…", refused=of_tables.FORMULA_WITHOUT_RESULT)
        return text or None
    match kind:
        case "string":
            return attributes.get("office:string-value", text)
        case "float" | "currency":
            return _number(attributes["office:value"], text)
        case "percentage":
            return Cell(text or attributes["office:value"], refused=of_tables.PERCENTAGE)
        case "date":
            return _date(attributes["office:date-value"], text)
        case "boolean":
            return attributes["office:boolean-value"] == "true"
        case "time":
            return Cell(text or attributes["office:time-value"], refused=of_tables.TIME_FOR_DATE)
    raise Damaged(f"cells of the type {kind}")


def _number(raw: str, text: str) -> Any:
    """Return a number, or a Cell if it shows something else."""
    value = int(raw) if raw.isdecimal() else float(raw)
    unit = next((found.strip() for found in UNIT.findall(text) if not re.fullmatch("[Ee][+-]?", found.strip())), "")
    if any(char.isalpha() for char in unit) and unit.casefold() not in KNOWN_UNITS:
        return Cell(text, value, of_tables.unit_in_format(unit))
    if value != int(value) or not 0 <= value < MOST_DIGITS or not text:
        return value
    digits = re.sub(r"[.\s\u202f\u00a0]", "", text.partition(",")[0])
    if digits == str(int(value)) and not unit:
        return value
    if re.fullmatch(r"[\d /-]+", text) and int(re.sub(r"\D", "", text)) == value:
        return Cell(text, value)
    return Cell(text, value, refused_as_text=of_tables.FORMATTED_NUMBER)


def _date(raw: str, text: str) -> Any:
    value = datetime.fromisoformat(raw)
    # Spreadsheets show small numbers as days of these years.
    if value.year < 1900 or (value.year, value.month) < (1900, 3):
        return Cell(text or raw, refused=of_tables.NO_TRUE_DATE)
    return value


def _is_error(text: str) -> bool:
    return bool(SHEET_ERROR.fullmatch(text))
