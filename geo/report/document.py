"""A report as JSON, for programs and for ever: the same report always gives the same bytes."""

import json
from hashlib import sha256

from pydantic import TypeAdapter

from geo.report.base import Report

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
    return REPORTS.validate_json(document)
