"""A report as canonical JSON for programs and long-term storage: the same report always gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import TypeAdapter

from geo.figures.report.model import Report
from geo.profile.levels import UPPER

Kept = TypeVar("Kept")
REPORTS: TypeAdapter[Report] = TypeAdapter(Report)


def canonical(report: Report) -> bytes:
    """Return the report as JSON (UTF-8), with sorted members, without spaces, and with exact numbers as strings."""
    plain = REPORTS.dump_python(report, mode="json")
    # Documents from before there were notes, parts, levels, sides and printed figures stay what they are.
    if not report.notes:
        del plain["notes"]
    if report.part is None:
        del plain["part"]
    if report.level == UPPER:
        del plain["level"]
    for correction in plain["corrections"]:
        if correction["printed"] is None:
            del correction["printed"]
    for cause in (cause for correction in plain["corrections"] for cause in correction["causes"]):
        if cause["side"] is None:
            del cause["side"]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def report_of(document: bytes | str) -> Report:
    """Return the report stored in a document. Raises pydantic.ValidationError if it is not a report."""
    report = REPORTS.validate_json(document)
    # The document is sorted by keys; in a report, mappings by indicator are in the order of the lines.
    lines = [line.key for line in (*report.lines, *report.key_figures)]
    sides = [f"{key}:{side}" for key in lines for side in ("numerator", "denominator")]
    order = {key: place for place, key in enumerate((*lines, *sides))}

    def ordered(by_key: Mapping[str, Kept]) -> dict[str, Kept]:
        return dict(sorted(by_key.items(), key=lambda item: order.get(item[0], len(order))))

    return replace(
        report,
        trends=ordered(report.trends),
        splits=ordered(report.splits),
        records=ordered(report.records),
        definitions=ordered(report.definitions),
    )
