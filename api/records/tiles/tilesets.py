"""Routes of the metadata of tiles: tile matrix sets, lists of tilesets, tilesets."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.records.formats import AS_JSON, JSON
from api.records.links import WebLink, absolute_url, self_link
from api.records.tiles import parameters
from api.records.tiles.caching import tag
from api.records.tiles.descriptions import TilesetDescription, union
from api.records.tiles.models import TILING_SCHEME, MatrixSetItem, MatrixSets, TileJson, Tileset, Tilesets
from api.service.dependencies import CurrentCaller, CurrentService, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.records.features import answers
from geo.records.tiles import Tile, TileRequest, View, matrices
from geo.store.database import AsyncConnection

SETS = "/api/tileMatrixSets"

MatrixSetId = Annotated[
    str, Path(alias="tileMatrixSetId", description="The tile matrix set.", examples=[matrices.NAME])
]
CollectionId = Annotated[str, Path(alias="collectionId", description="The layer's key.", examples=["plots"])]
Selected = Annotated[
    str | None,
    Query(description="Layers, separated by commas; by default all that have tiles.", examples=["plots,districts"]),
]
Format = Annotated[
    Literal["json", "tilejson"],
    Query(description="OGC tileset metadata, or TileJSON 3.0 for map libraries.", examples=["tilejson"]),
]
Steps = Annotated[
    bool, Query(description="Whether the tiles contain the months of the steps in their records' lifecycle.")
]

router = APIRouter(prefix="/api", tags=["Tiles"])


@router.get("/tileMatrixSets", response_model_exclude_none=True)
async def list_matrix_sets(request: Request) -> MatrixSets:
    """Return the tile matrix sets, which define how the map is divided into tiles."""
    path = absolute_url(request, f"{SETS}/{matrices.NAME}")
    rels = ("self", "item", TILING_SCHEME)
    item = MatrixSetItem(
        id=matrices.NAME,
        title=matrices.definition()["title"],
        uri=matrices.URI,
        crs=matrices.CRS,
        links=[WebLink(href=path, rel=rel, type=JSON) for rel in rels],
    )
    return MatrixSets(tile_matrix_sets=[item], links=[self_link(request, SETS, AS_JSON)])


@router.get("/tileMatrixSets/{tileMatrixSetId}", response_class=JSONResponse, responses=problem_responses(404))
async def one_matrix_set(set_id: MatrixSetId) -> JSONResponse:
    """Return a tile matrix set with its zoom levels and scales."""
    parameters.matrix_set(set_id)
    return JSONResponse(matrices.definition())


@router.get(
    "/collections/{collectionId}/tiles", response_model_exclude_none=True, responses=problem_responses(404, 503)
)
async def layer_tilesets(
    request: Request, response: Response, caller: CurrentCaller, language: RequestedLanguage, key: CollectionId
) -> Tilesets:
    """Return the tilesets of a layer. There is exactly one."""
    views = (parameters.one_view(caller, key),)
    return _listed(request, response, f"/api/collections/{key}/tiles", views, language)


@router.get("/tiles", response_model_exclude_none=True, responses=problem_responses(503))
async def all_tilesets(
    request: Request, response: Response, caller: CurrentCaller, language: RequestedLanguage
) -> Tilesets:
    """Return the tilesets of all layers together. There is exactly one."""
    return _listed(request, response, "/api/tiles", parameters.several_views(caller, None), language)


@router.get(
    "/collections/{collectionId}/tiles/{tileMatrixSetId}",
    response_model=Tileset | TileJson,
    response_model_exclude_none=True,
    responses=problem_responses(404, 503),
)
async def layer_tileset(
    request: Request,
    caller: CurrentCaller,
    service: CurrentService,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    key: CollectionId,
    set_id: MatrixSetId,
    f: Format = "json",
    steps: Steps = False,
) -> Response:
    """Return the metadata of a layer's tiles: their URL, the features' attributes, and the extent."""
    parameters.matrix_set(set_id)
    views = (parameters.one_view(caller, key, with_steps=steps),)
    described = TilesetDescription(request, f"/api/collections/{key}/tiles", views, language, None)
    return await _described(described, service.tiles.version, connection, f)


@router.get(
    "/tiles/{tileMatrixSetId}",
    response_model=Tileset | TileJson,
    response_model_exclude_none=True,
    responses=problem_responses(404, 503),
)
async def all_tileset(
    request: Request,
    caller: CurrentCaller,
    service: CurrentService,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    set_id: MatrixSetId,
    collections: Selected = None,
    f: Format = "json",
    steps: Steps = False,
) -> Response:
    """Return the metadata of the tiles of several layers: their URL, the features' attributes, and the extent."""
    parameters.matrix_set(set_id)
    views = parameters.several_views(caller, collections, with_steps=steps)
    described = TilesetDescription(request, "/api/tiles", views, language, collections)
    return await _described(described, service.tiles.version, connection, f)


def _listed(request: Request, response: Response, path: str, views: tuple[View, ...], language: str) -> Tilesets:
    response.headers.update(_freshness(views))
    item = TilesetDescription(request, path, views, language, None).item()
    return Tilesets(tilesets=[item], links=[self_link(request, path, AS_JSON)])


async def _described(
    described: TilesetDescription, version_of: Any, connection: AsyncConnection, form: str
) -> Response:
    bounds = union([await _extent(connection, view) for view in described.views])
    headers = _freshness(described.views)
    if form == "tilejson":
        any_tile = TileRequest(tuple(described.views), Tile(0, 0, 0))
        version = tag(any_tile, await version_of(any_tile))
        document: BaseModel = described.tilejson(bounds, version)
    else:
        document = described.metadata(bounds)
    return JSONResponse(document.model_dump(mode="json", by_alias=True, exclude_none=True), headers=headers)


async def _extent(connection: AsyncConnection, view: View) -> Any:
    return await answers.extent(connection, view.layer, view.audience)


def _freshness(views: Any) -> dict[str, str]:
    return freshness(max((view.audience for view in views), key=lambda audience: audience != "public"))
