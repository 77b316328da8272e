"""Dependencies of editing requests: the body as a document, its CRS, and the language of messages."""

from collections.abc import Callable, Coroutine, Iterable
from http import HTTPStatus
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Depends, Header, Query, Request

from api.records.formats import GEOJSON, JSON, MERGE_PATCH
from api.service.dependencies import CurrentService
from api.service.problems import ParameterError, Problem, Refusal, Rejection
from api.service.weights import accepted_language
from geo.records import editing
from geo.records.features import Crs
from geo.records.features.values import crs as read_crs
from geo.settings import Language

FEATURES = (GEOJSON, JSON)
PATCHES = (MERGE_PATCH,)


async def message_language(
    service: CurrentService,
    lang: Annotated[Language | None, Query(description="Language of messages about the record.")] = None,
    accepted: Annotated[
        str | None,
        Header(alias="Accept-Language", description="Used if `lang` is not set; the server's setting by default."),
    ] = None,
) -> Language:
    """Return the language of messages to the caller."""
    return lang or accepted_language(accepted, service.settings.language)


MessageLanguage = Annotated[Language, Depends(message_language)]


async def content_crs(
    crs: Annotated[
        str | None,
        Header(
            alias="Content-Crs",
            description="URI of the CRS of the body's coordinates, with or without angle brackets; CRS84 by default.",
        ),
    ] = None,
) -> Crs:
    """Return the CRS of the body's coordinates. Raises BadParameter for an unknown one."""
    return Crs.CRS84 if crs is None else read_crs("Content-Crs", crs.strip().removeprefix("<").removesuffix(">"))


ContentCrs = Annotated[Crs, Depends(content_crs)]


def document_of(types: Iterable[str], accept: str) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return a dependency that reads a JSON document of one of these types.

    ``accept`` is the response header that lists the types if another one was sent (415).
    """

    async def document(request: Request, language: MessageLanguage) -> Any:
        accepted = ", ".join(types)
        given = request.headers.get("content-type")
        if given is None:
            error = ParameterError(parameter="Content-Type", detail=f"Send the body's media type: {accepted}.")
            raise Refusal(HTTPStatus.BAD_REQUEST, error.detail, [error])
        if given.partition(";")[0].strip().lower() not in types:
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            detail = f"Bodies of type “{given[:80]}” are not supported here. Send {' or '.join(types)}."
            found = Problem(type="about:blank", title=status.phrase, status=status, detail=detail)
            raise Rejection(found, {accept: accepted})
        body = await request.body()
        try:
            # In a thread, because parsing a large geometry takes a while.
            return await anyio.to_thread.run_sync(editing.parse, body)
        except editing.Malformed as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, error.message.in_language(language)) from None

    return document


FeatureDocument = Annotated[Any, Depends(document_of(FEATURES, "Accept-Post"))]
PatchDocument = Annotated[Any, Depends(document_of(PATCHES, "Accept-Patch"))]
