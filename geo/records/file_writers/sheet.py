"""Writes XLSX: one sheet with the records, and one that explains the columns.

openpyxl writes the workbook without the records, for which it would need ten microseconds per cell. They are inserted
after the header as they arrive, in the simplest form of a cell in the standard (ECMA-376).
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from geo.periods import CITY_TIME
from geo.records.file_writers.job import Job
from geo.text import clean

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
"""Day 0 of a workbook. Workbooks have no time zones, so times are in the city's time."""
FIRST_DAY = date(1900, 3, 1)
"""The first day that every program reads as it is: Excel knows none before 1900, and of 1900 a 29 February."""
LONGEST_CELL = 32_767
TOO_LONG = {"de": "(zu lang für eine Zelle)", "en": "(too long for a cell)"}
EXPLANATIONS = {
    "de": ("Spalten", ("Spalte", "Bezeichnung", "Einheit", "Erläuterung")),
    "en": ("Columns", ("column", "label", "unit", "explanation")),
}
WIDTHS = {
    "text": 24,
    "list": 24,
    "numbers": 24,
    "integer": 11,
    "number": 13,
    "boolean": 9,
    "date": 12,
    "timestamp": 18,
}
FORMATS = {"date": "dd\\.mm\\.yyyy", "timestamp": "dd\\.mm\\.yyyy\\ hh:mm:ss"}
RECORDS = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"
FAST = 2
"""The compression level. Level 9 would make the file a tenth smaller, but take four times as long."""


class UnexpectedWorkbook(RuntimeError):
    """openpyxl has written a workbook into which the records cannot be inserted."""


def write_sheet(job: Job, rows: Iterator[pa.RecordBatch]) -> None:
    """Write the workbook, with the records row by row.

    Raises UnexpectedWorkbook unless openpyxl's sheet contains exactly one end of rows.
    """
    frame = Path(job.path).with_suffix(".frame")
    styles = _write_frame(job, frame)
    with ZipFile(frame) as made, ZipFile(job.path, "w", ZIP_DEFLATED, compresslevel=FAST) as book:
        if RECORDS not in made.namelist():
            raise UnexpectedWorkbook(f"openpyxl no longer writes {RECORDS}")
        for name in made.namelist():
            content = made.read(name)
            if name != RECORDS:
                book.writestr(name, content)
                continue
            if content.count(END_OF_ROWS) != 1:
                raise UnexpectedWorkbook(f"openpyxl no longer writes {RECORDS} with one {END_OF_ROWS.decode()}")
            before, end, after = content.partition(END_OF_ROWS)
            with book.open(name, "w", force_zip64=True) as sheet:
                sheet.write(before)
                _write_rows(job, rows, styles, sheet)
                sheet.write(end + after)


def _write_frame(job: Job, path: Path) -> dict[str, int]:
    """Write the workbook without records, and return the style numbers of dates and timestamps."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(job.name[:31])
    sheet.freeze_panes = "B2"
    for at, ((_, kind), heading) in enumerate(zip(job.fields, job.headings, strict=True), 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(WIDTHS[kind], len(heading) + 4)
    sheet.oddHeader.center.text = job.mark
    sheet.append([_bold(sheet, heading) for heading in job.headings])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(job.fields))}{job.count + 1}"
    styles: dict[str, int] = {}
    for kind, form in FORMATS.items():
        cell: Any = WriteOnlyCell(sheet)
        cell.number_format = form
        styles[kind] = cell.style_id
    _explain(book, job)
    book.save(path)
    return styles


def _write_rows(job: Job, rows: Iterator[pa.RecordBatch], styles: dict[str, int], sheet: IO[bytes]) -> None:
    writers = [_writer(kind, job, styles) for _, kind in job.fields]
    letters = [get_column_letter(at) for at in range(1, len(job.fields) + 1)]
    number = 1
    for batch in rows:
        columns = [
            [None if value is None else write(value) for value in column.to_pylist()]
            for write, column in zip(writers, batch.columns, strict=True)
        ]
        lines: list[str] = []
        for cells in zip(*columns, strict=True):
            number += 1
            shown = [f'<c r="{letter}{number}"{cell}' for letter, cell in zip(letters, cells, strict=True) if cell]
            lines.append(f'<row r="{number}">{"".join(shown)}</row>')
        sheet.write("".join(lines).encode())


def _writer(kind: str, job: Job, styles: dict[str, int]) -> Callable[[Any], str]:
    """Return the function that writes a cell of that kind, from after the cell's reference on."""
    if kind in ("integer", "number"):
        return lambda value: f"><v>{value!r}</v></c>" if value == value else ' t="e"><v>#NUM!</v></c>'
    if kind == "boolean":
        return lambda value: f' t="b"><v>{value:d}</v></c>'
    if kind in FORMATS:
        style = styles[kind]
        return lambda value: f' s="{style}"><v>{_serial(value)!r}</v></c>' if _is_known(value) else _inline(f"{value}")
    return lambda value: _inline(_text(value, job))


def _inline(text: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _is_known(value: date | datetime) -> bool:
    return (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY


def _serial(value: date | datetime) -> float:
    if isinstance(value, datetime):
        return (value.astimezone(CITY_TIME).replace(tzinfo=None) - EPOCH).total_seconds() / 86_400
    return (value - EPOCH.date()).days


def _text(value: str, job: Job) -> str:
    text = TOO_LONG[job.language] if len(value) > LONGEST_CELL else clean(value)
    # XML has only one kind of line end.
    return escape(text).replace("\r\n", "\n").replace("\r", "\n")


def _explain(book: Workbook, job: Job) -> None:
    title, header = EXPLANATIONS[job.language]
    sheet: Any = book.create_sheet(title)
    for letter, width in zip("ABCD", (26, 44, 10, 110), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, text) for text in header])
    for explanation in job.explanations:
        sheet.append(list(explanation))


def _bold(sheet: Any, text: str) -> Any:
    shown = WriteOnlyCell(sheet, text)
    shown.font = Font(bold=True)
    return shown
