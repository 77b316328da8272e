"""The route of a document of the scheduled draft, as the database keeps it for all hosts."""

from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.figures.report.parameters import ReportedPeriod, reader
from api.records.ogc.etags import is_fresh
from api.service.dependencies import AutocommitConnection, limit_exports
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.figures.report.documents import find_async

router = APIRouter(prefix="/api", tags=["Reports"])


@router.get(
    "/reports/{period}/documents/{document}",
    response_class=Response,
    responses={
        200: {
            "description": "The document.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "Your copy of the document is up to date."},
        **problem_responses(403, 404, 503),
    },
    # The caller is checked before the database is asked, which would refuse the public, too.
    dependencies=[Depends(reader), Depends(limit_exports)],
)
async def draft_document(
    period: ReportedPeriod,
    document: Annotated[
        str,
        Path(
            pattern="^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$",
            description="The document's name, from `/api/reports`.",
            examples=["flurwerk-2023-H2-entwurf.pdf"],
        ),
    ],
    request: Request,
    connection: AutocommitConnection,
) -> Response:
    """Return a document of the draft that was made on schedule, as it was made. Not for the public.

    Publishing the report removes its draft.
    """
    found = await find_async(connection, period, document)
    if found is None:
        detail = f"The draft of {period.name} has no document “{document}”. /api/reports lists those that there are."
        raise Refusal(HTTPStatus.NOT_FOUND, detail, [ParameterError(parameter="document", detail=detail)])
    tag = f'"{sha256(found.content).hexdigest()}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if is_fresh(request.headers.get("if-none-match"), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return Response(found.content, headers=headers, media_type=found.media_type)
