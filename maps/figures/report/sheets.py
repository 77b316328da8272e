"""A sheet of a workbook: a title, a frozen head, rows with filters, and a page setup for print."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from geo.periods import CITY_TIME
from geo.text import clean
from maps.design import tones
from maps.figures.report import values
from maps.figures.report.content import Edition
from maps.figures.report.words import say
from maps.fonts import own_family

DAYS = {"de": "dd\\.mm\\.yyyy", "en": "d\\ mmm\\ yyyy"}
INSTANTS = {"de": "dd\\.mm\\.yyyy\\ hh:mm", "en": "d\\ mmm\\ yyyy\\ hh:mm"}
LONGEST_CELL, LONGEST_TAB = 32_767, 31
UNNAMEABLE = re.compile(r"\s*[\[\]:*?/\\]\s*")
FONT = own_family() or "Calibri"
LINE_PT = 14.5
INK, QUIET, MARK = "1F2933", "56616D", "C2185B"
HEAD = PatternFill("solid", fgColor=tones().accent[1:].upper())
LINE = Border(bottom=Side("thin", color="CFD5DB"))
TOP = Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1)
NUMBER = Alignment(vertical="top", horizontal="right", indent=1)
ONE_LINE = Alignment(vertical="center")
FIRST_ROW = 4
"""The row of the column heads; the title is above it."""


class Number(NamedTuple):
    """A number and its Excel number format."""

    value: Decimal
    form: str


class Column(NamedTuple):
    """A column of a sheet: its head and its width in characters. Columns that are not printed come last."""

    head: str
    width: float
    is_printed: bool = True


def add_sheet(
    book: Workbook,
    edition: Edition,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    *,
    title: str | None = None,
) -> None:
    """Add a sheet with a title (by default the word ``name``), a frozen head, rows with filters, a setup for print."""
    language = edition.language
    title = title or say(name, language)
    sheet: Any = book.create_sheet(_tab(title))
    mark = f"{say('draft', language).upper()} · " if edition.is_draft else ""
    recorded = say("as_recorded", language, instant=values.moment(edition.report.status.recorded_at, language))
    _write(sheet.cell(1, 1), title)
    sheet["A1"].font = Font(name=FONT, bold=True, size=14, color=INK)
    _write(sheet.cell(2, 1), f"{mark}{edition.agency} · {edition.title} {edition.subtitle} · {recorded}")
    sheet["A2"].font = Font(name=FONT, color=MARK if edition.is_draft else QUIET)
    sheet["A1"].alignment = sheet["A2"].alignment = ONE_LINE
    for at, column in enumerate(columns, 1):
        head = sheet.cell(FIRST_ROW, at)
        _write(head, column.head)
        head.font, head.fill = Font(name=FONT, bold=True, color="FFFFFF"), HEAD
        head.alignment = Alignment(vertical="center", horizontal="left", wrap_text=True, indent=1)
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.row_dimensions[FIRST_ROW].height = _height([column.head for column in columns], columns) + 4
    for row, cells in enumerate(rows, FIRST_ROW + 1):
        for at, value in enumerate(cells, 1):
            cell = sheet.cell(row, at)
            _write(cell, value, language)
            cell.border = LINE
        sheet.row_dimensions[row].height = _height(cells, columns)
    last = f"{get_column_letter(len(columns))}{FIRST_ROW + len(rows)}"
    sheet.auto_filter.ref = f"A{FIRST_ROW}:{last}"
    sheet.freeze_panes = f"A{FIRST_ROW + 1}"
    printed = sum(column.is_printed for column in columns)
    _for_print(sheet, f"{get_column_letter(printed)}{FIRST_ROW + len(rows)}", edition)


def _tab(title: str) -> str:
    """Return the title as a sheet's name, which may neither be long nor have certain characters."""
    return UNNAMEABLE.sub(" ", title)[:LONGEST_TAB].strip()


def _height(cells: Sequence[Any], columns: Sequence[Column]) -> float:
    """Return the height of a row with wrapped texts, in points: not every program computes it."""
    texts = ((str(value), column.width) for value, column in zip(cells, columns, strict=True) if isinstance(value, str))
    lines = (sum(-(-len(part) // max(int(width * 1.02), 1)) or 1 for part in text.split("\n")) for text, width in texts)
    return LINE_PT * min(max(lines, default=1), 20)


def _for_print(sheet: Any, last: str, edition: Edition) -> None:
    sheet.print_title_rows = f"{FIRST_ROW}:{FIRST_ROW}"
    sheet.print_area = f"A1:{last}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    # A single ampersand would start a footer code.
    sheet.oddFooter.left.text = clean(edition.agency).replace("&", "&&")
    sheet.oddFooter.right.text = f"{say('page', edition.language)} &P / &N"
    sheet.sheet_view.showGridLines = False


def _write(cell: Any, value: Any, language: str = "de") -> None:
    cell.alignment = TOP
    if isinstance(value, str):
        cell.value = clean(value)[:LONGEST_CELL]
        # A text stays a text, even if it begins like a formula.
        cell.data_type = "s"
    elif isinstance(value, Number):
        cell.value, cell.number_format, cell.alignment = value.value, value.form, NUMBER
    elif isinstance(value, datetime):
        cell.value = value.astimezone(CITY_TIME).replace(tzinfo=None)
        cell.number_format = INSTANTS[language]
    elif isinstance(value, date):
        cell.value, cell.number_format = value, DAYS[language]
    else:
        cell.value = value
