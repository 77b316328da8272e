"""Scheduled duties for a period's report: to make a draft, and to check that no figures are missing.

Both fall due on the first working day after the end of the period, and remain due until they are done or the period
has been published. The outcome is recorded; a duty is done only once, however many processes on however many hosts run
this.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from geo.figures.report.documents import AlreadyPublished, Document, store
from geo.figures.report.missing import MISSING, Missing, missing
from geo.periods import CITY_TIME, Period
from geo.rhythm import own_rhythm
from geo.store.database import AsyncConnection, Connection
from geo.workdays import next_workday

Duty = Literal["draft", "figures"]
Outcome = Literal["done", "missing", "failed"]
MakeDraft = Callable[[Period], Sequence[Document]]
"""Makes the draft's documents."""

LOGGER = logging.getLogger(__name__)

# A host that loses its power says nothing: after a minute its session ends, and with it the lock.
NOTICE_SILENCE = """
    select
        set_config('tcp_keepalives_idle', '30', false),
        set_config('tcp_keepalives_interval', '10', false),
        set_config('tcp_keepalives_count', '3', false)
"""

DUTIES = """
    select period, duty, due_on, outcome, detail, looked_at, done_at
    from flurwerk.report_duties
    order by period desc, duty
"""


@dataclass(frozen=True, slots=True)
class DutyOutcome:
    """The outcome of a duty. ``done_at`` is when it was done, ``looked_at`` when it was last attempted or checked."""

    period: str
    duty: Duty
    due_on: date
    outcome: Outcome
    detail: dict[str, Any]
    looked_at: datetime
    done_at: datetime | None

    @property
    def files(self) -> tuple[str, ...]:
        """The files of a draft."""
        return tuple(self.detail.get("files", ()))

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The figures that are missing."""
        return MISSING.validate_python(self.detail.get("missing", ()))

    @property
    def error(self) -> str | None:
        """The reason of a failure, in one line."""
        return self.detail.get("error")


def due_on(period: Period) -> date:
    """Return the first working day after the period's end."""
    return next_workday(period.end)


def next_due(today: date | None = None) -> tuple[Period, date]:
    """Return the period whose report falls due next, and when: the last one, unless it is already due."""
    day = today or datetime.now(CITY_TIME).date()
    last = own_rhythm().last_over(day)
    period = last if day < due_on(last) else own_rhythm().containing(last.end)
    return period, due_on(period)


def run_due_duties(
    connection: Connection, make_draft: MakeDraft, today: date | None = None, *, by: str = "", again: bool = False
) -> list[DutyOutcome]:
    """Do what is due for the last reported period and return the outcomes, empty if nothing is due.

    ``by`` is the account and host, ``again`` makes a draft although one is done. Concurrent callers wait, and then find
    the duties done. The connection's own work must be committed before.
    """
    period = own_rhythm().last_over(today)
    if (today or datetime.now(CITY_TIME).date()) < due_on(period):
        return []
    with _exclusively(connection):
        if _is_published(connection, period):
            _forget_draft(connection, period)
        elif again or not _is_done(connection, period, "draft"):
            _draft(connection, period, make_draft, by)
        _figures(connection, period)
        return [done for done in duties(connection) if done.period == period.name]


def duties(connection: Connection) -> list[DutyOutcome]:
    """Return all recorded duties, the latest period first."""
    with connection.cursor(row_factory=class_row(DutyOutcome)) as cursor:
        return cursor.execute(DUTIES).fetchall()


async def duties_async(connection: AsyncConnection) -> list[DutyOutcome]:
    """Like `duties`, for the web service."""
    async with connection.cursor(row_factory=class_row(DutyOutcome)) as cursor:
        await cursor.execute(DUTIES)
        return await cursor.fetchall()


def _draft(connection: Connection, period: Period, make_draft: MakeDraft, by: str) -> None:
    # What stays if this process is killed.
    begun = f"{datetime.now(CITY_TIME):%Y-%m-%d %H:%M}{by and f' by {by}'}"
    error = f"Begun on {begun} and not finished: it is still being made, or was killed, perhaps for want of memory."
    _record(connection, period, "draft", "failed", {"error": error})
    try:
        documents = list(make_draft(period))
        store(connection, period, documents, by)
    except AlreadyPublished:
        connection.rollback()
        _forget_draft(connection, period)
    except Exception as error:
        # Nobody is watching: the page shows that it failed, the log says why.
        LOGGER.exception("The draft of %s failed.", period.name)
        connection.rollback()
        _record(connection, period, "draft", "failed", {"error": " ".join(str(error).split()) or type(error).__name__})
    else:
        _record(connection, period, "draft", "done", {"files": [document.name for document in documents]})


def _forget_draft(connection: Connection, period: Period) -> None:
    """Remove the outcome of a draft that was never made: once the report is published, none is needed."""
    connection.execute(
        "delete from flurwerk.report_duties where period = %s and duty = 'draft' and outcome <> 'done'", [period.name]
    )
    connection.commit()


def _figures(connection: Connection, period: Period) -> None:
    # Once a report is published, figures that it lacks are no longer expected.
    found = () if _is_published(connection, period) else missing(connection, period)
    detail = {"missing": MISSING.dump_python(found, mode="json")} if found else {}
    _record(connection, period, "figures", "missing" if found else "done", detail)


def _record(connection: Connection, period: Period, duty: Duty, outcome: Outcome, detail: dict[str, Any]) -> None:
    connection.execute(
        """
        insert into flurwerk.report_duties as d (period, duty, due_on, outcome, detail, done_at)
        values (
            %(period)s,
            %(duty)s,
            %(due_on)s,
            %(outcome)s,
            %(detail)s,
            case %(outcome)s when 'done' then clock_timestamp() end
        )
        on conflict (period, duty) do update
        set outcome = excluded.outcome,
            detail = excluded.detail,
            looked_at = excluded.looked_at,
            done_at = case excluded.outcome when 'done' then coalesce(d.done_at, excluded.done_at) end
        """,
        {
            "period": period.name,
            "duty": duty,
            "due_on": due_on(period),
            "outcome": outcome,
            "detail": Jsonb(detail),
        },
    )
    connection.commit()


def _is_done(connection: Connection, period: Period, duty: Duty) -> bool:
    return any((done.period, done.duty, done.outcome) == (period.name, duty, "done") for done in duties(connection))


def _is_published(connection: Connection, period: Period) -> bool:
    found = connection.execute("select from flurwerk.releases where period = %s limit 1", [period.name]).fetchone()
    return found is not None


@contextmanager
def _exclusively(connection: Connection) -> Iterator[None]:
    connection.execute(NOTICE_SILENCE)
    connection.execute("select pg_advisory_lock(flurwerk.schedule_lock())")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute("select pg_advisory_unlock(flurwerk.schedule_lock())")
        connection.commit()
