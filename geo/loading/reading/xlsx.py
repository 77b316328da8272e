"""XLSX workbooks, read from their XML: openpyxl does not tell which formulas lack results, or which rows are hidden."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from geo.loading.converting.cells import Cell
from geo.loading.reading.book import Book, Layout, Range, Row, Sheet
from geo.loading.reading.markup import Damaged, elements, local, open_part, parsed, parser, refusing_damage, tags
from geo.loading.reading.number_formats import number, reader_of
from geo.loading.reading.source import guarded
from geo.loading.reasons import of_tables, of_values
from geo.text import Text

NO_WORKBOOK = Text("keine Excel-Mappe", "not an Excel workbook")
MOST_COLUMNS = 16_384
SHEET_TAGS = re.compile(rb"<(?:\w+:)?(row|mergeCell|col)(?=[\s/>])([^>]*)>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*["\']([^"\']*)["\']')
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
SURROGATES = range(0xD800, 0xE000)
TRUE = {"1", "true"}
ZERO = {"0", "0.0"}


class XlsxBook(Book):
    """A workbook (.xlsx, .xlsm)."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._strings: list[str] | None = None
        with self._refusing_damage():
            main, related = self._main_part()
            self._parts: dict[str, str] = {}
            self._epoch: Any = CALENDAR_WINDOWS_1900
            self._recalculates = False
            self.sheets = []
            with open_part(path, main) as part:
                for name, attributes in elements(part):
                    self._read_workbook(name, attributes, related)
            targets = {kind: target for kind, target in related.values() if kind in {"styles", "sharedStrings"}}
            self._strings_part = targets.get("sharedStrings")
            self._readers = self._styles(targets.get("styles"))

    def layout(self, sheet: str) -> Layout:
        """Return what the sheet tells besides its cells."""
        layout = Layout()
        with self._refusing_damage(), open_part(self.path, self._parts[sheet]) as part:
            for tag in tags(part, SHEET_TAGS):
                if tag[1] == b"row":
                    layout.counted += 1
                    continue
                attributes = {key.decode(): value.decode() for key, value in ATTRIBUTE.findall(tag[2])}
                if tag[1] == b"mergeCell":
                    layout.merged.append(Range.parse(attributes["ref"]))
                elif attributes.get("hidden") in TRUE or attributes.get("width") in ZERO:
                    layout.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        return layout

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield the sheet's rows in order."""
        yield from guarded(self._rows(sheet), self._refusing_damage)

    def _rows(self, sheet: str) -> Iterator[Row]:
        if self._strings is None:
            self._strings = self._shared_strings()
        with open_part(self.path, self._parts[sheet]) as part:
            reading = _SheetReading(self._strings, self._readers, self._epoch, self._recalculates)
            for _ in parsed(reading.parser, part):
                found, reading.found = reading.found, []
                yield from found

    def _main_part(self) -> tuple[str, dict[str, tuple[str, str]]]:
        """Return the workbook's part, and the kind and part of each id that it refers to."""
        main = [target for kind, target in self._relations("").values() if kind == "officeDocument"]
        return main[0], self._relations(main[0])

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder = PurePosixPath(part).parent
        with open_part(self.path, str(folder / "_rels" / f"{PurePosixPath(part).name}.rels")) as stream:
            return {
                attributes["Id"]: (
                    attributes["Type"].rpartition("/")[2],
                    normpath(str(folder / attributes["Target"])).lstrip("/"),
                )
                for name, attributes in elements(stream)
                if name == "Relationship" and attributes.get("TargetMode") != "External"
            }

    def _read_workbook(self, name: str, attributes: dict[str, str], related: dict[str, tuple[str, str]]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in TRUE:
            self._epoch = CALENDAR_MAC_1904
        elif name == "calcPr":
            self._recalculates = attributes.get("fullCalcOnLoad") in TRUE
        elif name == "sheet":
            kind, part = related[attributes["id"]]
            # Others are chart sheets, dialogs and macros of old versions.
            if kind == "worksheet":
                self._parts[attributes["name"]] = part
                self.sheets.append(Sheet(attributes["name"], attributes.get("state", "visible") != "visible"))

    def _styles(self, part: str | None) -> list[Callable[[str], Any]]:
        """Return the function that reads numbers, for each style of cells."""
        if part is None:
            return [number]
        codes = dict(BUILTIN_FORMATS)
        styles: list[int] = []
        container = ""
        with open_part(self.path, part) as stream:
            for name, attributes in elements(stream):
                if name in {"cellStyleXfs", "cellXfs", "cellStyles", "dxfs"}:
                    container = name
                elif name == "numFmt" and container != "dxfs":
                    codes[int(attributes["numFmtId"])] = attributes["formatCode"]
                elif name == "xf" and container == "cellXfs":
                    styles.append(int(attributes.get("numFmtId", 0)))
        readers = {style: reader_of(codes.get(style, "General"), self._epoch) for style in set(styles)}
        return [readers[style] for style in styles] or [number]

    def _shared_strings(self) -> list[str]:
        if self._strings_part is None:
            return []
        strings: list[str] = []
        texts: list[str] = []
        phonetic = 0
        reader = parser()

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal phonetic
            match local(name):
                case "si":
                    texts.clear()
                case "rPh":
                    phonetic += 1
                case "t" if not phonetic:
                    reader.CharacterDataHandler = texts.append

        def end(name: str) -> None:
            nonlocal phonetic
            match local(name):
                case "si":
                    strings.append(unescaped("".join(texts)))
                case "rPh":
                    phonetic -= 1
                case "t":
                    reader.CharacterDataHandler = None

        reader.StartElementHandler, reader.EndElementHandler = start, end
        with open_part(self.path, self._strings_part) as stream:
            for _ in parsed(reader, stream):
                pass
        return strings

    def _refusing_damage(self) -> Any:
        return refusing_damage(self.path, NO_WORKBOOK, ".xlsx")


class _SheetReading:
    """The handlers that make rows of a sheet's XML. ``found`` has those that were read since it was last emptied."""

    def __init__(self, strings: list[str], readers: list[Callable[[str], Any]], epoch: Any, recalculates: bool) -> None:
        self.strings, self.readers, self.epoch, self.recalculates = strings, readers, epoch, recalculates
        self.found: list[Row] = []
        self.places: dict[str, int] = {}
        self.row, self.cells, self.hidden = 0, [], False
        self.style, self.kind, self.formula = "", "n", False
        self.value: str | None = None
        self.texts: list[str] = []
        self.parser = parser()
        self.parser.StartElementHandler = self._find_prefix

    def _find_prefix(self, name: str, _: dict[str, str]) -> None:
        """Set the handlers for the sheet's elements, whose prefix is that of the first one."""
        prefix = name[: len(name) - len(local(name))]
        self.tags = {prefix + tag: tag for tag in ("row", "c", "v", "t", "f", "rPh")}
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match self.tags.get(name):
            case "c":
                self._place(attributes.get("r"))
                self.style = attributes.get("s", "0")
                self.kind = attributes.get("t", "n")
                self.value = None
                self.formula = False
                self.texts = []
            case "v" | "t":
                self.parser.CharacterDataHandler = self.texts.append
            case "row":
                self._start_row(attributes)
            case "f":
                self.formula = True
            case "rPh":
                # The text that says how the cell's Chinese or Japanese one is pronounced.
                self.spoken = list(self.texts)

    def _end(self, name: str) -> None:
        match self.tags.get(name):
            case "c":
                self.cells.append(self._cell())
            case "v" | "t":
                self.parser.CharacterDataHandler = None
                self.value = "".join(self.texts)
            case "row":
                self.found.append(Row(self.row, self.cells, self.hidden))
            case "rPh":
                self.texts = self.spoken
                self.value = "".join(self.texts)

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if row <= self.row:
            raise Damaged("rows out of order")
        self.row, self.cells = row, []
        self.hidden = attributes.get("hidden") in TRUE or attributes.get("ht") in ZERO

    def _place(self, reference: str | None) -> None:
        """Fill the row with blanks up to the cell."""
        if reference is None:
            return
        letters = reference.rstrip("0123456789")
        place = self.places.get(letters)
        if place is None:
            place = self.places[letters] = column_index_from_string(letters) - 1
        gap = place - len(self.cells)
        if gap < 0 or place >= MOST_COLUMNS:
            raise Damaged("cells out of order")
        if gap:
            self.cells.extend([None] * gap)

    def _cell(self) -> Any:
        value = self.value
        if self.formula and self._lacks_result():
            return Cell("=…", refused=of_tables.FORMULA_WITHOUT_RESULT)
        if value is None:
            return None
        match self.kind:
            case "s":
                return self.strings[int(value)]
            case "n":
                return self.readers[int(self.style)](value) if value else None
            case "b":
                return value in TRUE
            case "e":
                return Cell(value, refused=of_values.SHEET_ERROR)
            case "d":
                return datetime.fromisoformat(value)
            case _:
                return unescaped(value)

    def _lacks_result(self) -> bool:
        """Return whether a formula's result is missing. An empty text is a result.

        Programs that cannot calculate write none, or a 0 and the request to calculate everything on opening.
        """
        if not self.value:
            return self.value is None or self.kind != "str" or self.recalculates
        return self.recalculates and self.value == "0"


def unescaped(text: str) -> str:
    """Return a text with the characters that XLSX writes as ``_x000D_``."""
    return ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code in SURROGATES else chr(code)
