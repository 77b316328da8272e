"""The route of the properties by which a collection can be filtered (OGC API – Features, Part 3)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from api.records.formats import AS_HTML, HTML, JSON_SCHEMA, SCHEMAS, Format
from api.records.links import absolute_url
from api.records.ogc.collections import COLLECTIONS, LayerAudience, RequestedLayer
from api.records.ogc.html import views
from api.records.ogc.negotiation import VARY, negotiated
from api.service.dependencies import RequestedLanguage, SnapshotConnection, freshness, refuse_unknown_parameters
from api.service.openapi import problem_responses
from geo.records.features import queryables
from geo.records.filters import Kind, Queryable
from geo.records.layers.layer import Layer

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIMESTAMP: {"type": "string", "format": "date-time"},
    Kind.LIST: {"type": "array", "items": {"type": "string"}},
}

router = APIRouter(prefix=COLLECTIONS, tags=["Features"])


@router.get(
    "/{collectionId}/queryables",
    response_class=JSONResponse,
    responses={
        200: {
            "description": "A JSON Schema whose properties can be used in `filter`.",
            "content": {JSON_SCHEMA: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
        },
        **problem_responses(404, 406, 503),
    },
    dependencies=[Depends(refuse_unknown_parameters)],
)
async def list_queryables(
    request: Request,
    layer: RequestedLayer,
    language: RequestedLanguage,
    audience: LayerAudience,
    connection: SnapshotConnection,
    chosen: Annotated[Format, Depends(negotiated(*SCHEMAS))],
) -> Response:
    """Return the properties that filters can use, each with its type, its label, and its codes if it has any."""
    found = await queryables(connection, layer, audience)
    if chosen is AS_HTML:
        return views.queryables(request, language, audience, layer, found)
    document = {
        "$schema": SCHEMA,
        "$id": absolute_url(request, f"{COLLECTIONS}/{layer.key}/queryables"),
        "type": "object",
        "title": layer.title.in_language(language),
        "properties": {name: _described(layer, queryable, language) for name, queryable in found.items()},
        "additionalProperties": False,
    }
    return JSONResponse(document, headers=freshness(audience) | VARY, media_type=JSON_SCHEMA)


def _described(layer: Layer, queryable: Queryable, language: str) -> dict[str, Any]:
    if queryable.kind is Kind.GEOMETRY:
        return {"format": f"geometry-{(layer.geometry or 'any').lower()}"}
    label = {"title": layer.label(queryable.name).in_language(language)} if queryable.name != "id" else {}
    hint = layer.column(queryable.name).hint if layer.has_column(queryable.name) else None
    described = {"description": hint.in_language(language)} if hint else {}
    codes = {"enum": list(queryable.codes)} if queryable.codes and queryable.kind is Kind.TEXT else {}
    return TYPES[queryable.kind] | label | described | codes
