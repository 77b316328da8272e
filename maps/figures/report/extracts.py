"""What the documents say of a report that is limited to one part of the city, or split by another level than usual."""

import re
from hashlib import sha256

from geo.figures.kpis.parts import levels
from geo.figures.kpis.reform_notes import plural, singular
from geo.figures.report.model import Report
from geo.profile import profile
from geo.profile.levels import UPPER
from maps.figures.report.words import say

UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
DIGEST = 6
"""Number of hexadecimal digits that tell keys apart which a file's name cannot have as they are."""


def named(title: str, report: Report) -> str:
    """Return a title with the name of the part that the report is limited to, if it is."""
    return f"{title} {report.part.name}" if report.part else title


def file_mark(report: Report) -> str:
    """Return what tells the files from those of the whole's report: the part's key, and a level other than usual."""
    usual = (UPPER, *levels()[1:2]) if report.part else (UPPER,)
    key = _in_file_name(report.part.key) if report.part else ""
    return "".join(f"-{mark}" for mark in (key, report.level if report.level not in usual else "") if mark)


def _in_file_name(key: str) -> str:
    """Return a key as a part of a file's name. Different keys have different ones, also where both lose a letter.

    So have keys that differ in capitals alone, which Windows and macOS take for the same file.
    """
    shown = UNSAFE.sub("-", key)
    return (
        shown if shown == key.lower() else f"{shown.strip('-')}-{sha256(key.encode()).hexdigest()[:DIGEST]}".lstrip("-")
    )


def note(report: Report, language: str) -> str:
    """Return what a report of one part says of itself, an empty text for the whole's."""
    if not report.part:
        return ""
    kind, place = singular().in_language(language), profile().place.name
    said = say("part_note", language, name=report.part.name, kind=kind, part=report.part.key, place=place)
    return " ".join([said, *(one.in_language(language) for one in report.notes)])


def facts(report: Report, language: str) -> list[tuple[str, str]]:
    """Return what the annex on the report's origin says of the part, as labels and values."""
    return [(say("report_of_part", language), note(report, language))] if report.part else []


def words_of(report: Report, language: str) -> dict[str, str]:
    """Return the words for the splits of this report in place of the usual ones."""
    notes = [] if report.part else [one.in_language(language) for one in report.notes]
    hint = say("splits_hint_part" if report.part else "splits_hint", language)
    if not all(report.definitions[key].is_sum for key in report.splits):
        notes.insert(0, say("splits_ratios", language))
    found = {"splits_hint": " ".join([hint, *notes])}
    if report.is_extract:
        parts = plural(report.level).in_language(language)
        found |= {
            "splits": say("splits_by", language, parts=parts),
            "district": singular(report.level).in_language(language),
        }
    return found
