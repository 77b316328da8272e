"""The report as CSV and JSON, for programs."""

import io
from collections.abc import Iterator
from typing import Any

from geo.csv_cells import write_csv
from geo.figures.report.document import canonical
from geo.figures.report.model import Cell, Correction, Line, Report
from geo.periods import parse_period
from maps.figures.report import values
from maps.figures.report.content import Edition

CONTRACT = ("key", "label", "unit", "period", "target", "actual", "actual_rounded", "remark")
"""The columns that ``flurwerk kpi --format csv`` begins with, as this table does."""
MORE = (
    "text",
    "correction",
    "position",
    "area",
    "product",
    "goals",
    "reported",
    "entered_by",
    "entered_at",
    "recorded",
    "part",
)
NOTHING = Cell()


def table(edition: Edition) -> bytes:
    """Return CSV (UTF-8): one line per indicator of the table and of the text, then one per correction."""
    stream = io.StringIO()
    write_csv(stream, (*CONTRACT, *MORE), _records(edition.report, edition.language))
    return stream.getvalue().encode()


def document(edition: Edition) -> bytes:
    """Return the whole report as JSON, with exact values and in both languages."""
    return canonical(edition.report)


def _records(report: Report, language: str) -> Iterator[dict[str, Any]]:
    for line in (*report.lines, *report.key_figures):
        yield _line(report, line, language)
    for correction in report.corrections:
        yield _correction(correction, language)


def _line(report: Report, line: Line, language: str) -> dict[str, Any]:
    cells = {(column.period, column.content): cell for column, cell in zip(report.columns, line.cells, strict=True)}
    actual = cells[report.period, "actual"]
    period = parse_period(report.period).year if actual.of_year else report.period
    return {
        "key": line.key,
        "label": line.label.in_language(language),
        "unit": line.unit.in_language(language) if line.unit else None,
        "period": period,
        "target": cells.get((period, "target"), NOTHING).exact,
        "actual": actual.exact,
        "actual_rounded": actual.shown,
        "remark": line.remark,
        "text": actual.text,
        "position": line.position,
        "area": line.area.in_language(language),
        "product": line.product.in_language(language),
        "goals": "|".join(line.goals),
        "reported": line.is_manual,
        "entered_by": line.entered_by,
        "entered_at": line.entered_at.isoformat() if line.entered_at else None,
        "recorded": not actual.not_recorded,
        "part": report.part.key if report.part else None,
    }


def _correction(correction: Correction, language: str) -> dict[str, Any]:
    """Return the record of a correction; it has no actual, since it is not part of any figure."""
    return {
        "key": correction.key,
        "label": correction.label.in_language(language),
        "unit": correction.unit.in_language(language) if correction.unit else None,
        "period": correction.period,
        "remark": values.correction_line(correction, language),
        "correction": correction.exact,
    }
