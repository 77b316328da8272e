"""Assembles the report of a period: its latest release, or a draft from the records."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from geo.figures.checks.period import PeriodFinding, findings_of
from geo.figures.kpis import evaluation
from geo.figures.releases import chain
from geo.figures.releases.corrections import corrections
from geo.figures.releases.release import Release
from geo.figures.report.content import content
from geo.figures.report.document import report_of
from geo.figures.report.extract import WHOLE, Extract, part_of
from geo.figures.report.model import Doubt, Report, Status
from geo.periods import Period, parse_period
from geo.store.database import Connection, as_recorded


def current(connection: Connection, period: Period, extract: Extract = WHOLE) -> Report:
    """Return the current report of a period: its latest release, or else a draft from the current records.

    With an ``extract`` what of it concerns one part of the city, or split by another level. Raises UnknownPart.
    """
    release = chain.latest(connection, period.name)
    return extracted(connection, release, extract) if release else draft(connection, period, extract=extract)


def draft(connection: Connection, period: Period, instant: datetime | None = None, extract: Extract = WHOLE) -> Report:
    """Return a draft of the period's report from the records as recorded at that instant (None: now).

    Raises UnknownPart.
    """
    return assembled(connection, period, instant, extract).report


class Assembled(NamedTuple):
    """A draft, and the findings of the quality gate for it."""

    report: Report
    findings: list[PeriodFinding]


def assembled(
    connection: Connection, period: Period, instant: datetime | None = None, extract: Extract = WHOLE
) -> Assembled:
    """Like `draft`, but also return the findings that the draft lists.

    The report of one part has the findings that affect its figures, and no corrections: it is never published, so there
    is nothing to correct.
    """
    with as_recorded(connection, instant):
        report = content(connection, period, instant, extract=extract)
        of = part_of(connection, period, extract, evaluation.reforms(connection))
        findings = findings_of(connection, period, of=of)
    corrected = () if of else corrections(connection, period, instant)
    return Assembled(replace(report, corrections=corrected, doubts=tuple(map(_doubt, findings))), findings)


def extracted(connection: Connection, release: Release, extract: Extract) -> Report:
    """Return the report stored in a release, or what of it concerns one part, or split by another level.

    That is computed from the records as recorded then, by the definitions that the release keeps, so it agrees with
    what was published. Raises UnknownPart.
    """
    report = published(release)
    if extract.is_as_published:
        return report
    definitions = [definition.indicator() for definition in report.definitions.values() if definition.is_line]
    with as_recorded(connection, release.recorded_at):
        try:
            found = content(connection, parse_period(release.period), release.recorded_at, definitions, extract, report)
        except evaluation.UnknownPart as error:
            shown = f"Release {release.number} of {release.period} shows what was recorded then, a draft what is now."
            raise evaluation.UnknownPart(error.message, f"{error.hint} {shown}") from None
    if extract.part is None:
        return replace(report, splits=found.splits, records=found.records, notes=found.notes, level=found.level)
    return replace(found, status=report.status)


def published(release: Release) -> Report:
    """Return the report stored in a release, with the release in its status."""
    report = report_of(release.document)
    status = Status(
        state="release",
        recorded_at=release.recorded_at,
        version=report.status.version,
        number=release.number,
        published_by=release.published_by,
        reason=release.reason,
        accepted=release.accepted,
        hash=release.hash,
    )
    return replace(report, status=status)


def _doubt(found: PeriodFinding) -> Doubt:
    return Doubt(**found.finding._asdict(), label=found.check.label, advice=found.check.advice, keys=found.keys)
