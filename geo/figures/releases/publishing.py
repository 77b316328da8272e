"""Publishing of a period's report: the records as of one settled instant, stored as the next link of the chain."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from psycopg import errors

from geo.figures.checks import gate
from geo.figures.releases import chain
from geo.figures.releases.assembling import assembled
from geo.figures.releases.release import NotPublishable, Release
from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Report
from geo.formatting import day
from geo.periods import CITY_TIME, Period
from geo.store.database import Connection
from geo.text import Text

LOCK_TIMEOUT = "2s"
"""How long publishing waits for running writes at a time. New writes have to wait meanwhile."""
PAUSE_S = 0.5
"""The pause in seconds before the next attempt, in which others can write."""


def publish(
    connection: Connection,
    period: Period,
    *,
    reason: str | None = None,
    accept: str | None = None,
    unchanged: bool = False,
) -> Release:
    """Publish the period as recorded now, and commit. Other work of the connection must be committed before.

    ``reason`` says why the period is published again, ``accept`` why despite the findings of the quality gate;
    ``unchanged``: also if the report is that of the latest version. Raises NotPublishable before the end of the period,
    if a reason is missing, or if nothing has changed; also FindingsOpen and UnusableReason.
    """
    _refuse_unfinished(period)
    with _exclusively(connection):
        given = _reason(connection, period, reason)
        report, findings = assembled(connection, period, settled_instant(connection))
        if not unchanged:
            _refuse_unchanged(connection, report)
        accepted_for = gate.accepted(findings, period, accept)
        connection.execute(
            """
            insert into flurwerk.releases (period, recorded_at, reason, accepted, document)
            values (%s, %s, %s, %s, %s)
            """,
            [period.name, report.status.recorded_at, given, accepted_for, canonical(report).decode()],
        )
        connection.commit()
        return chain.find(connection, period.name)


def settled_instant(connection: Connection) -> datetime:
    """Return an instant at which no write is in progress. Waits with pauses, so that other writers are not held up."""
    while True:
        try:
            with connection.transaction():
                connection.execute("select set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
                row = connection.execute("select flurwerk.settled_instant()").fetchone()
        except errors.LockNotAvailable:
            time.sleep(PAUSE_S)
        else:
            assert row is not None
            return row[0]


@contextmanager
def _exclusively(connection: Connection) -> Iterator[None]:
    """Exclude other publishers, so that what a report says about earlier releases still holds once it is published."""
    connection.execute("select pg_advisory_lock(flurwerk.publishing_lock())")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute("select pg_advisory_unlock(flurwerk.publishing_lock())")
        connection.commit()


def _refuse_unfinished(period: Period, today: date | None = None) -> None:
    on = today or datetime.now(CITY_TIME).date()
    if on < period.end:
        raise NotPublishable(
            Text(f"{period.name} ist noch nicht zu Ende.", f"{period.name} is not over yet."),
            Text(
                f"Veröffentlicht werden kann ab {day(period.end, 'de')}; machen Sie bis dahin einen Entwurf.",
                f"It can be published from {period.end:%Y-%m-%d}; until then, make a draft.",
            ),
        )


def _refuse_unchanged(connection: Connection, report: Report) -> None:
    """Raise NotPublishable if a new version would say what the latest one says, as of a later instant."""
    release = chain.latest(connection, report.period)
    if release is None:
        return
    last = report_of(release.document)
    if replace(report_of(canonical(report)), status=last.status) == last:
        at, number = release.published_at.astimezone(CITY_TIME), release.number
        raise NotPublishable(
            Text(
                f"Im Bericht {report.period} hat sich seit Fassung {number} vom {day(at)} nichts geändert; es gibt "
                "deshalb keine neue.",
                f"Nothing has changed in the report of {report.period} since version {number}, published "
                f"{day(at, 'en')}, so there is no new version.",
            ),
            Text(
                "Um dasselbe noch einmal zu veröffentlichen: --unchanged",
                "To publish the same again: --unchanged",
            ),
        )


def _reason(connection: Connection, period: Period, reason: str | None) -> str | None:
    """Return the reason to store. It is required from the second version on; raises NotPublishable without it."""
    last = chain.last_number(connection, period.name)
    given = " ".join((reason or "").split())
    if last and not given:
        raise NotPublishable(
            Text(
                f"{period.name} ist schon veröffentlicht (Fassung {last}).",
                f"{period.name} has already been published (version {last}).",
            ),
            Text(
                "Nennen Sie den Grund der neuen Fassung: --reason „…“", "State why it is published again: --reason “…”"
            ),
        )
    if len(given) > gate.LONGEST_REASON:
        raise gate.UnusableReason(
            "The reason cannot be stored.", f"Write a sentence of at most {gate.LONGEST_REASON} characters."
        )
    return given or None
