"""The periods of which there is something to report, and what has become of each."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.deps import AskedConnection, freshness
from api.openapi import problem_responses
from api.reports.asking import Reader
from geo.layers.base import Audience
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


@router.get("/reports", responses=problem_responses(403, 503))
async def list_reports(_: Reader, connection: AskedConnection, response: Response) -> PeriodsOut:
    """The periods that have a report. Internal."""
    response.headers.update(freshness(Audience.INTERNAL))
    known = await known_periods(connection)
    return PeriodsOut(
        periods=[PeriodOut(period=period.name, first=period.first, last=period.last, state="draft") for period in known]
    )
