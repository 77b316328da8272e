"""The route that turns a file into GeoJSON for the page to look at. Nothing of it is kept."""

import asyncio
import json
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.service.dependencies import (
    CurrentCaller,
    CurrentService,
    RequestedLanguage,
    Service,
    freshness,
    limit_exports,
)
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.access import Role
from geo.records.exports import ExportsBusy
from geo.records.layers.layer import Audience
from geo.text import Text
from maps.process import run_module

MODULE = "geo.loading.looking"
SIGN_IN = Text(
    "Zum Ansehen dieses Formats melden Sie sich an; GeoJSON geht auch ohne.",
    "Sign in to look at this format; GeoJSON needs no sign-in.",
)
WAIT_S = 10
"""How many seconds a file waits for its turn."""
TOO_SLOW = Text("Das Lesen der Datei dauert zu lange.", "Reading the file takes too long.")

router = APIRouter(prefix="/api/looks", tags=["Pages"])


@router.post(
    "",
    response_class=Response,
    responses={
        200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}, "description": "The features."},
        **problem_responses(400, 403, 413, 422, 429, 503),
    },
    dependencies=[Depends(limit_exports)],
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
)
async def look(
    request: Request,
    service: CurrentService,
    caller: CurrentCaller,
    language: RequestedLanguage,
    name: Annotated[str, Query(min_length=1, max_length=300, description="The file's name, for its format.")],
) -> Response:
    """Return a file's features in degrees (WGS 84) with their values as texts: GeoPackage, Shapefile in a ZIP, KML …

    For insiders. The request's body is the file. Another process reads it, and nothing of it is kept.
    """
    if caller.role is Role.PUBLIC:
        raise Refusal(HTTPStatus.FORBIDDEN, SIGN_IN.in_language(language))
    head = json.dumps({"name": name, "language": language}).encode() + b"\n"
    made = await _in_turn(service, head + await request.body(), language)
    if made.startswith(b'{"refused"'):
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, json.loads(made)["refused"])
    return Response(made, media_type="application/geo+json", headers=freshness(Audience.INTERNAL))


async def _in_turn(service: Service, sent: bytes, language: str) -> bytes:
    try:
        async with asyncio.timeout(WAIT_S):
            await service.looking.acquire()
    except TimeoutError:
        raise ExportsBusy("Several files are already being read.", "Try again in a moment.") from None
    try:
        return await run_module(MODULE, sent, service.settings.handout_timeout_s)
    except TimeoutError:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, TOO_SLOW.in_language(language)) from None
    finally:
        service.looking.release()
