"""The pages that describe tiles: tile matrix sets, lists of tilesets, tilesets."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.records.ogc.formats import AS_JSON
from api.records.ogc.links import address, own
from api.records.ogc.models import JSON, WebLink
from api.records.tiles import asking
from api.records.tiles.caching import tag
from api.records.tiles.describing import Described, union
from api.records.tiles.models import TILING_SCHEME, MatrixSetItem, MatrixSets, TileJson, Tileset, Tilesets
from api.service.dependencies import AskedCaller, AskedLanguage, AskedService, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.records.features import answers
from geo.records.tiles import Asked, Tile, View, matrices
from geo.store.database import AsyncConnection

SETS = "/api/tileMatrixSets"

MatrixSetId = Annotated[
    str, Path(alias="tileMatrixSetId", description="The tile matrix set.", examples=[matrices.NAME])
]
CollectionId = Annotated[str, Path(alias="collectionId", description="The layer's key.", examples=["plots"])]
Selected = Annotated[
    str | None,
    Query(description="Layers, separated by commas; all that have tiles unless set.", examples=["plots,districts"]),
]
Format = Annotated[
    Literal["json", "tilejson"],
    Query(description="The OGC's tileset metadata, or TileJSON 3.0, which map libraries read.", examples=["tilejson"]),
]
Steps = Annotated[
    bool, Query(description="Whether the tiles carry the months of the steps of their records' lifecycle.")
]

router = APIRouter(prefix="/api", tags=["Tiles"])


@router.get("/tileMatrixSets", response_model_exclude_none=True)
async def list_matrix_sets(request: Request) -> MatrixSets:
    """The tile matrix sets: how the map is cut into tiles."""
    path = address(request, f"{SETS}/{matrices.NAME}")
    rels = ("self", "item", TILING_SCHEME)
    item = MatrixSetItem(
        id=matrices.NAME,
        title=matrices.definition()["title"],
        uri=matrices.URI,
        crs=matrices.CRS,
        links=[WebLink(href=path, rel=rel, type=JSON) for rel in rels],
    )
    return MatrixSets(tile_matrix_sets=[item], links=[own(request, SETS, AS_JSON)])


@router.get("/tileMatrixSets/{tileMatrixSetId}", response_class=JSONResponse, responses=problem_responses(404))
async def one_matrix_set(set_id: MatrixSetId) -> JSONResponse:
    """A tile matrix set: its zoom levels with their scales."""
    asking.matrix_set(set_id)
    return JSONResponse(matrices.definition())


@router.get(
    "/collections/{collectionId}/tiles", response_model_exclude_none=True, responses=problem_responses(404, 503)
)
async def layer_tilesets(
    request: Request, response: Response, caller: AskedCaller, language: AskedLanguage, key: CollectionId
) -> Tilesets:
    """The tilesets of a layer; there is one."""
    views = (asking.one_view(caller, key),)
    return _listed(request, response, f"/api/collections/{key}/tiles", views, language)


@router.get("/tiles", response_model_exclude_none=True, responses=problem_responses(503))
async def all_tilesets(request: Request, response: Response, caller: AskedCaller, language: AskedLanguage) -> Tilesets:
    """The tilesets of all layers together; there is one."""
    return _listed(request, response, "/api/tiles", asking.several_views(caller, None), language)


@router.get(
    "/collections/{collectionId}/tiles/{tileMatrixSetId}",
    response_model=Tileset | TileJson,
    response_model_exclude_none=True,
    responses=problem_responses(404, 503),
)
async def layer_tileset(
    request: Request,
    caller: AskedCaller,
    service: AskedService,
    connection: SnapshotConnection,
    language: AskedLanguage,
    key: CollectionId,
    set_id: MatrixSetId,
    f: Format = "json",
    steps: Steps = False,
) -> Response:
    """The tiles of a layer: their address, the attributes of their features, where something is."""
    asking.matrix_set(set_id)
    views = (asking.one_view(caller, key, with_steps=steps),)
    described = Described(request, f"/api/collections/{key}/tiles", views, language, None)
    return await _described(described, service.tiles.version, connection, f)


@router.get(
    "/tiles/{tileMatrixSetId}",
    response_model=Tileset | TileJson,
    response_model_exclude_none=True,
    responses=problem_responses(404, 503),
)
async def all_tileset(
    request: Request,
    caller: AskedCaller,
    service: AskedService,
    connection: SnapshotConnection,
    language: AskedLanguage,
    set_id: MatrixSetId,
    collections: Selected = None,
    f: Format = "json",
    steps: Steps = False,
) -> Response:
    """The tiles of several layers: their address, the attributes of their features, where something is."""
    asking.matrix_set(set_id)
    views = asking.several_views(caller, collections, with_steps=steps)
    described = Described(request, "/api/tiles", views, language, collections)
    return await _described(described, service.tiles.version, connection, f)


def _listed(request: Request, response: Response, path: str, views: tuple[View, ...], language: str) -> Tilesets:
    response.headers.update(_freshness(views))
    item = Described(request, path, views, language, None).item()
    return Tilesets(tilesets=[item], links=[own(request, path, AS_JSON)])


async def _described(described: Described, version_of: Any, connection: AsyncConnection, form: str) -> Response:
    bounds = union([await _extent(connection, view) for view in described.views])
    headers = _freshness(described.views)
    if form == "tilejson":
        asked = Asked(tuple(described.views), Tile(0, 0, 0))
        version = tag(asked, await version_of(asked))
        document: BaseModel = described.tilejson(bounds, version)
    else:
        document = described.metadata(bounds)
    return JSONResponse(document.model_dump(mode="json", by_alias=True, exclude_none=True), headers=headers)


async def _extent(connection: AsyncConnection, view: View) -> Any:
    return await answers.extent(connection, view.layer, view.audience)


def _freshness(views: Any) -> dict[str, str]:
    return freshness(max((view.audience for view in views), key=lambda audience: audience != "public"))
