"""Builds the content of each page."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.records.formats import AS_FILES, AS_GEOJSON, AS_LISTS, FEATURE, FEATURES, LIST, PAGES, SCHEMAS
from api.records.links import absolute_url, in_format, items, next_page, without
from api.records.ogc.html.facts import NAME, Reading, in_reading_order
from api.records.ogc.html.render import page
from api.records.ogc.html.words import GEOMETRIES, KINDS, WORDS
from api.records.ogc.models import Collection, LandingPage
from geo.access import Caller
from geo.formatting import number
from geo.records.features import FeatureQuery, answers
from geo.records.features.reading import column_types
from geo.records.features.references import references
from geo.records.filters import Queryable
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer, Text
from geo.settings import Language
from geo.store.database import AsyncConnection
from maps import style

ROOT = "/api"
ALL = "/api/collections"
DISTRICTS = "districts"
NOT_A_SELECTION = ("f", "lang", "limit", "cursor", "crs", "count")

STANDARDS = {
    "ogcapi-features-1/1.0": Text("OGC API – Features, Teil 1: Kern", "OGC API – Features, Part 1: Core"),
    "ogcapi-features-2/1.0": Text(
        "OGC API – Features, Teil 2: Koordinatensysteme", "OGC API – Features, Part 2: Coordinate reference systems"
    ),
    "ogcapi-features-3/1.0": Text("OGC API – Features, Teil 3: Filtern", "OGC API – Features, Part 3: Filtering"),
    "cql2/1.0": Text("CQL2, die Sprache der Filter", "CQL2, the filter language"),
}

Crumbs = tuple[tuple[str, str], ...]


def landing_page(request: Request, language: Language, audience: Audience, found: LandingPage) -> HTMLResponse:
    """Return the landing page."""
    return page(
        request,
        language,
        audience,
        "landing",
        PAGES,
        title=WORDS["start"].in_language(language),
        description=found.description,
        service=absolute_url(request, ROOT),
        definition=absolute_url(request, "/api/openapi.json"),
    )


def conformance(request: Request, language: Language, audience: Audience, classes: Sequence[str]) -> HTMLResponse:
    """Return the page of the conformance classes, grouped by standard."""
    standards: dict[str, list[tuple[str, str]]] = {}
    for uri in classes:
        standard, _, name = uri.removeprefix("http://www.opengis.net/spec/").partition("/conf/")
        standards.setdefault(STANDARDS.get(standard, Text(standard, standard)).in_language(language), []).append(
            (name, uri)
        )
    title = WORDS["conformance"].in_language(language)
    crumbs = _crumbs(language, ROOT)
    return page(request, language, audience, "conformance", PAGES, title=title, crumbs=crumbs, standards=standards)


def collections(request: Request, language: Language, audience: Audience, layers: Sequence[Layer]) -> HTMLResponse:
    """Return the page of the layers that the caller sees."""
    return page(
        request,
        language,
        audience,
        "collections",
        LIST,
        title=WORDS["collections"].in_language(language),
        crumbs=_crumbs(language, ROOT),
        layers=layers,
        geometry=lambda layer: _geometry(layer, language),
        items=items,
    )


def collection(
    request: Request, language: Language, audience: Audience, layer: Layer, found: Collection
) -> HTMLResponse:
    """Return the page of one layer."""
    return page(
        request,
        language,
        audience,
        "collection",
        PAGES,
        title=found.title,
        crumbs=_crumbs(language, ROOT, ALL),
        layer=layer,
        found=found,
        geometry=_geometry(layer, language),
        date=layer.label(layer.date).in_language(language) if layer.date else None,
        bbox=_box(found, language),
        path=items(layer.key),
        downloads=[
            (known, known.title.in_language(language), absolute_url(request, items(layer.key), f=known.key))
            for known in (*AS_FILES, *AS_LISTS)
        ],
    )


def queryables(
    request: Request, language: Language, audience: Audience, layer: Layer, found: Mapping[str, Queryable]
) -> HTMLResponse:
    """Return the page of the properties by which records can be selected."""
    reading = Reading(layer, {}, {}, language)
    rows = [
        (
            one,
            KINDS[one.kind].in_language(language),
            None if one.name == "geometry" else reading.head(one.name),
            {code: text.in_language(language) for code, text in (one.codes or {}).items()},
        )
        for one in found.values()
    ]
    crumbs = _crumbs(language, ROOT, ALL, layer)
    title = WORDS["properties"].in_language(language)
    return page(request, language, audience, "queryables", SCHEMAS, title=title, crumbs=crumbs, layer=layer, rows=rows)


async def features(
    request: Request,
    language: Language,
    caller: Caller,
    connection: AsyncConnection,
    layer: Layer,
    selection: FeatureQuery,
    found: answers.Page,
) -> HTMLResponse:
    """Return a page of records as a table, with a map and links to download all of them."""
    shown = json.loads(found.collection, parse_float=Decimal)["features"]
    reading = await _reading(connection, caller, layer, language)
    names = in_reading_order(name for name in selection.properties if name != NAME)
    filled = [name for name in names if any(one["properties"][name] is not None for one in shown)]
    matched = json.loads(found.collection.partition(',"features":')[0] + "}").get("numberMatched")
    path = items(layer.key)
    return page(
        request,
        language,
        caller.audience_of(layer.key),
        "items",
        FEATURES,
        title=layer.title.in_language(language),
        crumbs=_crumbs(language, ROOT, ALL, layer),
        layer=layer,
        heads=[reading.head(name) for name in filled],
        rows=[_row(reading, one, filled) for one in shown],
        left_out=[reading.head(name).label for name in names if name not in filled],
        path=path,
        items=items,
        count=number(Decimal(len(shown)), language),
        matched=None if matched is None else number(Decimal(matched), language),
        selection=without(request.query_params, *NOT_A_SELECTION),
        next_page=next_page(request, path, AS_GEOJSON, found.next_cursor, selection.as_of).href
        if found.next_cursor
        else None,
        first_page=absolute_url(request, path, **without(request.query_params, "cursor"))
        if "cursor" in request.query_params
        else None,
        downloads=[
            (known, known.title.in_language(language), in_format(request, path, known))
            for known in (*AS_FILES, *AS_LISTS)
        ],
        service=absolute_url(request, ROOT),
        map=_map(request, caller, layer, reading, shown),
    )


async def feature(
    request: Request,
    language: Language,
    caller: Caller,
    connection: AsyncConnection,
    layer: Layer,
    text: str,
) -> HTMLResponse:
    """Return the page of one record."""
    found = json.loads(text, parse_float=Decimal)
    reading = await _reading(connection, caller, layer, language)
    return page(
        request,
        language,
        caller.audience_of(layer.key),
        "item",
        FEATURE,
        title=reading.title(found),
        crumbs=(*_crumbs(language, ROOT, ALL, layer), (WORDS["records"].in_language(language), items(layer.key))),
        layer=layer,
        number=found["id"],
        facts=[reading.fact(name, found["properties"][name]) for name in in_reading_order(found["properties"])],
        path=items,
        map=_map(request, caller, layer, reading, [found]),
    )


def _row(reading: Reading, feature: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {
        "id": feature["id"],
        "title": reading.title(feature),
        "facts": [reading.fact(name, feature["properties"][name]) for name in names],
    }


async def _reading(connection: AsyncConnection, caller: Caller, layer: Layer, language: Language) -> Reading:
    types = await column_types(connection, layer, caller.audience_of(layer.key))
    visible = {one.key for one in caller.visible_layers()}
    leading = {name: key for name, key in (await references(connection, layer)).items() if key in visible}
    return Reading(layer, dict(types), leading, language)


def _map(
    request: Request, caller: Caller, layer: Layer, reading: Reading, features: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the data for the map's script; None for a layer without geometry."""
    if not layer.geometry:
        return None
    districts = absolute_url(request, items(DISTRICTS), kind="district", properties="name", limit="1000", f="geojson")
    color = style.OFFER if layer.geometry == "MultiPolygon" else style.FIBRE
    placed = [
        {"id": one["id"], "title": reading.title(one), "geometry": one["geometry"]}
        for one in features
        if one["geometry"]
    ]
    return {
        "features": json.loads(json.dumps(placed, default=float)),
        "districts": districts if caller.sees(LAYERS[DISTRICTS]) else None,
        "colors": {"feature": color, "land": style.LAND, "border": style.BORDER},
        "is_background": layer.key == DISTRICTS,
    }


def _geometry(layer: Layer, language: Language) -> str:
    return (GEOMETRIES[layer.geometry] if layer.geometry else WORDS["no_geometry"]).in_language(language)


def _box(found: Collection, language: Language) -> list[str]:
    if not (found.extent and found.extent.spatial):
        return []
    return [number(Decimal(str(bound)), language, 4) for bound in found.extent.spatial.bbox[0]]


def _crumbs(language: Language, *above: str | Layer) -> Crumbs:
    names = {ROOT: WORDS["start"].in_language(language), ALL: WORDS["collections"].in_language(language)}
    return tuple(
        (names[one], one) if isinstance(one, str) else (one.title.in_language(language), f"{ALL}/{one.key}")
        for one in above
    )
