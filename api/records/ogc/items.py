"""Routes of a collection's features: pages, files and single features."""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from api.records.formats import (
    AS_FILES,
    AS_HTML,
    AS_JSON,
    FEATURE,
    FEATURES,
    FEATURES_AND_LISTS,
    GEOJSON,
    HTML,
    JSON,
    Format,
)
from api.records.links import WebLink, absolute_url, alternate_links, items, next_page, self_link, with_links
from api.records.ogc.collections import COLLECTIONS, LayerAudience, RequestedLayer
from api.records.ogc.etags import etag, is_fresh
from api.records.ogc.exports import FileResponse
from api.records.ogc.html import views
from api.records.ogc.negotiation import VARY, described, negotiated
from api.records.ogc.parameters import (
    FILTERS,
    LARGEST_PAGE,
    AsOf,
    CrsUri,
    Limit,
    SelectionParameters,
    ShownTo,
    property_filters,
    requested_audience,
)
from api.service.dependencies import (
    AutocommitConnection,
    CurrentCaller,
    CurrentService,
    RequestedLanguage,
    freshness,
    refuse_unknown_parameters,
)
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.access import Caller
from geo.periods import parse_instant
from geo.records.exports import Export, FileFormat
from geo.records.features import BadParameter, Crs, FeatureQuery, answers, read
from geo.records.features.reading import listed
from geo.records.features.selection import RawParameters
from geo.records.features.values import crs as read_crs
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import sees
from geo.store.database import LARGEST_ID, AsyncConnection

HEADERS = {"Content-Crs": {"description": "URI of the CRS in angle brackets.", "schema": {"type": "string"}}}
ETAG = {"ETag": {"description": "The version, for `If-None-Match` and `If-Match`.", "schema": {"type": "string"}}}

router = APIRouter(prefix=COLLECTIONS, tags=["Features"])


