"""The content of a report's documents as formatted text, shared by Word, PDF, HTML and Markdown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from geo.figures.report.model import Correction, Line, Report
from geo.formatting import day, number, printed
from geo.periods import CITY_TIME, parse_period
from geo.profile import profile
from geo.rhythm import own_rhythm
from maps.figures.report import extracts, values
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.values import SPACE
from maps.figures.report.words import say, words
from maps.texts import period_name

MOST_RECORDS = 2000
"""How many records per indicator are listed; the workbook and the JSON file list all."""
CHARTS = ("targets", "trends")
ORDINAL = re.compile(r"(\d)\. ")
HIGHLIGHTS = ("public_land_m2", "funded_connections", "trench_planned_km", "trench_laid_km", "mobile_requests")
"""The key figures at the top of the report."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A report in one language with its pictures, issued by an agency."""

    report: Report
    pictures: Sequence[Illustration]
    agency: str
    language: str

    @property
    def is_draft(self) -> bool:
        """Whether the report is unpublished."""
        return self.report.status.state == "draft"

    @property
    def name(self) -> str:
        """The base name of its files: flurwerk-2023-H2; flurwerk-2023-H2-05958004 for a part, …-entwurf for a draft."""
        mark = f"-{say('draft', self.language).lower()}" if self.is_draft else ""
        return f"flurwerk-{self.report.period}{extracts.file_mark(self.report)}{mark}"

    @property
    def title(self) -> str:
        """The kind of report, usually "half-yearly report", and the part of the city if it is limited to one."""
        names = {3: "quarterly_report", 6: "half_year_report", 12: "annual_report"}
        is_own = own_rhythm().is_own(parse_period(self.report.period))
        kind = say(names[own_rhythm().months] if is_own else "report", self.language)
        return extracts.named(kind, self.report)

    @property
    def subtitle(self) -> str:
        """The name of its period."""
        return period_name(parse_period(self.report.period), self.language)


def content(edition: Edition) -> dict[str, Any]:
    """Return everything that the documents print, except the picture files."""
    report, language = edition.report, edition.language
    return {
        "language": language,
        "words": words(language) | extracts.words_of(report, language),
        "period": report.period,
        "title": edition.title,
        "subtitle": edition.subtitle,
        "subject": f"{edition.title} {edition.subtitle}",
        "agency": edition.agency,
        "place": profile().place.name,
        "part": report.part.name if report.part else "",
        "part_note": extracts.note(report, language),
        "is_draft": edition.is_draft,
        "draft": say("draft", language) if edition.is_draft else "",
        "state": _state(report, language),
        "as_of": say("as_recorded", language, instant=values.moment(report.status.recorded_at, language)),
        "day": f"{report.status.recorded_at.astimezone(CITY_TIME):%Y-%m-%d}",
        "highlights": _highlights(report, language),
        "sentences": [sentence.in_language(language) for sentence in report.sentences],
        "columns": [ORDINAL.sub(rf"\1.{SPACE}", column.label.in_language(language)) for column in report.columns],
        "areas": _areas(report, language),
        "key_figures": [_row(report, line, language) for line in report.key_figures],
        "goals": _goals(report, language),
        "has_goals": values.has_goals(report),
        "corrections": [_correction(correction, language) for correction in report.corrections],
        "charts": _pictures(edition, are_charts=True),
        "maps": _pictures(edition, are_charts=False),
        "splits": _splits(report, language),
        "rules": [
            {"label": values.short(one.label.in_language(language)), "rule": values.rule(report, one, language)}
            for one in report.definitions.values()
            if one.is_line
        ],
        "records": [_records(report, key, language) for key in report.records],
        "doubts": _doubts(report, language) if edition.is_draft else [],
        "origin": _origin(report, language),
    }


def _state(report: Report, language: str) -> str:
    if report.status.state == "draft":
        return say("draft", language)
    return say("part_of_release" if report.part else "release", language, number=report.status.number)


def _highlights(report: Report, language: str) -> list[dict[str, str]]:
    return [
        {"value": values.cell(line, line.cells[_own(report)], language), "label": say(f"high_{line.key}", language)}
        for key in HIGHLIGHTS
        for line in (*report.lines, *report.key_figures)
        if line.key == key
    ]


def _own(report: Report) -> int:
    """Return the index of the column with the actuals of the report's own period."""
    own = (report.period, "actual")
    return next(at for at, column in enumerate(report.columns) if (column.period, column.content) == own)


def _areas(report: Report, language: str) -> list[dict[str, Any]]:
    """Return the table's lines in order, grouped by area and product."""
    return [
        {
            "area": area.in_language(language),
            "products": [
                {
                    "product": product.in_language(language),
                    "rows": [_row(report, line, language) for line in in_product],
                }
                for product, in_product in groupby(in_area, lambda line: line.product)
            ],
        }
        for area, in_area in groupby(report.lines, lambda line: line.area)
    ]


def _row(report: Report, line: Line, language: str) -> dict[str, Any]:
    label = line.label.in_language(language)
    return {
        "key": line.key,
        "position": line.position,
        "label": label,
        "is_part": values.is_part(label),
        "is_manual": line.is_manual,
        "goals": f",{SPACE}".join(line.goals),
        "cells": [values.cell(line, cell, language) for cell in line.cells],
        "remark": line.remark or "",
        "corrections": values.below(report, line, language),
    }


