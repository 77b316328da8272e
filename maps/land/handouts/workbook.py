"""A shortlist as a workbook: a sheet to compare the plots, and one with contact and sources."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from geo.records.layers.layer import Column
from geo.text import clean
from geo.units import Unit
from maps.design import tones
from maps.land.handouts.facts import PLOTS, Plot, notes, plots
from maps.land.handouts.job import Job
from maps.land.handouts.words import say

COLUMNS = (
    "name",
    "address",
    "industrial_area",
    "district",
    "status",
    "remaining_m2",
    "area_m2",
    "divisible",
    "min_lot_m2",
    "asking_price_eur_m2",
    "ground_value_eur_m2",
    "ground_value_on",
    "zoning",
    "plan_name",
    "site_coverage_ratio",
    "floor_area_ratio",
    "horizon",
    "available_from",
    "servicing",
    "brownfield",
    "ownership",
    "restriction",
    "parcels",
    "description",
)
WIDTHS = {"name": 32, "address": 30, "industrial_area": 28, "zoning": 30, "parcels": 40, "description": 60}
DAYS = {"de": "dd\\.mm\\.yyyy", "en": "d\\ mmm\\ yyyy"}
LONGEST_CELL = 32_767
HEAD = PatternFill("solid", fgColor=tones().accent[1:].upper())
LINE = Border(bottom=Side("thin", color="CFD5DB"))
TOP = Alignment(vertical="top", wrap_text=True)


def workbook(job: Job) -> bytes:
    """Return a shortlist as an XLSX file."""
    book = Workbook()
    book.properties.title = say("shortlist_of", job.language)
    book.properties.creator = job.contact.agency
    sheet: Any = book.active
    sheet.title = say("plots", job.language)
    _compare(sheet, plots(job), job.language)
    _explain(book.create_sheet(say("notes", job.language)), job)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _compare(sheet: Any, listed: Sequence[Plot], language: str) -> None:
    heads = [say("number", language), *(_head(PLOTS.column(name), language) for name in COLUMNS)]
    for at, (name, head) in enumerate(zip(("number", *COLUMNS), heads, strict=True), 1):
        cell = sheet.cell(1, at)
        _write(cell, head)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(at)].width = 6 if name == "number" else WIDTHS.get(name, 16)
    for order, plot in enumerate(listed, 1):
        sheet.cell(order + 1, 1, order)
        for at, name in enumerate(COLUMNS, 2):
            _write(sheet.cell(order + 1, at), *_value(plot, name))
        for cell in sheet[order + 1]:
            cell.alignment, cell.border = TOP, LINE
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _explain(sheet: Any, job: Job) -> None:
    contact = job.contact
    ways = [contact.team, contact.agency, contact.address, contact.phone, contact.email, contact.web]
    lines = [*filter(None, ways), "", *notes(job), job.source.licence_url]
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate([say("contact", job.language), *lines], 1):
        _write(sheet.cell(row, 1), line)
        sheet.cell(row, 1).alignment = TOP
    sheet["A1"].font = Font(bold=True)


def _head(column: Column, language: str) -> str:
    label = column.label.in_language(language)
    return f"{label} ({column.unit.symbol(language)})" if column.unit else label


def _value(plot: Plot, name: str) -> tuple[Any, str | None]:
    """Return a cell's value and, unless it is a text, its number format."""
    raw, column = plot.facts[name], PLOTS.column(name)
    if name == "industrial_area":
        return plot.area, None
    if name == "parcels":
        return "; ".join(plot.parcels()), None
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw, _format(column.unit)
    if isinstance(raw, str) and (name.endswith("_on") or name == "available_from"):
        return date.fromisoformat(raw), DAYS[plot.language]
    return plot.text(name), None


def _format(unit: Unit | None) -> str:
    if unit is None:
        return "0.0#"
    return f"#,##0.{'0' * unit.value.decimals}".removesuffix(".")


def _write(cell: Any, value: Any, form: str | None = None) -> None:
    if isinstance(value, str):
        cell.value = clean(value)[:LONGEST_CELL]
        # A text stays a text, even if it begins like a formula.
        cell.data_type = "s"
        return
    cell.value = value
    if form:
        cell.number_format = form
