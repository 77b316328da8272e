"""A report as JSON, for programs and for ever: the same report always gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from pydantic import TypeAdapter

from geo.figures.report.model import Report

Kept = TypeVar("Kept")
REPORTS: TypeAdapter[Report] = TypeAdapter(Report)


def canonical(report: Report) -> bytes:
    """The report as JSON (UTF-8), members sorted and without spaces; exact numbers as strings."""
    plain = REPORTS.dump_python(report, mode="json")
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hashed(document: bytes) -> str:
    """SHA-256 of a document, in hexadecimal."""
    return sha256(document).hexdigest()


def report_of(document: bytes | str) -> Report:
    """The report that a document holds. Raises pydantic.ValidationError where it holds none."""
    report = REPORTS.validate_json(document)
    # The document sorts by keys; what is by indicator stands in the order of their lines.
    order = {line.key: place for place, line in enumerate((*report.lines, *report.key_figures))}

    def ordered(by_key: Mapping[str, Kept]) -> dict[str, Kept]:
        return dict(sorted(by_key.items(), key=lambda item: order.get(item[0], len(order))))

    return replace(
        report,
        trends=ordered(report.trends),
        splits=ordered(report.splits),
        records=ordered(report.records),
        definitions=ordered(report.definitions),
    )
