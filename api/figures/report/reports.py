"""The route of a period's report as JSON."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.figures.kpis import WITHOUT_NUL
from api.figures.report.parameters import Reader, ReportedPeriod
from api.figures.report.reading import ReportRequest, read
from api.records.ogc.etags import is_fresh
from api.service.dependencies import CurrentService, freshness
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.figures.kpis.parts import levels
from geo.figures.report.document import canonical
from geo.figures.report.extract import Extract
from geo.figures.report.model import Report
from geo.periods import parse_instant
from geo.records.layers.layer import Audience

LARGEST_NUMBER = 2**31 - 1

router = APIRouter(prefix="/api", tags=["Reports"])

AsOf = Annotated[
    str | None,
    Query(
        description="A draft of the records as of the end of this day, or as of this instant.", examples=["2024-01-15"]
    ),
]
Number = Annotated[
    int | None, Query(alias="release", ge=1, le=LARGEST_NUMBER, description="The release with this number.")
]
IsDraft = Annotated[
    bool, Query(alias="draft", description="A draft of the current records even if there is a release.")
]


Part = Annotated[
    str | None,
    Query(
        description="Report on this part of the city or county alone, by its key (`/api/reports/{period}/parts`).",
        examples=["05958004"],
        max_length=500,
        pattern=WITHOUT_NUL,
    ),
]
LEVEL = Query(
    alias="by",
    description="The level of parts by which figures are split; of one part, by default the first below that it has.",
)


async def report_request(
    period: ReportedPeriod,
    number: Number = None,
    is_draft: IsDraft = False,
    as_of: AsOf = None,
    part: Part = None,
    level: Annotated[Literal[levels()] | None, LEVEL] = None,  # pyright: ignore[reportInvalidTypeForm]
) -> ReportRequest:
    """Return the requested report. Raises Refusal if a release is combined with ``draft`` or ``as_of``."""
    if number is not None and (is_draft or as_of is not None):
        detail = "A release never changes. Remove either “release”, or “draft” and “as_of”."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter="release", detail=detail)])
    instant = None if as_of is None else parse_instant(as_of)
    return ReportRequest(period, number, is_draft, instant, Extract(part, level))


RequestedReport = Annotated[ReportRequest, Depends(report_request)]


@router.get(
    "/reports/{period}",
    response_class=Response,
    responses={
        200: {
            "description": "The report; exact numbers are strings.",
            "model": Report,
            "headers": {"ETag": {"description": "The hash of a release.", "schema": {"type": "string"}}},
        },
        304: {"description": "Your copy of the release is up to date."},
        **problem_responses(403, 404, 503),
    },
)
async def report(service: CurrentService, caller: Reader, wanted: RequestedReport, request: Request) -> Response:
    """Return a period's report: table, key figures, trends, splits, and the records behind each figure.

    By default this is the latest release, or a draft of the current records if there is none. Of one part of the city
    (`part`) it is computed from the records that the release shows, by its definitions. Not for the public.
    """
    found = await read(service, caller, wanted)
    headers = freshness(Audience.INTERNAL)
    if found.status.hash and not found.is_extract:
        # A release never changes, but a newer one may exist: clients must revalidate.
        headers = {"Cache-Control": "private, no-cache", "ETag": f'"{found.status.hash}"'}
        if is_fresh(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(canonical(found), media_type="application/json", headers=headers)
