"""Routes that describe the service: landing page, conformance classes, collections."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from api.records.formats import AS_DCAT, AS_HTML, DCAT, FEATURES, HTML, JSON, JSON_SCHEMA, LIST, PAGES, Format
from api.records.links import WebLink, absolute_url, alternate_links, items, self_link, without
from api.records.ogc import dcat
from api.records.ogc.html import views
from api.records.ogc.models import (
    CONFORMANCE,
    QUERYABLES,
    SCHEMA,
    Collection,
    Collections,
    Conformance,
    Extent,
    LandingPage,
    Publisher,
    SpatialExtent,
    TemporalExtent,
)
from api.records.ogc.negotiation import VARY, negotiated
from api.records.tiles import models as tiles
from api.records.tiles.models import TILESETS, TILING_SCHEMES
from api.service.dependencies import (
    CallerAudience,
    CurrentCaller,
    CurrentService,
    RequestedLanguage,
    SnapshotConnection,
    freshness,
)
from api.service.openapi import OPENAPI, problem_responses
from api.service.problems import ParameterError, Refusal
from geo.profile import profile
from geo.profile.wording import worded
from geo.records.features import Crs, answers
from geo.records.layers.layer import Audience, Layer, Text
from geo.records.metadata import Facts, facts, licence_of
from geo.settings import Language, Settings
from geo.store.database import AsyncConnection

COLLECTIONS = "/api/collections"
TITLE = "Flurwerk"
DESCRIPTION = worded(
    Text(
        "Gewerbeflächen und Breitbandausbau {own:of_whole}: die Datensätze und die Kennzahlen, die sich aus ihnen "
        "ergeben.",
        "{own:Of_whole}'s commercial land and broadband rollout: the records and the figures derived from them.",
    )
)
CRS_LIST = [crs.uri for crs in Crs]

PageFormat = Annotated[Format, Depends(negotiated(*PAGES))]
AS_PAGE = {200: {"content": {HTML: {"schema": {"type": "string"}}}}}

router = APIRouter(prefix="/api", tags=["Features"])


async def layer(
    caller: CurrentCaller,
    key: Annotated[str, Path(alias="collectionId", description="The layer's key.", examples=["plots"])],
) -> Layer:
    """Return the requested layer. Raises Refusal (404) if it does not exist or the caller may not see it."""
    known = {layer.key: layer for layer in caller.visible_layers()}
    if key not in known:
        error = ParameterError(parameter="collectionId", detail=f"“{key}” is unknown.")
        raise Refusal(
            HTTPStatus.NOT_FOUND, f"There is no collection “{key}”. Known collections: {', '.join(known)}.", [error]
        )
    return known[key]


RequestedLayer = Annotated[Layer, Depends(layer)]


async def layer_audience(caller: CurrentCaller, layer: RequestedLayer) -> Audience:
    """Return the audience to which the caller belongs for the requested layer."""
    return caller.audience_of(layer.key)


LayerAudience = Annotated[Audience, Depends(layer_audience)]


@router.get("/", response_model=LandingPage, response_model_exclude_none=True, include_in_schema=False)
@router.get(
    "",
    response_model=LandingPage,
    response_model_exclude_none=True,
    responses={**AS_PAGE, **problem_responses(406)},
)
async def landing_page(
    request: Request, language: RequestedLanguage, audience: CallerAudience, chosen: PageFormat, response: Response
) -> LandingPage | Response:
    """Return the landing page with links to all resources."""
    pages = (
        ("/api/openapi.json", "service-desc", OPENAPI, Text("Beschreibung der Schnittstelle", "API definition")),
        ("/api/conformance", "conformance", JSON, Text("Konformitätsklassen", "Conformance classes")),
        (COLLECTIONS, "data", JSON, Text("Sammlungen", "Collections")),
        (dcat.PATH, "http://www.w3.org/ns/dcat#catalog", DCAT, Text("Katalog (DCAT-AP.de)", "Catalogue (DCAT-AP.de)")),
        ("/api/tiles", TILESETS, JSON, Text("Vektorkacheln", "Vector tiles")),
        ("/api/tileMatrixSets", TILING_SCHEMES, JSON, Text("Kachelschemata", "Tile matrix sets")),
    )
    links = [
        WebLink(href=absolute_url(request, path), rel=rel, type=media_type, title=title.in_language(language))
        for path, rel, media_type, title in pages
    ]
    page = LandingPage(
        title=TITLE,
        description=DESCRIPTION.in_language(language),
        links=[*_own_links(request, "/api", chosen, language), *links],
    )
    if chosen is AS_HTML:
        return views.landing_page(request, language, audience, page)
    response.headers.update(freshness(audience) | VARY)
    return page


@router.get("/conformance", response_model=Conformance, responses={**AS_PAGE, **problem_responses(406)})
async def conformance(
    request: Request, language: RequestedLanguage, audience: CallerAudience, chosen: PageFormat, response: Response
) -> Conformance | Response:
    """Return the conformance classes of the standards that this service meets."""
    declared = [*CONFORMANCE, *tiles.CONFORMANCE]
    if chosen is AS_HTML:
        return views.conformance(request, language, audience, declared)
    response.headers.update(freshness(audience) | VARY)
    return Conformance(conforms_to=declared)


@router.get(
    "/collections",
    response_model=Collections,
    response_model_exclude_none=True,
    responses={
        200: {"content": {**AS_PAGE[200]["content"], DCAT: {"schema": {"type": "object"}}}},
        **problem_responses(406, 503),
    },
)
async def list_collections(
    request: Request,
    language: RequestedLanguage,
    service: CurrentService,
    caller: CurrentCaller,
    connection: SnapshotConnection,
    chosen: Annotated[Format, Depends(negotiated(*LIST))],
    response: Response,
) -> Collections | Response:
    """Return the layers of records that the caller may see."""
    layers = caller.visible_layers()
    if chosen is AS_DCAT:
        return await dcat.catalogue(request, service.settings, caller, connection)
    if chosen is AS_HTML:
        return views.collections(request, language, caller.audience, layers)
    seen = [(layer, caller.audience_of(layer.key)) for layer in layers]
    known = await facts(connection, seen)
    found = [
        await _describe(request, layer, language, audience, connection, service.settings, known[layer.key])
        for layer, audience in seen
    ]
    response.headers.update(freshness(caller.audience) | VARY)
    links = _own_links(request, COLLECTIONS, chosen, language, LIST)
    return Collections(links=links, crs=CRS_LIST, collections=found)


@router.get(
    "/collections/{collectionId}",
    response_model=Collection,
    response_model_exclude_none=True,
    responses={**AS_PAGE, **problem_responses(404, 406, 503)},
)
async def one_collection(
    request: Request,
    layer: RequestedLayer,
    language: RequestedLanguage,
    audience: LayerAudience,
    service: CurrentService,
    connection: SnapshotConnection,
    chosen: PageFormat,
    response: Response,
) -> Collection | Response:
    """Return the description of one layer: its content, spatial and temporal extent, and available CRSs."""
    known = await facts(connection, [(layer, audience)])
    found = await _describe(request, layer, language, audience, connection, service.settings, known[layer.key], chosen)
    if chosen is AS_HTML:
        return views.collection(request, language, audience, layer, found)
    response.headers.update(freshness(audience) | VARY)
    return found


async def _describe(
    request: Request,
    layer: Layer,
    language: Language,
    audience: Audience,
    connection: AsyncConnection,
    settings: Settings,
    known: Facts,
    chosen: Format | None = None,
) -> Collection:
    """Return the description of a layer: by itself in a format, or without one as an entry in the list of layers."""
    path = f"{COLLECTIONS}/{layer.key}"
    itself = WebLink(href=absolute_url(request, path), rel="self", type=JSON)
    own_links = _own_links(request, path, chosen, language) if chosen else [itself]
    bounds = await answers.extent(connection, layer, audience)
    extent = Extent(
        spatial=SpatialExtent(bbox=[list(bounds)]) if bounds else None,
        temporal=TemporalExtent(interval=[list(known.span)]) if known.span else None,
    )
    return Collection(
        id=layer.key,
        title=layer.title.in_language(language),
        description=layer.description.in_language(language),
        extent=extent if bounds or known.span else None,
        crs=CRS_LIST,
        storage_crs=Crs.STORED.uri if layer.geometry else None,
        **_published(layer, settings, known),
        links=[
            *own_links,
            *_licence_links(layer, settings),
            *_item_links(request, layer, language),
            WebLink(href=absolute_url(request, f"{path}/queryables"), rel=QUERYABLES, type=JSON_SCHEMA),
            WebLink(href=absolute_url(request, f"{path}/schema"), rel=SCHEMA, type=JSON_SCHEMA),
            *(
                [WebLink(href=absolute_url(request, f"{path}/tiles"), rel=TILESETS, type=JSON)]
                if layer.geometry
                else []
            ),
        ],
    )


def _published(layer: Layer, settings: Settings, known: Facts) -> dict[str, Any]:
    """Return the members of Collection that follow from the settings and the latest change."""
    licence = licence_of(layer, settings.licence)
    return {
        "updated": known.updated,
        "license": licence.uri if licence else None,
        "attribution": profile().publisher.name,
        "publisher": Publisher(
            name=profile().publisher.name,
            url=profile().publisher.url,
            email=settings.contact_email,
            contact_url=settings.contact_url,
        ),
    }


def _licence_links(layer: Layer, settings: Settings) -> list[WebLink]:
    licence = licence_of(layer, settings.licence)
    return [WebLink(href=licence.text, rel="license", type="text/html", title=licence.name)] if licence else []


def _item_links(request: Request, layer: Layer, language: Language) -> list[WebLink]:
    """Return the links to the features: first to GeoJSON without `f`, then to every other format."""
    path = items(layer.key)
    return [
        WebLink(
            href=absolute_url(request, path, f=known.key) if known is not FEATURES[0] else absolute_url(request, path),
            rel="items",
            type=known.media_type,
            title=f"{layer.title.in_language(language)} – {known.title.in_language(language)}",
        )
        for known in FEATURES
    ]


def _own_links(
    request: Request, path: str, chosen: Format, language: Language, offered: Sequence[Format] = PAGES
) -> list[WebLink]:
    """Return the links to the document itself, to its other formats, and to the other language."""
    other = "de" if language == "en" else "en"
    kept = {**without(request.query_params, "lang"), "lang": other}
    translation = WebLink(
        href=absolute_url(request, path, **kept), rel="alternate", type=chosen.media_type, hreflang=other
    )
    return [self_link(request, path, chosen), *alternate_links(request, path, offered, chosen, language), translation]
