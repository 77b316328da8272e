"""Routes of the periods that have a report, with their releases and scheduled tasks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.figures.report.parameters import Reader, ReportedPeriod
from api.figures.report.reading import read
from api.service.dependencies import CurrentService, RequestedLanguage, freshness
from api.service.openapi import problem_responses
from geo.figures.releases.entries import ReleaseEntry, release_entries
from geo.figures.report.documents import DocumentEntry, entries
from geo.figures.report.known import known_periods
from geo.figures.report.schedule import DutyOutcome, duties, next_due
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.store.database import Connection

router = APIRouter(prefix="/api", tags=["Reports"])


class MissingOut(BaseModel):
    """A figure that has not been entered yet."""

    what: Literal["actual", "target"]
    key: Annotated[str, Field(description="The indicator's key.")]
    period: str
    product: str
    label: str


class DutyOut(BaseModel):
    """A task that is scheduled after the end of a reported period, and its outcome."""

    duty: Annotated[
        Literal["draft", "figures"],
        Field(description="`draft`: write a draft; `figures`: check that no figure is missing."),
    ]
    due_on: date
    outcome: Literal["done", "missing", "failed"]
    looked_at: Annotated[datetime, Field(description="When the task was last run.")]
    done_at: datetime | None
    files: Annotated[list[str], Field(description="The files of the draft.")]
    missing: list[MissingOut]
    error: Annotated[str | None, Field(description="Why it failed; null unless it did.")]


class DocumentOut(BaseModel):
    """A document of a draft, at `/api/reports/{period}/documents/{name}` until the report is published."""

    name: Annotated[str, Field(examples=["flurwerk-2023-H2-entwurf.pdf"])]
    media_type: Annotated[str, Field(examples=["application/pdf"])]
    size: Annotated[int, Field(description="In bytes.")]
    made_at: datetime
    made_by: Annotated[str, Field(description="The account and the host that made it.")]


class NextOut(BaseModel):
    """The period whose report falls due next."""

    period: Annotated[str, Field(examples=["2026-H2"])]
    due_on: Annotated[date, Field(description="The first working day after its end.")]


class PeriodOut(BaseModel):
    """A period, its latest release if it has one, and its scheduled tasks."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    first: Annotated[date, Field(description="Its first day.")]
    last: Annotated[date, Field(description="Its last day.")]
    state: Literal["draft", "release"]
    number: Annotated[int | None, Field(description="The number of the latest release.")] = None
    published_at: Annotated[datetime | None, Field(description="When that release was published.")] = None
    published_by: Annotated[str | None, Field(description="Who published it.")] = None
    hash: Annotated[str | None, Field(description="Its hash in the chain of releases.")] = None
    duties: list[DutyOut]
    documents: Annotated[list[DocumentOut], Field(description="The documents of the scheduled draft.")]


class PeriodsOut(BaseModel):
    """The periods and years with targets, reported figures or releases, the newest first; and what is due next."""

    periods: list[PeriodOut]
    next: NextOut


class ReleaseOut(BaseModel):
    """The metadata of a release. Its figures are in the report with that number."""

    number: Annotated[int, Field(description="Its number within the period, starting at 1.")]
    place: Annotated[int, Field(description="Its place in the chain of all releases.")]
    recorded_at: Annotated[datetime, Field(description="The instant whose records it shows.")]
    published_at: datetime
    published_by: str
    reason: Annotated[str | None, Field(description="Why the period was published again.")]
    accepted: Annotated[str | None, Field(description="Why it was published despite findings.")]
    previous_hash: Annotated[str, Field(description="The hash of the release before it in the chain.")]
    hash: str


class ReleasesOut(BaseModel):
    """A period's releases, the latest first."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    releases: list[ReleaseOut]


@router.get("/reports", responses=problem_responses(403, 503))
async def list_reports(
    service: CurrentService, caller: Reader, language: RequestedLanguage, response: Response
) -> PeriodsOut:
    """Return the periods and years that have a report, with their scheduled tasks. Not for the public."""
    response.headers.update(freshness(Audience.INTERNAL))
    period, due_on = next_due()
    found = await read(service, caller, lambda connection: _periods(connection, language))
    return PeriodsOut(periods=found, next=NextOut(period=period.name, due_on=due_on))


@router.get("/reports/{period}/releases", responses=problem_responses(403, 503))
async def list_releases(
    service: CurrentService, caller: Reader, period: ReportedPeriod, response: Response
) -> ReleasesOut:
    """Return the releases of a period, when and by whom they were published. Not for the public."""
    response.headers.update(freshness(Audience.INTERNAL))
    found = await read(service, caller, lambda connection: release_entries(connection, period.name))
    return ReleasesOut(period=period.name, releases=[_release(release) for release in found])


def _periods(connection: Connection, language: str) -> list[PeriodOut]:
    published, done, kept = release_entries(connection), duties(connection), entries(connection)
    return [_period(period, published, done, kept, language) for period in known_periods(connection)]


def _period(
    period: Period,
    published: Sequence[ReleaseEntry],
    done: Sequence[DutyOutcome],
    kept: Sequence[DocumentEntry],
    language: str,
) -> PeriodOut:
    last = next((release for release in published if release.period == period.name), None)
    return PeriodOut(
        period=period.name,
        first=period.first,
        last=period.last,
        state="release" if last else "draft",
        number=last and last.number,
        published_at=last and last.published_at,
        published_by=last and last.published_by,
        hash=last and last.hash,
        duties=[_duty(each, language) for each in done if each.period == period.name],
        documents=[_document(each) for each in kept if each.period == period.name],
    )


def _duty(done: DutyOutcome, language: str) -> DutyOut:
    return DutyOut(
        duty=done.duty,
        due_on=done.due_on,
        outcome=done.outcome,
        looked_at=done.looked_at,
        done_at=done.done_at,
        files=list(done.files),
        missing=[
            MissingOut(
                what=figure.what,
                key=figure.key,
                period=figure.period,
                product=figure.product.in_language(language),
                label=figure.label.in_language(language),
            )
            for figure in done.missing
        ],
        error=done.error,
    )


def _document(kept: DocumentEntry) -> DocumentOut:
    return DocumentOut(**{name: value for name, value in kept._asdict().items() if name != "period"})


def _release(release: ReleaseEntry) -> ReleaseOut:
    return ReleaseOut(**{name: value for name, value in release._asdict().items() if name in ReleaseOut.model_fields})
