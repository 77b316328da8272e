"""Assembles the report of a period: its latest release, or a draft from the records."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from geo.figures.checks.period import PeriodFinding, findings_of
from geo.figures.releases import chain
from geo.figures.releases.corrections import corrections
from geo.figures.releases.release import Release
from geo.figures.report.content import content
from geo.figures.report.document import report_of
from geo.figures.report.model import Doubt, Report, Status
from geo.periods import Period
from geo.store.database import Connection, as_recorded


def current(connection: Connection, period: Period) -> Report:
    """Return the current report of a period: its latest release, or else a draft from the current records."""
    release = chain.latest(connection, period.name)
    return published(release) if release else draft(connection, period)


def draft(connection: Connection, period: Period, instant: datetime | None = None) -> Report:
    """Return a draft of the period's report from the records as recorded at that instant (None: now)."""
    return assembled(connection, period, instant).report


class Assembled(NamedTuple):
    """A draft, and the findings of the quality gate for it."""

    report: Report
    findings: list[PeriodFinding]


def assembled(connection: Connection, period: Period, instant: datetime | None = None) -> Assembled:
    """Like `draft`, but also return the findings that the draft lists."""
    with as_recorded(connection, instant):
        report = content(connection, period, instant)
        findings = findings_of(connection, period)
    doubts = tuple(map(_doubt, findings))
    return Assembled(replace(report, corrections=corrections(connection, period, instant), doubts=doubts), findings)


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
