"""The tiles themselves. Their routes do by hand what others leave to the framework, since they are asked most often."""

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from api.records.tiles import asking
from api.records.tiles.caching import has, headers, tag
from api.service.dependencies import AskedCaller, Service
from api.service.openapi import problem_responses
from api.service.weights import accepted_encoding
from geo.access import Role
from geo.records.tiles import Asked, compress, decompress, draw
from geo.records.tiles.cache import Encoding
from geo.records.tiles.matrices import NAME
from geo.records.tiles.tile import DEEPEST
from geo.store.pools import borrow

MVT = "application/vnd.mapbox-vector-tile"
KEPT_FOR_UNCOMPRESSED: Encoding = "zstd"
"""In which compression a tile is kept for those who read none: the one that is undone fastest."""

PATH = "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"


def parameter(name: str, place: str, description: str, example: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter as the OpenAPI document describes it."""
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
        "Only features whose date lies in this instant or interval, as in the features' `datetime`.",
        "2023-07-01/2023-12-31",
        TEXT,
    ),
    parameter(
        "v",
        "query",
        "The version, as TileJSON writes it into its addresses: a tile asked for by its version may be kept for ever.",
        "p-1d2c3b4a-17-62f0a1b2c3d4e",
        TEXT,
    ),
    parameter(
        "steps",
        "query",
        "With `true` features carry the month of every step of their lifecycle, counted from January 2000 (`planned`, "
        "`laid` …, as TileJSON names them), so that a map can show any month. Lines that are merged on small scales "
        "are then merged by these months, and have no `status`.",
        "true",
        {"type": "boolean", "default": False},
    ),
    parameter("f", "query", "The format; there is one.", "mvt", {"type": "string", "enum": ["mvt"]}),
]
COLLECTIONS = parameter(
    "collections", "query", "Layers, separated by commas; all that have tiles unless set.", "plots,districts", TEXT
)
ONE = {parameter["name"] for parameter in QUERY_PARAMETERS}
SEVERAL = ONE | {COLLECTIONS["name"]}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The tile. What is too small or too much for it stands in features with a `count`. A tile in "
        "which nothing lies is empty.",
        "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"description": "The version.", "schema": TEXT}},
    },
    304: {"description": "The client has this version already."},
    **problem_responses(404, 503),
}

router = APIRouter(prefix="/api", tags=["Tiles"])


@router.get(
    "/collections/{collectionId}/tiles" + PATH,
    response_class=Response,
    responses=RESPONSES,
    openapi_extra={"parameters": [COLLECTION, *PATH_PARAMETERS, *QUERY_PARAMETERS]},
)
async def one_layer_tile(request: Request, caller: AskedCaller) -> Response:
    """A vector tile of one layer."""
    given = asking.parameters(request, ONE)
    place = asking.tile(request.path_params)
    view = asking.one_view(caller, request.path_params["collectionId"], with_steps=asking.steps(given))
    return await _answer(request, caller.role, asking.asked((view,), place, given), given.get("v"))


@router.get(
    "/tiles" + PATH,
    response_class=Response,
    responses=RESPONSES,
    openapi_extra={"parameters": [*PATH_PARAMETERS, *QUERY_PARAMETERS, COLLECTIONS]},
)
async def several_layers_tile(request: Request, caller: AskedCaller) -> Response:
    """A vector tile of several layers."""
    given = asking.parameters(request, SEVERAL)
    place = asking.tile(request.path_params)
    views = asking.several_views(caller, given.get("collections"), with_steps=asking.steps(given))
    return await _answer(request, caller.role, asking.asked(views, place, given), given.get("v"))


async def _answer(request: Request, role: Role, asked: Asked, wanted: str | None) -> Response:
    service: Service = request.app.state.service
    if "if-none-match" in request.headers:
        current = tag(asked, await service.tiles.version(asked))
        if has(request, current):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers(asked, current, wanted))
    encoding = accepted_encoding(request.headers.get("accept-encoding"))
    kept_in = encoding or KEPT_FOR_UNCOMPRESSED
    found = await service.tiles.find(asked, kept_in)
    if found.body is None:
        return await _drawn(service, role, asked, encoding, wanted)
    body = found.body if encoding else decompress(found.body, kept_in)
    after = BackgroundTask(service.tiles.use, asked, kept_in) if found.is_fading else None
    return _response(body, encoding, headers(asked, tag(asked, found.version), wanted), after)


async def _drawn(service: Service, role: Role, asked: Asked, encoding: Encoding | None, wanted: str | None) -> Response:
    async with borrow(service.pools[role]) as connection:
        drawn = await draw(connection, asked)
    packed = await asyncio.to_thread(compress, drawn.body, encoding or KEPT_FOR_UNCOMPRESSED)
    keep = BackgroundTask(service.tiles.keep, asked, encoding or KEPT_FOR_UNCOMPRESSED, drawn.version, packed)
    body = packed if encoding else drawn.body
    return _response(body, encoding, headers(asked, tag(asked, drawn.version), wanted), keep)


def _response(
    body: bytes, encoding: Encoding | None, headers: dict[str, str], after: BackgroundTask | None
) -> Response:
    packed = {"Content-Encoding": encoding} if encoding else {}
    return Response(body, headers=headers | packed, media_type=MVT, background=after)