def _response(
    schema: str, description: str, *others: Format, headers: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    content = {
        GEOJSON: {"schema": {"$ref": f"https://geojson.org/schema/{schema}.json"}},
        HTML: {"schema": {"type": "string"}},
        **described(*others),
    }
    return {"description": description, "headers": {**HEADERS, **headers}, "content": content}


@router.get(
    "/{collectionId}/items",
    response_class=Response,
    responses={
        200: _response(
            "FeatureCollection",
            "A page of features with a link to the `next` page, if any; or a file of all features.",
            *AS_FILES,
        ),
        **problem_responses(403, 404, 406, 503),
    },
    openapi_extra={"parameters": [FILTERS]},
)
async def list_features(
    request: Request,
    service: CurrentService,
    caller: CurrentCaller,
    layer: RequestedLayer,
    connection: AutocommitConnection,
    language: RequestedLanguage,
    chosen: Annotated[Format, Depends(negotiated(*FEATURES_AND_LISTS))],
    given: SelectionParameters,
    limit: Limit = 100,
    shown_to: ShownTo = None,
) -> Response:
    """Return the features of a layer: in pages, or all of them as a file.

    Follow the `next` links to the end to get each feature exactly once, even while others are added. `numberMatched` is
    exact up to 10,000 and omitted above that, unless requested by `count=exact`. Files never contain personal data.
    """
    own_audience = caller.audience_of(layer.key)
    audience = requested_audience(layer, own_audience, shown_to)
    filters = property_filters(request, layer, own_audience)
    if chosen.file:
        shown = audience.impersonal
        selection = await _read_for_file(chosen.file, connection, layer, own_audience.impersonal, shown, given, filters)
        wanted = min(limit, LARGEST_ID) if "limit" in request.query_params else None
        export = Export(chosen.file, layer, shown, selection, wanted, language, _seen_in_files(caller, shown))
        return FileResponse(service, caller, export, _headers(selection.crs, own_audience))
    selection = await read(connection, layer, own_audience, min(limit, LARGEST_PAGE), given, filters, shown=audience)
    if chosen is AS_HTML:
        selection = replace(selection, crs=Crs.CRS84)
    page = await answers.page(connection, layer, audience, selection)
    path = items(layer.key)
    if chosen is AS_HTML:
        return await views.features(request, language, caller, connection, layer, selection, page)
    links = [
        self_link(request, path, chosen),
        *alternate_links(request, path, FEATURES, chosen, language),
        _collection(request, layer),
    ]
    if page.next_cursor:
        links.append(next_page(request, path, chosen, page.next_cursor, selection.as_of))
    return _geojson(page.collection, links, _headers(selection.crs, own_audience))


@router.get(
    "/{collectionId}/items/{featureId}",
    response_class=Response,
    responses={
        200: _response("Feature", "The feature.", headers=ETAG),
        304: {"description": "The feature still has the `ETag` in `If-None-Match`."},
        **problem_responses(404, 406, 503),
    },
    dependencies=[Depends(refuse_unknown_parameters)],
)
async def one_feature(
    request: Request,
    caller: CurrentCaller,
    layer: RequestedLayer,
    audience: LayerAudience,
    connection: AutocommitConnection,
    language: RequestedLanguage,
    chosen: Annotated[Format, Depends(negotiated(*FEATURE))],
    feature_id: Annotated[str, Path(alias="featureId", description="The feature's id.", examples=["1"])],
    crs: CrsUri = None,
    as_of: AsOf = None,
    if_none_match: Annotated[str | None, Header(description="The `ETag` of the caller's copy.")] = None,
) -> Response:
    """Return one feature of a layer."""
    shown_in = read_crs("crs", crs) if crs is not None else Crs.CRS84
    instant = None if as_of is None else parse_instant(as_of)
    if chosen is AS_HTML:
        shown_in = Crs.CRS84
    record = record_of(feature_id)
    feature = None if record is None else await answers.feature(connection, layer, audience, record, shown_in, instant)
    if feature is None:
        raise unknown_feature(layer, feature_id)
    if chosen is AS_HTML:
        return await views.feature(request, language, caller, connection, layer, feature.text)
    headers = {**_headers(shown_in, audience), "ETag": etag(feature)}
    if is_fresh(if_none_match, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    path = f"{items(layer.key)}/{record}"
    links = [
        self_link(request, path, chosen),
        *alternate_links(request, path, FEATURE, chosen, language),
        _collection(request, layer),
    ]
    if audience is not Audience.PUBLIC and layer.keeps_history:
        links.append(WebLink(href=absolute_url(request, f"{path}/history"), rel="version-history", type=JSON))
    return _geojson(feature.text, links, headers)


def record_of(feature_id: str) -> int | None:
    """Return the record's id; None if the text is not an id."""
    is_id = re.fullmatch(r"[0-9]{1,19}", feature_id) and int(feature_id) <= LARGEST_ID
    return int(feature_id) if is_id else None


def unknown_feature(layer: Layer, feature_id: str) -> Refusal:
    """Return the refusal (404) for a feature that does not exist or that the caller may not see."""
    error = ParameterError(parameter="featureId", detail=f"“{feature_id}” is unknown.")
    return Refusal(HTTPStatus.NOT_FOUND, f"There is no feature “{feature_id}” in “{layer.key}”.", [error])


def _seen_in_files(caller: Caller, shown: Audience) -> dict[str, Audience]:
    """Return as which audience a file names the records of each layer: the public one in a file for the public."""
    audiences = {
        one.key: Audience.PUBLIC if shown is Audience.PUBLIC else caller.audience_of(one.key).impersonal
        for one in caller.visible_layers()
    }
    return {key: audience for key, audience in audiences.items() if sees(audience, LAYERS[key])}


async def _read_for_file(
    file_format: FileFormat,
    connection: AsyncConnection,
    layer: Layer,
    audience: Audience,
    shown: Audience,
    given: RawParameters,
    filters: RawParameters,
) -> FeatureQuery:
    if "cursor" in given:
        raise BadParameter("cursor", "Files are not paged.", "Remove the parameter “cursor”.")
    # By default in the stored CRS, so that no precision is lost by converting coordinates.
    given = {"crs": Crs.STORED.uri, **given}
    wanted = await read(connection, layer, audience, LARGEST_PAGE, given, filters, shown=shown)
    if file_format.is_labelled and "properties" in given:
        wanted = replace(wanted, properties=tuple(dict.fromkeys(listed(given["properties"]))))
    return wanted


def _collection(request: Request, layer: Layer) -> WebLink:
    return WebLink(href=absolute_url(request, f"{COLLECTIONS}/{layer.key}"), rel="collection", type=AS_JSON.media_type)


def _headers(crs: Crs, audience: Audience) -> dict[str, str]:
    return {**freshness(audience), **VARY, "Content-Crs": f"<{crs.uri}>"}


def _geojson(text: str, links: list[WebLink], headers: dict[str, str]) -> Response:
    return Response(with_links(text, links), headers=headers, media_type=GEOJSON)