def _goals(report: Report, language: str) -> str:
    goals = [f"{goal}{SPACE}{text.in_language(language)}" for goal, text in sorted(report.goals.items())]
    return say("goals_note", language, goals="; ".join(goals).replace(".; ", ". ")) if goals else ""


def _correction(correction: Correction, language: str) -> dict[str, Any]:
    return {
        "period": correction.period,
        "label": values.short(correction.label.in_language(language)),
        "amount": values.change(correction, language),
        "line": values.correction_line(correction, language),
        "causes": [
            {
                "what": cause.what.in_language(language),
                "record": f"{cause.source_id} ({cause.layer}/{cause.id})",
                "amount": printed(cause.amount, 0, correction.unit_of(cause), language),
            }
            for cause in correction.causes
        ],
    }


def _pictures(edition: Edition, *, are_charts: bool) -> list[dict[str, Any]]:
    return [
        {"key": one.key, "title": one.title, "alt": one.alt, "note": one.note, "svg": one.svg}
        for one in edition.pictures
        if (one.key in CHARTS) is are_charts
    ]


def _splits(report: Report, language: str) -> list[dict[str, Any]]:
    """Return the splits by district as two tables: indicators of the table, and figures of the text."""
    tables = (("splits_table", report.lines), ("splits_text", report.key_figures))
    chosen = [(key, [line for line in lines if line.key in report.splits]) for key, lines in tables]
    return [_split(report, lines, key, language) for key, lines in chosen if lines]


def _split(report: Report, lines: Sequence[Line], key: str, language: str) -> dict[str, Any]:
    parts: dict[str, dict[str, str]] = {}
    totals: list[str] = []
    for line in lines:
        definition = report.definitions[line.key]
        split = report.splits[line.key]
        for one in split:
            parts.setdefault(one.part, {})[line.key] = values.part(one.exact, definition, language)
        nothing = _nothing(report, line, language)
        totals.append(values.part(line.cells[_own(report)].exact, definition, language) if split else nothing)
    ordered = sorted(parts, key=values.place_of_part)
    return {
        "title": say(key, language),
        "columns": [values.with_unit(report.definitions[line.key], language) for line in lines],
        "rows": [
            {
                "part": values.part_name(part, language),
                "cells": [parts[part].get(line.key) or _nothing(report, line, language) for line in lines],
            }
            for part in ordered
        ],
        "total": values.total_name(report, (line.key for line in lines), language),
        "totals": totals,
    }


def _nothing(report: Report, line: Line, language: str) -> str:
    """Return what stands for a part that a figure does not have: 0, unless the figure itself is not recorded."""
    own = line.cells[_own(report)]
    if own.not_recorded:
        return values.cell(line, own, language)
    definition = report.definitions[line.key]
    return values.part(values.other_parts(report, line.key), definition, language)


def _records(report: Report, key: str, language: str) -> dict[str, Any]:
    found, definition = report.records[key], report.definitions[key]
    count = number(len(found), language)
    counted = say("so_many_record" if len(found) == 1 else "so_many_records", language, count=count)
    is_cut = len(found) > MOST_RECORDS
    return {
        "key": key,
        "label": values.short(definition.label.in_language(language)),
        "count": counted.replace(" ", SPACE),
        "total": _total(report, key, language),
        "unit": values.unit_of(definition, language) or "",
        "more": say("records_more", language, shown=number(MOST_RECORDS, language), count=count) if is_cut else "",
        "rows": [
            {
                "date": day(one.date, language),
                "record": one.source_id,
                "id": f"{one.layer}/{one.id}",
                "district": values.part_names(one.district, language),
                "amount": values.record_amount(one.amount, definition, language),
            }
            for one in found[:MOST_RECORDS]
        ],
    }


def _total(report: Report, key: str, language: str) -> str:
    """Return the figure of records as the table prints it; of a side of a ratio, which is no line, their exact sum."""
    definition = report.definitions[key]
    if definition.is_line:
        return values.cell(line := report.line(key), line.cells[_own(report)], language)
    exact = definition.indicator().total(one.amount for one in report.records[key])
    return printed(exact, definition.decimals, definition.unit.printed, language)


def _doubts(report: Report, language: str) -> list[dict[str, Any]]:
    """Return the findings grouped by check, in the order of the checks."""
    by_check: dict[str, dict[str, Any]] = {}
    for doubt in report.doubts:
        texts: Mapping[str, Any] = {
            "label": doubt.label.in_language(language),
            "advice": doubt.advice.in_language(language),
            "rows": [],
        }
        by_check.setdefault(doubt.check, dict(texts))["rows"].append(
            {
                "record": f"{doubt.source_id} ({doubt.layer}/{doubt.id})",
                "detail": doubt.detail,
                "indicators": ", ".join(doubt.keys),
            }
        )
    return list(by_check.values())


def _origin(report: Report, language: str) -> list[dict[str, str]]:
    status = report.status
    facts = (
        ("state", _state(report, language)),
        ("recorded_at", values.moment(status.recorded_at, language)),
        ("published_by", status.published_by),
        ("reason", status.reason),
        ("accepted", status.accepted),
        ("software", f"Flurwerk {status.version}"),
        ("hash_of_whole" if report.is_extract else "hash", status.hash),
    )
    named = [*extracts.facts(report, language), *((say(key, language), value) for key, value in facts)]
    return [{"label": label, "value": value} for label, value in named if value]
