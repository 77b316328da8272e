"""The parameters that select features, as routes declare them."""

import re
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator, WithJsonSchema

from api.service.dependencies import query_parameters, refuse_others
from api.service.problems import Refusal
from geo.records.features import Crs
from geo.records.features.selection import property_names
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import sees

LARGEST_PAGE = 10_000


def _whole_number(text: Any) -> Any:
    # Pydantic alone takes 1_0 and 10.0, too.
    if isinstance(text, str) and not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError("it is no whole number")
    return text


Limit = Annotated[
    int,
    Query(
        ge=1,
        json_schema_extra={"maximum": LARGEST_PAGE},
        description=f"How many features a page has; more than {LARGEST_PAGE} count as {LARGEST_PAGE}. A file (csv, "
        "xlsx, gpkg, fgb, parquet) has all that are selected unless this is set, and as many as this says.",
    ),
    BeforeValidator(_whole_number),
]
CrsUri = Annotated[
    str | None,
    Query(
        description="URI of the CRS of the coordinates; one of the collection's `crs`. EPSG 4326 has latitude first, "
        "but in files x (longitude) always stands first. Unless set: CRS84, in files EPSG 25832, as stored.",
        examples=[Crs.STORED.uri],
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        alias="as_of",
        description="Features as they were recorded then: a day (its end) or a timestamp up to now, in the city's time "
        "unless it names another. What follows from other records is that of the same instant. Parties keep no "
        "history, so that people can be forgotten: they are always today's.",
        examples=["2024-01-15"],
    ),
]
# As the standard has it; the text is read by ourselves, since four numbers alone make no box.
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
        description="Only features whose geometry intersects this box: four numbers (or six, with heights, which are "
        "not looked at), both lower bounds first, in the axis order of `bbox-crs`. A western bound above the eastern "
        "one leads across the antimeridian.",
        examples=[[7.3, 51.4, 7.7, 51.6]],
    ),
]
Datetime = Annotated[
    str | None,
    Query(
        alias="datetime",
        description="Only features whose date lies in this instant or interval, open at one end by `..`; an ISO 8601 "
        "duration may stand for the end. Days are whole days in Europe/Berlin; first and last one are included.",
        examples=["2023-07-01/2023-12-31"],
    ),
]
ShownTo = Annotated[
    Literal["public", "internal"] | None,
    Query(
        alias="audience",
        description="Show what this audience sees of the features that you select: `public` for what is handed on to "
        "others, `internal` leaves out what is personal. You yourself unless set. Filters may name all that you see; "
        "`sortby` and `properties` what is shown.",
    ),
]
FILTERS = {
    "name": "filters",
    "in": "query",
    "description": "Any property of the collection by its name: only features that have this value, as in "
    "`status=available`. A property with several values has to hold it.",
    "required": False,
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


async def given(
    bbox: BoxText = None,
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="URI of the CRS of `bbox`; CRS84 unless set.")
    ] = None,
    when: Datetime = None,
    properties: Annotated[
        str | None, Query(description="Only these properties, separated by commas.", examples=["name,status"])
    ] = None,
    condition: Annotated[
        str | None,
        Query(
            alias="filter",
            description="Only features for which this CQL2 expression holds; its properties are the queryables.",
            examples=["status = 'available' and area_m2 >= 8000"],
        ),
    ] = None,
    filter_lang: Annotated[
        Literal["cql2-text", "cql2-json"] | None,
        Query(alias="filter-lang", description="The encoding of `filter`; cql2-text unless set."),
    ] = None,
    filter_crs: Annotated[
        str | None, Query(alias="filter-crs", description="URI of the CRS of geometries in `filter`; else CRS84.")
    ] = None,
    sortby: Annotated[
        str | None,
        Query(
            description="Properties to sort by, separated by commas, `-` before one for descending; else by id, and "
            "where features may lack a place, those first that have one."
        ),
    ] = None,
    crs: CrsUri = None,
    as_of: AsOf = None,
    count: Annotated[
        Literal["exact"] | None,
        Query(description="`exact`: `numberMatched` is told above 10,000, too, which costs a full count a page."),
    ] = None,
    cursor: Annotated[str | None, Query(description="Where the page begins; only `next` links know it.")] = None,
) -> dict[str, str]:
    """The parameters that are there, by the names that callers know."""
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


AskedSelection = Annotated[dict[str, str], Depends(given)]


def narrowed(layer: Layer, own: Audience, wanted: str | None) -> Audience:
    """The audience asked for. Refuses one that sees more than the caller does, and one that sees nothing here."""
    if wanted is None:
        return own
    if own is Audience.PUBLIC and wanted != own:
        raise Refusal(HTTPStatus.FORBIDDEN, "Only the public view is open to you. Leave the parameter “audience” away.")
    if not sees(Audience(wanted), layer):
        raise Refusal(HTTPStatus.NOT_FOUND, f"Nothing of “{layer.key}” is public. Leave the parameter “audience” away.")
    return Audience(wanted)


def property_filters(request: Request, layer: Layer, audience: Audience) -> dict[str, str]:
    """The parameters that name a property. Those that are neither that nor declared are refused."""
    declared = query_parameters(request.scope["route"].dependant)
    refuse_others(request, declared, property_names(layer, audience))
    return {name: text for name, text in request.query_params.items() if name not in declared}
