"""The pages that describe the service: landing page, conformance, collections."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.deps import AskedAudience, AskedCaller, AskedConnection, AskedLanguage, AskedService, freshness
from api.ogc import dcat, describe
from api.ogc.links import address, items, own
from api.ogc.models import (
    CONFORMANCE,
    DCAT,
    GEOJSON,
    JSON,
    JSON_SCHEMA,
    QUERYABLES,
    SCHEMA,
    Collection,
    Collections,
    Conformance,
    Extent,
    LandingPage,
    SpatialExtent,
    TemporalExtent,
    WebLink,
)
from api.openapi import OPENAPI, problem_responses
from api.problems import ParameterError, Refusal
from api.tiles import models as tiles
from api.tiles.models import TILESETS, TILING_SCHEMES
from geo.database import AsyncConnection
from geo.features import Crs, answers
from geo.layers.base import Audience, Layer, Text
from geo.metadata import Facts, facts
from geo.settings import Settings

COLLECTIONS = "/api/collections"
TITLE = "Flurwerk"
DESCRIPTION = Text(
    "Gewerbeflächen und Breitbandausbau der Stadt: die Datensätze und die Kennzahlen, die sich aus ihnen ergeben.",
    "The city's commercial land and broadband rollout: the records, and the figures that they make up.",
)
CRS_LIST = [crs.uri for crs in Crs]

router = APIRouter(prefix="/api", tags=["Features"])


async def layer(
    caller: AskedCaller,
    key: Annotated[str, Path(alias="collectionId", description="The layer's key.", examples=["plots"])],
) -> Layer:
    """The layer asked for. One that the audience may not see is no other than one that does not exist."""
    known = {layer.key: layer for layer in caller.visible_layers()}
    if key not in known:
        error = ParameterError(parameter="collectionId", detail=f"“{key}” is unknown.")
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no collection “{key}”. Known are: {', '.join(known)}.", [error])
    return known[key]


AskedLayer = Annotated[Layer, Depends(layer)]


async def layer_audience(caller: AskedCaller, layer: AskedLayer) -> Audience:
    """As whom the caller sees the layer asked for."""
    return caller.audience_of(layer.key)


AskedLayerAudience = Annotated[Audience, Depends(layer_audience)]


@router.get("", response_model_exclude_none=True)
@router.get("/", response_model_exclude_none=True, include_in_schema=False)
async def landing_page(
    request: Request, language: AskedLanguage, audience: AskedAudience, response: Response
) -> LandingPage:
    """The landing page: what there is, and where."""
    response.headers.update(freshness(audience))
    pages = (
        ("/api/openapi.json", "service-desc", OPENAPI, Text("Beschreibung der Schnittstelle", "API definition")),
        ("/api/conformance", "conformance", JSON, Text("Konformitätsklassen", "Conformance classes")),
        (COLLECTIONS, "data", JSON, Text("Sammlungen", "Collections")),
        (dcat.PATH, "http://www.w3.org/ns/dcat#catalog", DCAT, Text("Katalog (DCAT-AP.de)", "Catalogue (DCAT-AP.de)")),
        ("/api/tiles", TILESETS, JSON, Text("Vektorkacheln", "Vector tiles")),
        ("/api/tileMatrixSets", TILING_SCHEMES, JSON, Text("Kachelschemata", "Tile matrix sets")),
    )
    links = [
        WebLink(href=address(request, path), rel=rel, type=media_type, title=title.in_language(language))
        for path, rel, media_type, title in pages
    ]
    return LandingPage(
        title=TITLE,
        description=DESCRIPTION.in_language(language),
        links=[own(request, "/api", JSON), *_translations(request, "/api", language), *links],
    )


@router.get("/conformance")
async def conformance(audience: AskedAudience, response: Response) -> Conformance:
    """The conformance classes of the standards that hold here."""
    response.headers.update(freshness(audience))
    return Conformance(conforms_to=[*CONFORMANCE, *tiles.CONFORMANCE])


@router.get(
    "/collections",
    response_model=Collections,
    response_model_exclude_none=True,
    responses={200: {"content": {DCAT: {"schema": {"type": "object"}}}}, **problem_responses(503)},
)
async def list_collections(
    request: Request,
    language: AskedLanguage,
    service: AskedService,
    caller: AskedCaller,
    connection: AskedConnection,
    response: Response,
    f: Annotated[
        Literal["json", "dcat"] | None,
        Query(description="`dcat`: as DCAT-AP.de in JSON-LD, like the header Accept with `application/ld+json`."),
    ] = None,
) -> Collections | Response:
    """The layers of records that the caller may see."""
    if f == "dcat" or (f is None and DCAT in request.headers.get("accept", "")):
        return await dcat.catalogue(request, service.settings, caller, connection)
    response.headers.update(freshness(caller.audience) | {"Vary": "Accept"})
    seen = [(layer, caller.audience_of(layer.key)) for layer in caller.visible_layers()]
    known = await facts(connection, seen)
    found = [
        await _describe(
            request, layer, language, audience, connection, service.settings, known[layer.key], is_listed=True
        )
        for layer, audience in seen
    ]
    catalogue = WebLink(href=address(request, COLLECTIONS, f="dcat"), rel="alternate", type=DCAT, title="DCAT-AP.de")
    return Collections(
        links=[own(request, COLLECTIONS, JSON), *_translations(request, COLLECTIONS, language), catalogue],
        crs=CRS_LIST,
        collections=found,
    )


@router.get("/collections/{collectionId}", response_model_exclude_none=True, responses=problem_responses(404, 503))
async def one_collection(
    request: Request,
    layer: AskedLayer,
    language: AskedLanguage,
    audience: AskedLayerAudience,
    service: AskedService,
    connection: AskedConnection,
    response: Response,
) -> Collection:
    """One layer of records: what it is, where and when its features lie, and in which CRSs they can be had."""
    response.headers.update(freshness(audience))
    known = await facts(connection, [(layer, audience)])
    return await _describe(request, layer, language, audience, connection, service.settings, known[layer.key])


async def _describe(
    request: Request,
    layer: Layer,
    language: str,
    audience: Audience,
    connection: AsyncConnection,
    settings: Settings,
    known: Facts,
    *,
    is_listed: bool = False,
) -> Collection:
    path = f"{COLLECTIONS}/{layer.key}"
    itself = WebLink(href=address(request, path), rel="self", type=JSON) if is_listed else own(request, path, JSON)
    features = WebLink(
        href=address(request, items(layer.key)), rel="items", type=GEOJSON, title=layer.title.in_language(language)
    )
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
        **describe.published(layer, settings, known),
        links=[
            itself,
            *describe.licence_links(layer, settings),
            *_translations(request, path, language),
            features,
            WebLink(href=address(request, f"{path}/queryables"), rel=QUERYABLES, type=JSON_SCHEMA),
            WebLink(href=address(request, f"{path}/schema"), rel=SCHEMA, type=JSON_SCHEMA),
            *([WebLink(href=address(request, f"{path}/tiles"), rel=TILESETS, type=JSON)] if layer.geometry else []),
        ],
    )


def _translations(request: Request, path: str, language: str) -> list[WebLink]:
    other = "de" if language == "en" else "en"
    return [WebLink(href=address(request, path, lang=other), rel="alternate", type=JSON, hreflang=other)]
