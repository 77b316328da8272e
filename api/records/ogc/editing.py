"""Routes that create, replace, change and delete records (OGC API – Features, Part 4)."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from api.records.formats import GEOJSON, JSON
from api.records.links import WebLink, absolute_url, items, with_links
from api.records.ogc.bodies import FEATURES, PATCHES, ContentCrs, FeatureDocument, MessageLanguage, PatchDocument
from api.records.ogc.collections import COLLECTIONS, RequestedLayer
from api.records.ogc.etags import demanded_versions, etag
from api.records.ogc.items import record_of, unknown_feature
from api.records.ogc.refusals import raising_rejection
from api.service.dependencies import CurrentEditor, WritingConnection, refuse_unknown_parameters
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.records import editing
from geo.records.features import Crs, answers
from geo.records.layers.layer import Audience, Layer
from geo.store.database import AsyncConnection

REPRESENTATION = "return=representation"
READING = "GET, HEAD, OPTIONS"
WITHOUT_BODY = (400, 401, 403, 404, 503)
WITH_BODY = (*WITHOUT_BODY, 413, 415, 422)
CONDITIONAL = (412, 428)

router = APIRouter(prefix=COLLECTIONS, tags=["Editing"], dependencies=[Depends(refuse_unknown_parameters)])

FeatureId = Annotated[str, Path(alias="featureId", description="The feature's id.", examples=["1"])]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the feature that the editor has; `*` to overwrite any changes by others.",
    ),
]
Prefer = Annotated[
    str | None,
    Header(description=f"`{REPRESENTATION}`: return the feature as stored.", examples=[REPRESENTATION]),
]


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="A random text, the same whenever this request is sent again: within a day, no second record is "
        "created, and the response is that of the first.",
        examples=["6f1b2c4e-0f5d-4f5b-9b0a-0d6a4f3f7f10"],
    ),
]


async def editable_layer(caller: CurrentEditor, layer: RequestedLayer) -> Layer:
    """Return the requested layer. Raises Refusal (403) if the caller may not edit it."""
    if caller.audience_of(layer.key) is not Audience.PERSONAL:
        raise Refusal(HTTPStatus.FORBIDDEN, f"Your token does not include the layer “{layer.key}”.")
    return layer


EditableLayer = Annotated[Layer, Depends(editable_layer)]


def _headers(*more: str) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}} for name in ("ETag", *more)}


def _body(types: tuple[str, ...], schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {name: {"schema": schema} for name in types}}}


FEATURE = {"$ref": "https://geojson.org/schema/Feature.json"}
STORED = {
    "description": f"The feature as stored, if requested by `Prefer: {REPRESENTATION}`.",
    "headers": _headers(),
    "content": {GEOJSON: {"schema": FEATURE}},
}
DONE = {"description": "The change has been stored.", "headers": _headers()}


@router.post(
    "/{collectionId}/items",
    status_code=201,
    response_class=Response,
    responses={
        201: {
            "description": "The record has been created; the body is the feature, if requested.",
            "headers": _headers("Location"),
            "content": {GEOJSON: {"schema": FEATURE}},
        },
        **problem_responses(*WITH_BODY),
    },
    openapi_extra=_body(FEATURES, FEATURE),
)
async def create_feature(
    request: Request,
    layer: EditableLayer,
    crs: ContentCrs,
    document: FeatureDocument,
    connection: WritingConnection,
    language: MessageLanguage,
    prefer: Prefer = None,
    key: IdempotencyKey = None,
) -> Response:
    """Create a record from a Feature. The collection's `schema` defines its properties and their codes.

    Send an `Idempotency-Key`, so that the request can be sent again when its response was lost.
    """
    members = await editing.members_of(connection, layer)
    retry = editing.retry(key, layer.key, crs.uri, document) if key else None
    async with raising_rejection(connection, layer, None, language):
        record = await editing.created_before(connection, retry) if retry else None
        if record is None:
            record = await editing.create(connection, members, editing.read_feature(members, document, crs))
            if retry:
                await editing.remember(connection, retry, layer.key, record)
    response = await _answer(request, connection, layer, record, prefer)
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = absolute_url(request, f"{items(layer.key)}/{record}")
    return response


@router.put(
    "/{collectionId}/items/{featureId}",
    status_code=204,
    response_class=Response,
    responses={200: STORED, 204: DONE, **problem_responses(*WITH_BODY, *CONDITIONAL)},
    openapi_extra=_body(FEATURES, FEATURE),
)
async def replace_feature(
    request: Request,
    layer: EditableLayer,
    feature_id: FeatureId,
    crs: ContentCrs,
    document: FeatureDocument,
    connection: WritingConnection,
    language: MessageLanguage,
    if_match: IfMatch = None,
    prefer: Prefer = None,
) -> Response:
    """Replace a record by a Feature. Omitted properties are set to null, except `source` and `source_id`.

    Derived properties may be sent back unchanged. A record that does not exist is not created.
    """
    record = _record(layer, feature_id)
    members = await editing.members_of(connection, layer)
    async with raising_rejection(connection, layer, record, language):
        given = editing.read_feature(members, document, crs)
        is_found = await editing.replace(connection, members, record, given, demanded_versions(if_match))
    if not is_found:
        raise unknown_feature(layer, feature_id)
    return await _answer(request, connection, layer, record, prefer)


@router.patch(
    "/{collectionId}/items/{featureId}",
    status_code=204,
    response_class=Response,
    responses={200: STORED, 204: DONE, **problem_responses(*WITH_BODY, *CONDITIONAL)},
    openapi_extra=_body(PATCHES, {"type": "object"}),
)
async def change_feature(
    request: Request,
    layer: EditableLayer,
    feature_id: FeatureId,
    crs: ContentCrs,
    document: PatchDocument,
    connection: WritingConnection,
    language: MessageLanguage,
    if_match: IfMatch = None,
    prefer: Prefer = None,
) -> Response:
    """Change parts of a record with a JSON Merge Patch (RFC 7396) of its Feature; null removes a value."""
    record = _record(layer, feature_id)
    members = await editing.members_of(connection, layer)
    async with raising_rejection(connection, layer, record, language):
        given = editing.read_patch(members, document, crs)
        is_found = await editing.revise(connection, members, record, given, demanded_versions(if_match))
    if not is_found:
        raise unknown_feature(layer, feature_id)
    return await _answer(request, connection, layer, record, prefer)


@router.delete(
    "/{collectionId}/items/{featureId}",
    status_code=204,
    response_class=Response,
    responses={
        204: {"description": "The record has been deleted."},
        **problem_responses(*WITHOUT_BODY, 409, *CONDITIONAL),
    },
)
async def delete_feature(
    layer: EditableLayer,
    feature_id: FeatureId,
    connection: WritingConnection,
    language: MessageLanguage,
    if_match: IfMatch = None,
) -> Response:
    """Delete a record. Its versions remain in the history, except for parties, for which no history is kept."""
    record = _record(layer, feature_id)
    members = await editing.members_of(connection, layer)
    async with raising_rejection(connection, layer, record, language):
        is_found = await editing.remove(connection, members, record, demanded_versions(if_match))
    if not is_found:
        raise unknown_feature(layer, feature_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


ALLOWED = {200: {"description": "The supported methods, in `Allow`.", "headers": {"Allow": _headers()["ETag"]}}}


@router.options("/{collectionId}/items", response_class=Response, responses={**ALLOWED, **problem_responses(404)})
async def features_options(layer: RequestedLayer) -> Response:
    """List the methods that the features of a collection support for authorized callers."""
    return Response(headers={"Allow": f"{READING}, POST", "Accept-Post": ", ".join(FEATURES)})


@router.options(
    "/{collectionId}/items/{featureId}", response_class=Response, responses={**ALLOWED, **problem_responses(404)}
)
async def feature_options(layer: RequestedLayer, feature_id: FeatureId) -> Response:
    """List the methods that a feature supports for authorized callers."""
    return Response(headers={"Allow": f"{READING}, PUT, PATCH, DELETE", "Accept-Patch": ", ".join(PATCHES)})


def _record(layer: Layer, feature_id: str) -> int:
    record = record_of(feature_id)
    if record is None:
        raise unknown_feature(layer, feature_id)
    return record


async def _answer(
    request: Request, connection: AsyncConnection, layer: Layer, record: int, prefer: str | None
) -> Response:
    feature = await answers.feature(connection, layer, Audience.PERSONAL, record, Crs.CRS84)
    if feature is None:
        # It was created by an earlier request of the same key, and has been deleted since.
        return Response(status_code=HTTPStatus.NO_CONTENT)
    headers = {"ETag": etag(feature)}
    if REPRESENTATION not in (prefer or "").replace(" ", "").lower().split(","):
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    headers |= {"Preference-Applied": REPRESENTATION, "Content-Crs": f"<{Crs.CRS84.uri}>"}
    path = f"{items(layer.key)}/{record}"
    links = [
        WebLink(href=absolute_url(request, path), rel="self", type=GEOJSON),
        WebLink(href=absolute_url(request, f"{COLLECTIONS}/{layer.key}"), rel="collection", type=JSON),
    ]
    return Response(with_links(feature.text, links), headers=headers, media_type=GEOJSON)
