"""XLSX: one sheet with the records, one that explains the columns."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from geo.exporting.job import Job

CITY = ZoneInfo("Europe/Berlin")
LONGEST_CELL = 32_767
TOO_LONG = {"de": "(zu lang für eine Zelle)", "en": "(too long for a cell)"}
EXPLANATIONS = {
    "de": ("Spalten", ("Spalte", "Bezeichnung", "Einheit", "Erläuterung")),
    "en": ("Columns", ("column", "label", "unit", "explanation")),
}
WIDTHS = {"text": 24, "list": 24, "numbers": 24, "integer": 11, "number": 13, "boolean": 9, "date": 12, "timestamp": 18}
FORMATS = {"date": "dd\\.mm\\.yyyy", "timestamp": "dd\\.mm\\.yyyy\\ hh:mm:ss"}


def write_sheet(job: Job, rows: Iterator[pa.RecordBatch]) -> None:
    """Write the workbook, row by row."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(job.name[:31])
    sheet.freeze_panes = "B2"
    for at, (name, kind) in enumerate(job.fields, 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(WIDTHS[kind], len(name) + 4)
    sheet.append([_bold(sheet, name) for name, _ in job.fields])
    kinds = [kind for _, kind in job.fields]
    count = 1
    for batch in rows:
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([_cell(sheet, job, kind, value) for kind, value in zip(kinds, values, strict=True)])
        count += len(batch)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(kinds))}{count}"
    _explain(book, job)
    book.save(job.path)


def _cell(sheet: Any, job: Job, kind: str, value: Any) -> Any:
    if value is None or kind in ("integer", "number", "boolean"):
        return value
    if kind in FORMATS:
        # Excel knows no time zones: the city's time.
        shown = WriteOnlyCell(
            sheet, value.astimezone(CITY).replace(tzinfo=None) if isinstance(value, datetime) else value
        )
        shown.number_format = FORMATS[kind]
        return shown
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if len(text) > LONGEST_CELL:
        text = TOO_LONG[job.language]
    if text[:1] != "=":
        return text
    # Otherwise it would be written as a formula.
    shown = WriteOnlyCell(sheet, "")
    shown.value = text
    shown.data_type = "s"
    return shown


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
