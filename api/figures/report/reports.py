"""A period's report as a document."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.figures.report.asking import Reader, ReportedPeriod
from api.figures.report.reading import Wanted, read
from api.records.ogc.etags import is_fresh
from api.service.dependencies import AskedService, freshness
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.figures.report.document import canonical
from geo.figures.report.model import Report
from geo.periods import parse_instant
from geo.records.layers.layer import Audience

LARGEST_NUMBER = 2**31 - 1

router = APIRouter(prefix="/api", tags=["Reports"])

AsOf = Annotated[
    str | None,
    Query(description="A draft as recorded on that day (at its end) or at that instant.", examples=["2024-01-15"]),
]
Number = Annotated[
    int | None, Query(alias="release", ge=1, le=LARGEST_NUMBER, description="The release of that number.")
]
IsDraft = Annotated[bool, Query(alias="draft", description="A draft out of the records, although there is a release.")]


async def wanted(
    period: ReportedPeriod, number: Number = None, is_draft: IsDraft = False, as_of: AsOf = None
) -> Wanted:
    """The report asked for. A release is what was published: it cannot be a draft, too, nor of another instant."""
    if number is not None and (is_draft or as_of is not None):
        detail = "A release is as it was published. Leave “release” away, or “draft” and “as_of”."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter="release", detail=detail)])
    return Wanted(period, number, is_draft, None if as_of is None else parse_instant(as_of))


WantedReport = Annotated[Wanted, Depends(wanted)]


@router.get(
    "/reports/{period}",
    response_class=Response,
    responses={
        200: {
            "description": "The report; exact numbers are strings.",
            "model": Report,
            "headers": {"ETag": {"description": "Of a release: its hash.", "schema": {"type": "string"}}},
        },
        304: {"description": "You have that release already."},
        **problem_responses(403, 404, 503),
    },
)
async def report(asked: AskedService, caller: Reader, wanted: WantedReport, request: Request) -> Response:
    """A period's report: table, key figures, trends, splits, the records behind each figure and how they count.

    Unless asked for otherwise it is the latest release, and a draft out of the records where there is none.
    """
    found = await read(asked, caller, wanted)
    headers = freshness(Audience.INTERNAL)
    if found.status.hash:
        # A release never changes, and yet may have got a successor.
        headers = {"Cache-Control": "private, no-cache", "ETag": f'"{found.status.hash}"'}
        if is_fresh(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(canonical(found), media_type="application/json", headers=headers)
