"""A period's report as a document."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import AskedService, freshness
from api.openapi import problem_responses
from api.reports.asking import Reader, ReportedPeriod
from api.reports.reading import Wanted, read
from geo.layers.base import Audience
from geo.periods import parse_instant
from geo.report.base import Report
from geo.report.document import canonical

router = APIRouter(prefix="/api", tags=["Reports"])

AsOf = Annotated[
    str | None,
    Query(description="As recorded on that day (at its end) or at that instant.", examples=["2024-01-15"]),
]


@router.get(
    "/reports/{period}",
    response_class=Response,
    responses={
        200: {"description": "The report; exact numbers are strings.", "model": Report},
        **problem_responses(403, 503),
    },
)
async def report(asked: AskedService, caller: Reader, period: ReportedPeriod, as_of: AsOf = None) -> Response:
    """A period's report: table, key figures, trends, splits, the records behind each figure and how they count."""
    found = await read(asked, caller, Wanted(period, None if as_of is None else parse_instant(as_of)))
    return Response(canonical(found), media_type="application/json", headers=freshness(Audience.INTERNAL))
