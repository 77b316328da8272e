"""The route of a collection's schema: its properties, and which of them can be edited (OGC API – Features, Part 5).

Forms are built from it, with labels, units, codes and their meaning, hints, and required properties.
"""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.records.formats import JSON_SCHEMA
from api.records.links import absolute_url
from api.records.ogc.collections import COLLECTIONS, LayerAudience, RequestedLayer
from api.service.dependencies import RequestedLanguage, SnapshotConnection, freshness, refuse_unknown_parameters
from api.service.openapi import problem_responses
from geo.records.editing import description

SCHEMA = "https://json-schema.org/draft/2020-12/schema"

router = APIRouter(prefix=COLLECTIONS, tags=["Features"])


@router.get(
    "/{collectionId}/schema",
    response_class=JSONResponse,
    responses={
        200: {
            "description": "A JSON Schema of the properties; those with `readOnly` cannot be set.",
            "content": {JSON_SCHEMA: {"schema": {"type": "object"}}},
        },
        **problem_responses(404, 503),
    },
    dependencies=[Depends(refuse_unknown_parameters)],
)
async def feature_schema(
    request: Request,
    layer: RequestedLayer,
    language: RequestedLanguage,
    audience: LayerAudience,
    connection: SnapshotConnection,
) -> JSONResponse:
    """Return the schema of a collection's features: types, labels, units, codes, references, required properties."""
    found = await description.describe(connection, layer, audience)
    document: dict[str, Any] = {
        "$schema": SCHEMA,
        "$id": absolute_url(request, f"{COLLECTIONS}/{layer.key}/schema"),
        "type": "object",
        "title": layer.title.in_language(language),
        "description": layer.description.in_language(language),
    }
    return JSONResponse(
        document | description.schema(found, language), headers=freshness(audience), media_type=JSON_SCHEMA
    )
