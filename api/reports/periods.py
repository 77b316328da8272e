"""The periods of which there is something to report, and what was published of each."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.deps import AskedService, freshness
from api.openapi import problem_responses
from api.reports.asking import Reader, ReportedPeriod
from api.reports.reading import read
from geo.database import Connection
from geo.layers.base import Audience
from geo.periods import Period
from geo.releases.entries import Listed, listed
from geo.report.known import known_periods

router = APIRouter(prefix="/api", tags=["Reports"])


class PeriodOut(BaseModel):
    """A period, and its last release where it has one."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    first: Annotated[date, Field(description="Its first day.")]
    last: Annotated[date, Field(description="Its last day.")]
    state: Literal["draft", "release"]
    number: Annotated[int | None, Field(description="Of the last release: its number.")] = None
    published_at: Annotated[datetime | None, Field(description="When that was published.")] = None
    published_by: Annotated[str | None, Field(description="By whom.")] = None
    hash: Annotated[str | None, Field(description="Its hash in the chain of releases.")] = None


class PeriodsOut(BaseModel):
    """The half-years and years with something set, reported or published, the newest first."""

    periods: list[PeriodOut]


class ReleaseOut(BaseModel):
    """A release: what is said of it. Its figures stand in the report of that number."""

    number: Annotated[int, Field(description="Its version among those of the period, from 1 on.")]
    place: Annotated[int, Field(description="Its place in the chain of all releases.")]
    recorded_at: Annotated[datetime, Field(description="The settled instant whose records it shows.")]
    published_at: datetime
    published_by: str
    reason: Annotated[str | None, Field(description="Why the period was published again.")]
    accepted: Annotated[str | None, Field(description="Why it was published in spite of findings.")]
    previous_hash: Annotated[str, Field(description="The hash of the release before it in the chain.")]
    hash: str


class ReleasesOut(BaseModel):
    """A period's releases, the latest first."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    releases: list[ReleaseOut]


@router.get("/reports", responses=problem_responses(403, 503))
async def list_reports(asked: AskedService, caller: Reader, response: Response) -> PeriodsOut:
    """The half-years and years that have a report. Internal."""
    response.headers.update(freshness(Audience.INTERNAL))
    return PeriodsOut(periods=await read(asked, caller, _periods))


@router.get("/reports/{period}/releases", responses=problem_responses(403, 503))
async def list_releases(asked: AskedService, caller: Reader, period: ReportedPeriod, response: Response) -> ReleasesOut:
    """What was published of a period, when and by whom; empty where nothing was. Internal."""
    response.headers.update(freshness(Audience.INTERNAL))
    found = await read(asked, caller, lambda connection: listed(connection, period.name))
    return ReleasesOut(period=period.name, releases=[_release(release) for release in found])


def _periods(connection: Connection) -> list[PeriodOut]:
    published = listed(connection)
    return [_period(period, published) for period in known_periods(connection)]


def _period(period: Period, published: Sequence[Listed]) -> PeriodOut:
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
    )


def _release(release: Listed) -> ReleaseOut:
    return ReleaseOut(**{name: value for name, value in release._asdict().items() if name in ReleaseOut.model_fields})
