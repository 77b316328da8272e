"""The report as a workbook: the table, and a sheet for each annex. The annexes hold unrounded numbers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from geo.figures.kpis.recorded import NOT_RECORDED
from geo.figures.report.model import Cell, Line, Report
from geo.formatting import excel_format
from geo.records.layers.layer import Text
from geo.text import clean
from maps.figures.report import extracts, values
from maps.figures.report.content import Edition
from maps.figures.report.sheets import Column, Number, add_sheet
from maps.figures.report.words import say, words

EXACT = "#,##0.######"
"""The number format that shows all decimals (at most six)."""


def workbook(edition: Edition) -> bytes:
    """Return the report as an XLSX file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = f"{edition.title} {edition.subtitle}"
    book.properties.creator = clean(edition.agency)
    book.properties.language = edition.language
    language, report = edition.language, edition.report
    heads = [column.label.in_language(language) for column in report.columns]
    figures = [
        Column("Nr." if language == "de" else "No.", 5),
        *(Column(say(name, language), width) for name, width in (("area", 18), ("product", 26), ("indicator", 52))),
        Column(say("unit", language), 9),
        *(Column(head, 16) for head in heads),
        *([Column(say("goals", language), 8)] if values.has_goals(report) else []),
        Column(say("remark", language), 46),
        *(Column(say(name, language), 18, is_printed=False) for name in ("entered_by", "entered_at")),
    ]
    add_sheet(book, edition, "table", figures, [row for line in report.lines for row in _lines(report, line, language)])
    further = [row for line in report.key_figures for row in _lines(report, line, language)]
    add_sheet(book, edition, "key_figures", figures, further)
    _annexes(book, edition)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _annexes(book: Workbook, edition: Edition) -> None:
    report, language = edition.report, edition.language

    def columns(**widths: float) -> list[Column]:
        return [Column(say(name, language), width) for name, width in widths.items()]

    if report.splits or not report.part:
        own = words(language) | extracts.words_of(report, language)
        split = [Column(own["district"], 24), *(Column(head, 18) for head in _heads(report, language))]
        add_sheet(book, edition, "splits", split, list(_splits(report, language)), title=own["splits"])
    add_sheet(
        book,
        edition,
        "records",
        columns(indicator=50, layer=18, record=10, source=14, source_id=22, date=12, district=34, amount=16, unit=8),
        list(_records(report, language)),
    )
    rules = [
        (one.label.in_language(language), values.rule(report, one, language))
        for one in report.definitions.values()
        if one.is_line
    ]
    add_sheet(book, edition, "rules", columns(indicator=50, rule=110), rules)
    add_sheet(
        book,
        edition,
        "corrections",
        columns(period=10, indicator=50, amount=16, unit=8, cause=60, record=30, cause_amount=18, cause_unit=18),
        list(_corrections(report, language)),
    )
    doubts = [
        (doubt.label, doubt.advice, f"{doubt.layer}/{doubt.id}", doubt.source_id, doubt.detail, ", ".join(doubt.keys))
        for doubt in report.doubts
    ]
    rows = [tuple(part.in_language(language) if isinstance(part, Text) else part for part in row) for row in doubts]
    add_sheet(
        book, edition, "doubts", columns(check=40, advice=50, record=24, source_id=20, detail=60, indicator=34), rows
    )
    add_sheet(book, edition, "origin", columns(origin=30, detail=80), _origin(report, language))


def _lines(report: Report, line: Line, language: str) -> list[list[Any]]:
    """Return a line of the table, followed by what is printed below it, which is not part of any figure."""
    own = _line(report, line, language)
    return [own, *([*own[:3], text, *[None] * (len(own) - 4)] for text in values.below(report, line, language))]


def _line(report: Report, line: Line, language: str) -> list[Any]:
    return [
        line.position,
        line.area.in_language(language),
        line.product.in_language(language),
        line.label.in_language(language),
        line.unit.in_language(language) if line.unit else None,
        *(_figure(line, cell, language) for cell in line.cells),
        *([", ".join(line.goals)] if values.has_goals(report) else []),
        line.remark,
        line.entered_by,
        line.entered_at,
    ]


def _figure(line: Line, cell: Cell, language: str) -> Any:
    if cell.not_recorded:
        return NOT_RECORDED.in_language(language)
    if cell.text is not None or cell.shown is None:
        return cell.text
    form = excel_format(cell.shown, line.decimals)
    mark = say("of_year", language, value="").strip()
    return Number(cell.shown, f'{form}" {mark}"' if cell.of_year else form)


def _heads(report: Report, language: str) -> list[str]:
    return [values.with_unit(report.definitions[key], language) for key in report.splits]


def _splits(report: Report, language: str) -> Iterable[Sequence[Any]]:
    """Yield one row per district and one with the totals, all unrounded."""
    parts = list(dict.fromkeys(one.part for split in report.splits.values() for one in split))
    exact = {(key, one.part): one.exact for key, split in report.splits.items() for one in split}
    for part in sorted(parts, key=values.place_of_part):
        cells = (
            _part(report, key, exact.get((key, part), values.other_parts(report, key)), language)
            for key in report.splits
        )
        yield (values.part_name(part, language), *cells)
    totals = (_part(report, key, values.total(report, key), language) for key in report.splits)
    yield (values.total_name(report, report.splits, language), *totals)


def _part(report: Report, key: str, amount: Decimal | None, language: str) -> Any:
    """Return the cell of a part or total: a figure that is not recorded has no parts."""
    if not report.splits[key]:
        return NOT_RECORDED.in_language(language)
    return report.definitions[key].absent.in_language(language) if amount is None else Number(amount, EXACT)


def _records(report: Report, language: str) -> Iterable[Sequence[Any]]:
    for key, records in report.records.items():
        definition = report.definitions[key]
        label, unit = definition.label.in_language(language), values.unit_of(definition, language)
        for one in records:
            district = values.part_names(one.district, language)
            yield (
                label,
                one.layer,
                one.id,
                one.source,
                one.source_id,
                one.date,
                district,
                Number(one.amount, EXACT),
                unit,
            )


def _corrections(report: Report, language: str) -> Iterable[Sequence[Any]]:
    for one in report.corrections:
        unit = one.unit.in_language(language) if one.unit else None
        cells = (one.period, one.label.in_language(language), Number(one.exact, EXACT), unit)
        if not one.causes:
            yield (*cells, None, None, None, None)
        for cause in one.causes:
            record = f"{cause.source_id} ({cause.layer}/{cause.id})"
            what, of_cause = cause.what.in_language(language), one.unit_of(cause)
            yield (*cells, what, record, Number(cause.amount, EXACT), of_cause and of_cause.in_language(language))


def _origin(report: Report, language: str) -> list[Sequence[Any]]:
    status = report.status
    released = "part_of_release" if report.part else "release"
    state = say("draft", language) if status.state == "draft" else say(released, language, number=status.number)
    facts = (
        ("state", state),
        ("recorded_at", status.recorded_at),
        ("published_by", status.published_by),
        ("reason", status.reason),
        ("accepted", status.accepted),
        ("software", f"Flurwerk {status.version}"),
        ("hash_of_whole" if report.is_extract else "hash", status.hash),
    )
    named = ((say(name, language), value) for name, value in facts if value is not None)
    return [*extracts.facts(report, language), *named]
