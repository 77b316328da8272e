"""What requests that edit bring along: a document of a known type, its CRS, and the caller's language."""

from collections.abc import Callable, Coroutine, Iterable
from http import HTTPStatus
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Depends, Header, Query, Request

from api.records.ogc.models import GEOJSON, JSON, MERGE_PATCH
from api.service.dependencies import AskedService
from api.service.problems import ParameterError, Problem, Refusal, Rejection
from api.service.weights import accepted_language
from geo.records import editing
from geo.records.features import Crs
from geo.records.features.values import crs as read_crs
from geo.settings import Language

FEATURES = (GEOJSON, JSON)
PATCHES = (MERGE_PATCH,)


async def message_language(
    asked: AskedService,
    lang: Annotated[Language | None, Query(description="Language of what is said of the record.")] = None,
    accepted: Annotated[
        str | None,
        Header(alias="Accept-Language", description="The same where `lang` is not set; else the server's own."),
    ] = None,
) -> Language:
    """The language in which the caller is told what is wrong."""
    return lang or accepted_language(accepted, asked.settings.language)


Spoken = Annotated[Language, Depends(message_language)]


async def content_crs(
    crs: Annotated[
        str | None,
        Header(
            alias="Content-Crs",
            description="URI of the CRS of the body's coordinates, in angle brackets or without; CRS84 unless set.",
        ),
    ] = None,
) -> Crs:
    """The CRS of the body's coordinates."""
    return Crs.CRS84 if crs is None else read_crs("Content-Crs", crs.strip().removeprefix("<").removesuffix(">"))


ContentCrs = Annotated[Crs, Depends(content_crs)]


def document_of(types: Iterable[str], accept: str) -> Callable[..., Coroutine[Any, Any, Any]]:
    """The dependency that reads a JSON document of one of these types; ``accept`` is the header that names them."""

    async def document(request: Request, language: Spoken) -> Any:
        named = ", ".join(types)
        given = request.headers.get("content-type")
        if given is None:
            error = ParameterError(parameter="Content-Type", detail=f"Name the body's type: {named}.")
            raise Refusal(HTTPStatus.BAD_REQUEST, error.detail, [error])
        if given.partition(";")[0].strip().lower() not in types:
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            detail = f"A body of type “{given[:80]}” is not read here. Send {' or '.join(types)}."
            found = Problem(type="about:blank", title=status.phrase, status=status, detail=detail)
            raise Rejection(found, {accept: named})
        body = await request.body()
        try:
            # In a thread, since a large geometry takes its time.
            return await anyio.to_thread.run_sync(editing.parse, body)
        except editing.Malformed as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, error.said.in_language(language)) from None

    return document


FeatureDocument = Annotated[Any, Depends(document_of(FEATURES, "Accept-Post"))]
PatchDocument = Annotated[Any, Depends(document_of(PATCHES, "Accept-Patch"))]
