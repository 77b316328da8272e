"""The features of a collection: pages of them, and single ones."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BeforeValidator, WithJsonSchema

from api.deps import AskedStatement, freshness, refuse_unknown_parameters
from api.ogc.collections import COLLECTIONS, AskedLayer, AskedLayerAudience
from api.ogc.etags import etag, is_fresh
from api.ogc.links import address, items, next_page, own, with_links
from api.ogc.models import GEOJSON, JSON, WebLink
from api.openapi import problem_responses
from api.problems import ParameterError, Refusal
from geo.features import BadParameter, Crs, answers, read
from geo.features.base import property_names
from geo.features.cursors import LARGEST_ID
from geo.features.values import crs as read_crs
from geo.layers.base import Audience, Layer
from geo.periods import parse_instant

LARGEST_PAGE = 10_000

router = APIRouter(prefix=COLLECTIONS, tags=["Features"])


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
        description=f"How many features a page has; more than {LARGEST_PAGE} count as {LARGEST_PAGE}.",
    ),
    BeforeValidator(_whole_number),
]
# As the standard has it; the text is read by ourselves, since four numbers alone make no box.
BOX_SCHEMA = {
    "type": "array",
    "minItems": 4,
    "maxItems": 6,
    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    "items": {"type": "number"},
}
AskedCrs = Annotated[
    str | None,
    Query(
        description="URI of the CRS of the coordinates; one of the collection's `crs`. EPSG 4326 has latitude first.",
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
        description="Only features whose date lies in this instant or interval, open at one end by `..`; an ISO 8601 "
        "duration may stand for the end. Days are whole days in Europe/Berlin; first and last one are included.",
        examples=["2023-07-01/2023-12-31"],
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
HEADERS = {"Content-Crs": {"description": "URI of the CRS, in angle brackets.", "schema": {"type": "string"}}}


ETAG = {"ETag": {"description": "The version, for `If-None-Match` and `If-Match`.", "schema": {"type": "string"}}}


def _response(schema: str, description: str, headers: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    content = {GEOJSON: {"schema": {"$ref": f"https://geojson.org/schema/{schema}.json"}}}
    return {"description": description, "headers": {**HEADERS, **headers}, "content": content}


def property_filters(request: Request, layer: Layer, audience: Audience) -> dict[str, str]:
    """The parameters that name a property. Those that are neither that nor declared are refused."""
    declared = {field.alias for field in request.scope["route"].dependant.query_params}
    names = property_names(layer, audience)
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = {
        name: "is given more than once" if given.count(name) > 1 else "is unknown"
        for name in given
        if given.count(name) > 1 or name not in {*declared, *names}
    }
    if wrong:
        errors = [ParameterError(parameter=name, detail=f"“{name}” {reason}") for name, reason in wrong.items()]
        said = "; ".join(error.detail for error in errors)
        sentence = f"{said}. Known are: {', '.join(sorted(declared))}; and the properties {', '.join(names)}."
        raise Refusal(HTTPStatus.BAD_REQUEST, sentence, errors)
    return {name: text for name, text in request.query_params.items() if name not in declared}


@router.get(
    "/{collectionId}/items",
    response_class=Response,
    responses={
        200: _response("FeatureCollection", "A page of features, with a link to the `next` one if there is one."),
        **problem_responses(404, 503),
    },
    openapi_extra={"parameters": [FILTERS]},
)
async def list_features(
    request: Request,
    layer: AskedLayer,
    audience: AskedLayerAudience,
    connection: AskedStatement,
    limit: Limit = 100,
    bbox: BoxText = None,
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="URI of the CRS of `bbox`; CRS84 unless set.")
    ] = None,
    when: Annotated[Datetime, Query(alias="datetime")] = None,
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
        Query(description="Properties to sort by, separated by commas, `-` before one for descending; else by id."),
    ] = None,
    crs: AskedCrs = None,
    as_of: AsOf = None,
    count: Annotated[
        Literal["exact"] | None,
        Query(description="`exact`: `numberMatched` is told above 10,000, too, which costs a full count a page."),
    ] = None,
    cursor: Annotated[str | None, Query(description="Where the page begins; only `next` links know it.")] = None,
) -> Response:
    """The features of a layer, page by page.

    Follow the `next` links until there is none: no feature is then missed or met twice, even while others are added.
    `numberMatched` is exact up to 10,000 and left out above that, unless `count=exact` asks for it.
    """
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
    given = {name: text for name, text in named.items() if text is not None}
    with refusing():
        filters = property_filters(request, layer, audience)
        asked = await read(connection, layer, audience, min(limit, LARGEST_PAGE), given, filters)
        page = await answers.page(connection, layer, audience, asked)
    path = items(layer.key)
    links = [own(request, path, GEOJSON), _collection(request, layer)]
    if page.next_cursor:
        links.append(next_page(request, path, page.next_cursor, asked.as_of))
    return _geojson(page.collection, links, asked.crs, audience)


@router.get(
    "/{collectionId}/items/{featureId}",
    response_class=Response,
    responses={
        200: _response("Feature", "The feature.", ETAG),
        304: {"description": "The feature is the one that `If-None-Match` names."},
        **problem_responses(404, 503),
    },
    dependencies=[Depends(refuse_unknown_parameters)],
)
async def one_feature(
    request: Request,
    layer: AskedLayer,
    audience: AskedLayerAudience,
    connection: AskedStatement,
    feature_id: Annotated[str, Path(alias="featureId", description="The feature's id.", examples=["1"])],
    crs: AskedCrs = None,
    as_of: AsOf = None,
    if_none_match: Annotated[str | None, Header(description="The `ETag` of the copy that the caller has.")] = None,
) -> Response:
    """One feature of a layer."""
    with refusing():
        shown_in = read_crs("crs", crs) if crs is not None else Crs.CRS84
        instant = None if as_of is None else parse_instant(as_of)
    record = record_of(feature_id)
    feature = None if record is None else await answers.feature(connection, layer, audience, record, shown_in, instant)
    if feature is None:
        raise unknown_feature(layer, feature_id)
    tag = {"ETag": etag(feature)}
    if is_fresh(if_none_match, tag["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=freshness(audience) | tag)
    links = [own(request, f"{items(layer.key)}/{record}", GEOJSON), _collection(request, layer)]
    return _geojson(feature.text, links, shown_in, audience, tag)


def record_of(feature_id: str) -> int | None:
    """The record's id; None where the text is none."""
    is_id = re.fullmatch(r"[0-9]{1,19}", feature_id) and int(feature_id) <= LARGEST_ID
    return int(feature_id) if is_id else None


def unknown_feature(layer: Layer, feature_id: str) -> Refusal:
    """What is answered where the caller sees no feature of that id."""
    error = ParameterError(parameter="featureId", detail=f"“{feature_id}” is unknown.")
    return Refusal(HTTPStatus.NOT_FOUND, f"There is no feature “{feature_id}” in “{layer.key}”.", [error])


@contextmanager
def refusing() -> Iterator[None]:
    """Answer a parameter that cannot be used with a problem document that names it."""
    try:
        yield
    except BadParameter as error:
        blamed = ParameterError(parameter=error.parameter, detail=str(error))
        raise Refusal(HTTPStatus.BAD_REQUEST, str(error), [blamed]) from None


def _collection(request: Request, layer: Layer) -> WebLink:
    return WebLink(href=address(request, f"{COLLECTIONS}/{layer.key}"), rel="collection", type=JSON)


def _geojson(
    text: str, links: list[WebLink], crs: Crs, audience: Audience, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    added = freshness(audience) | {"Content-Crs": f"<{crs.uri}>"} | dict(headers)
    return Response(with_links(text, links), headers=added, media_type=GEOJSON)
