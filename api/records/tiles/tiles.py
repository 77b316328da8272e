"""Routes of the tiles. They read their parameters without the framework, for speed: they are the busiest routes."""

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from api.records.tiles import parameters
from api.records.tiles.caching import has_current, headers, tag
from api.service.dependencies import CurrentCaller, Service
from api.service.openapi import problem_responses
from api.service.weights import accepted_encoding
from geo.access import Role
from geo.records.tiles import TileRequest, compress, decompress, draw
from geo.records.tiles.cache import Encoding
from geo.records.tiles.matrices import NAME
from geo.records.tiles.tile import DEEPEST
from geo.store.pools import borrow

MVT = "application/vnd.mapbox-vector-tile"
CACHED_FOR_UNCOMPRESSED: Encoding = "zstd"
"""The compression in which a tile is cached for clients without compression: the fastest to decompress."""

PATH = "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"


def parameter(name: str, place: str, description: str, example: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI description of a parameter."""
    described = {"name": name, "in": place, "description": description, "required": place == "path"}
    return described | {"schema": schema, "example": example}


TEXT = {"type": "string"}
PATH_PARAMETERS = [
    parameter("tileMatrixSetId", "path", "The tile matrix set.", NAME, {"type": "string", "enum": [NAME]}),
    parameter("tileMatrix", "path", f"The zoom level, 0 to {DEEPEST}.", "10", TEXT),
    parameter("tileRow", "path", "The row, counted from the north.", "340", TEXT),
    parameter("tileCol", "path", "The column, counted from the west.", "533", TEXT),
]
COLLECTION = parameter("collectionId", "path", "The layer's key.", "plots", TEXT)
QUERY_PARAMETERS = [
    parameter(
        "datetime",
        "query",
        "Only features whose date is in this instant or interval; see `datetime` of the features.",
        "2023-07-01/2023-12-31",
        TEXT,
    ),
    parameter(
        "v",
        "query",
        "The version, as in the URLs in TileJSON. A tile requested by its current version can be cached forever.",
        "p-1d2c3b4a-17-62f0a1b2c3d4e",
        TEXT,
    ),
    parameter(
        "steps",
        "query",
        "With `true`, features have the month of each step of their lifecycle, counted from January 2000 (`planned`, "
        "`laid` …, see TileJSON), so that a map can show any month. Lines that are merged at small scales are then "
        "merged by these months and have no `status`.",
        "true",
        {"type": "boolean", "default": False},
    ),
    parameter("f", "query", "The format; there is only one.", "mvt", {"type": "string", "enum": ["mvt"]}),
]
COLLECTIONS = parameter(
    "collections", "query", "Layers, separated by commas; by default all that have tiles.", "plots,districts", TEXT
)
ONE = {parameter["name"] for parameter in QUERY_PARAMETERS}
SEVERAL = ONE | {COLLECTIONS["name"]}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The tile. Features that are too small or too many are represented by features with a `count`. "
        "A tile without features is empty.",
        "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"description": "The version of the tile.", "schema": TEXT}},
    },
    304: {"description": "The client already has this version."},
    **problem_responses(404, 503),
}

router = APIRouter(prefix="/api", tags=["Tiles"])


@router.get(
    "/collections/{collectionId}/tiles" + PATH,
    response_class=Response,
    responses=RESPONSES,
    openapi_extra={"parameters": [COLLECTION, *PATH_PARAMETERS, *QUERY_PARAMETERS]},
)
async def one_layer_tile(request: Request, caller: CurrentCaller) -> Response:
    """Return a vector tile of one layer."""
    given = parameters.query(request, ONE)
    place = parameters.tile(request.path_params)
    view = parameters.one_view(caller, request.path_params["collectionId"], with_steps=parameters.steps(given))
    return await _answer(request, caller.role, parameters.read_tile_request((view,), place, given), given.get("v"))


@router.get(
    "/tiles" + PATH,
    response_class=Response,
    responses=RESPONSES,
    openapi_extra={"parameters": [*PATH_PARAMETERS, *QUERY_PARAMETERS, COLLECTIONS]},
)
async def several_layers_tile(request: Request, caller: CurrentCaller) -> Response:
    """Return a vector tile of several layers."""
    given = parameters.query(request, SEVERAL)
    place = parameters.tile(request.path_params)
    views = parameters.several_views(caller, given.get("collections"), with_steps=parameters.steps(given))
    return await _answer(request, caller.role, parameters.read_tile_request(views, place, given), given.get("v"))


async def _answer(request: Request, role: Role, wanted_tile: TileRequest, wanted: str | None) -> Response:
    service: Service = request.app.state.service
    if "if-none-match" in request.headers:
        current = tag(wanted_tile, await service.tiles.version(wanted_tile))
        if has_current(request, current):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers(wanted_tile, current, wanted))
    encoding = accepted_encoding(request.headers.get("accept-encoding"))
    cached_in = encoding or CACHED_FOR_UNCOMPRESSED
    found = await service.tiles.find(wanted_tile, cached_in)
    if found.body is None:
        return await _drawn(service, role, wanted_tile, encoding, wanted)
    body = found.body if encoding else decompress(found.body, cached_in)
    after = BackgroundTask(service.tiles.use, wanted_tile, cached_in) if found.is_fading else None
    return _response(body, encoding, headers(wanted_tile, tag(wanted_tile, found.version), wanted), after)


async def _drawn(
    service: Service, role: Role, wanted_tile: TileRequest, encoding: Encoding | None, wanted: str | None
) -> Response:
    async with borrow(service.pools[role]) as connection:
        drawn = await draw(connection, wanted_tile)
    packed = await asyncio.to_thread(compress, drawn.body, encoding or CACHED_FOR_UNCOMPRESSED)
    keep = BackgroundTask(service.tiles.keep, wanted_tile, encoding or CACHED_FOR_UNCOMPRESSED, drawn.version, packed)
    body = packed if encoding else drawn.body
    return _response(body, encoding, headers(wanted_tile, tag(wanted_tile, drawn.version), wanted), keep)


def _response(
    body: bytes, encoding: Encoding | None, headers: dict[str, str], after: BackgroundTask | None
) -> Response:
    packed = {"Content-Encoding": encoding} if encoding else {}
    return Response(body, headers=headers | packed, media_type=MVT, background=after)
