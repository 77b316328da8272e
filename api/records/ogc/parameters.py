"""The query parameters that select features."""

import re
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator, WithJsonSchema

from api.service.dependencies import query_parameters, refuse_others
from api.service.problems import Refusal
from geo.records.features import Crs
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names, sees

LARGEST_PAGE = 10_000


def _whole_number(text: Any) -> Any:
    # Pydantic alone would also accept 1_0 and 10.0.
    if isinstance(text, str) and not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError("must be a whole number")
    return text


Limit = Annotated[
    int,
    Query(
        ge=1,
        json_schema_extra={"maximum": LARGEST_PAGE},
        description=f"Maximum number of features per page; values above {LARGEST_PAGE} count as {LARGEST_PAGE}. A file "
        "(csv, xlsx, gpkg, fgb, parquet, xlsx-labelled, csv-excel) contains the whole selection unless this is set.",
    ),
    BeforeValidator(_whole_number),
]
CrsUri = Annotated[
    str | None,
    Query(
        description="URI of the CRS of the coordinates; one of the collection's `crs`. EPSG 4326 has latitude first, "
        f"but files always have x (longitude) first. Default: CRS84; for files EPSG {Crs.STORED.srid}, as stored.",
        examples=[Crs.STORED.uri],
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        alias="as_of",
        description="Features as they were then: at the end of a day, or at a timestamp up to now (local time unless "
        "it has an offset). Values derived from other records are of the same instant. Parties have no history, so "
        "that people can be forgotten: they are always current.",
        examples=["2024-01-15"],
    ),
]
# As in the standard. The text is parsed elsewhere, since not any four numbers are a valid box.
BOX_SCHEMA = {
    "type": "array",
    "minItems": 4,
    "maxItems": 6,
    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    "items": {"type": "number"},
}
BoxText = Annotated[
    str | None,
    WithJsonSchema(BOX_SCHEMA),
    Query(
        description="Only features whose geometry intersects this box: four numbers (or six with heights, which are "
        "ignored), lower bounds first, in the axis order of `bbox-crs`. If the western bound is greater than the "
        "eastern one, the box crosses the antimeridian.",
        examples=[[7.3, 51.4, 7.7, 51.6]],
    ),
]
Datetime = Annotated[
    str | None,
    Query(
        alias="datetime",
        description="Only features whose date is in this instant or interval. One end may be open (`..`); the end may "
        "be an ISO 8601 duration. Days are whole days in Europe/Berlin; the first and last day are included.",
        examples=["2023-07-01/2023-12-31"],
    ),
]
ShownTo = Annotated[
    Literal["public", "internal"] | None,
    Query(
        alias="audience",
        description="Show the selected features as this audience sees them: `public` for data to be passed on, "
        "`internal` without personal data. By default your own. Filters can use all properties that you see; `sortby` "
        "and `properties` only those shown.",
    ),
]
FILTERS = {
    "name": "filters",
    "in": "query",
    "description": "Any property of the collection, by name: only features with this value, for example "
    "`status=available`. A property with several values must contain it.",
    "required": False,
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


async def given(
    bbox: BoxText = None,
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="URI of the CRS of `bbox`; CRS84 by default.")
    ] = None,
    when: Datetime = None,
    properties: Annotated[
        str | None,
        Query(
            description="Only these properties, separated by commas. The formats for people (xlsx-labelled, csv-excel) "
            "have them in this order.",
            examples=["name,status"],
        ),
    ] = None,
    condition: Annotated[
        str | None,
        Query(
            alias="filter",
            description="Only features for which this CQL2 expression is true; its properties are the queryables.",
            examples=["status = 'available' and area_m2 >= 8000"],
        ),
    ] = None,
    filter_lang: Annotated[
        Literal["cql2-text", "cql2-json"] | None,
        Query(alias="filter-lang", description="The encoding of `filter`; cql2-text by default."),
    ] = None,
    filter_crs: Annotated[
        str | None, Query(alias="filter-crs", description="URI of the CRS of geometries in `filter`; CRS84 by default.")
    ] = None,
    sortby: Annotated[
        str | None,
        Query(
            description="Properties to sort by, separated by commas, with the prefix `-` for descending order. By "
            "default by id; in layers whose features may have no geometry, those with one first."
        ),
    ] = None,
    crs: CrsUri = None,
    as_of: AsOf = None,
    count: Annotated[
        Literal["exact"] | None,
        Query(description="`exact`: also report `numberMatched` above 10,000. Slower: every page counts all matches."),
    ] = None,
    cursor: Annotated[str | None, Query(description="Start of the page; set by `next` links only.")] = None,
) -> dict[str, str]:
    """Return the given parameters by their public names."""
    named = {
        "bbox": bbox,
        "bbox-crs": bbox_crs,
        "datetime": when,
        "properties": properties,
        "filter": condition,
        "filter-lang": filter_lang,
        "filter-crs": filter_crs,
        "sortby": sortby,
        "crs": crs,
        "as_of": as_of,
        "count": count,
        "cursor": cursor,
    }
    return {name: text for name, text in named.items() if text is not None}


SelectionParameters = Annotated[dict[str, str], Depends(given)]


def requested_audience(layer: Layer, own: Audience, wanted: str | None) -> Audience:
    """Return the requested audience, by default the caller's own.

    Raises Refusal: 403 if it sees more than the caller, 404 if it sees nothing of the layer.
    """
    if wanted is None:
        return own
    if own is Audience.PUBLIC and wanted != own:
        raise Refusal(HTTPStatus.FORBIDDEN, "You have access to the public view only. Remove the parameter “audience”.")
    if not sees(Audience(wanted), layer):
        raise Refusal(HTTPStatus.NOT_FOUND, f"Nothing in “{layer.key}” is public. Remove the parameter “audience”.")
    return Audience(wanted)


def property_filters(request: Request, layer: Layer, audience: Audience) -> dict[str, str]:
    """Return the parameters that name a property. Raises Refusal (400) for parameters that are unknown otherwise."""
    declared = query_parameters(request.scope["route"].dependant)
    refuse_others(request, declared, property_names(layer, audience))
    return {name: text for name, text in request.query_params.items() if name not in declared}
