"""Reads and checks the parameters of requests for tiles and tilesets."""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus

from fastapi import Request

from api.service.dependencies import refuse_others
from api.service.problems import ParameterError, Refusal
from geo.access import Caller
from geo.records.features.values import days
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer
from geo.records.tiles import Tile, TileRequest, View, view
from geo.records.tiles.matrices import NAME
from geo.records.tiles.tile import DEEPEST

FORMAT = "mvt"
NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)


def query(request: Request, known: Collection[str]) -> Mapping[str, str]:
    """Return the query parameters. Raises Refusal (400) for unknown and repeated ones."""
    if not request.scope["query_string"]:
        return {}
    refuse_others(request, known)
    return request.query_params


def tile(path: Mapping[str, str]) -> Tile:
    """Return the tile of the path parameters. Raises Refusal (404) if it does not exist."""
    matrix_set(path["tileMatrixSetId"])
    texts = [path[name] for name in ("tileMatrix", "tileCol", "tileRow")]
    found = Tile(*map(int, texts)) if all(map(NUMBER.fullmatch, texts)) else None
    if found is None or not found.exists:
        last = f"Zoom levels range from 0 to {DEEPEST}, columns and rows from 0 to 2^z - 1 at zoom level z."
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no tile {'/'.join(texts)} (zoom level/column/row). {last}")
    return found


def matrix_set(name: str) -> None:
    """Raise Refusal (404) unless this is the name of the only tile matrix set."""
    if name != NAME:
        error = ParameterError(parameter="tileMatrixSetId", detail=f"“{name}” is unknown.")
        raise Refusal(
            HTTPStatus.NOT_FOUND, f"There are no tiles in “{name}”. The only tile matrix set is {NAME}.", [error]
        )


def layers_with_tiles(caller: Caller) -> dict[str, Layer]:
    """Return the layers whose tiles the caller may read, by key."""
    return {layer.key: layer for layer in caller.visible_layers() if layer.geometry}


def steps(given: Mapping[str, str]) -> bool:
    """Return whether tiles should contain the months of the lifecycle's steps. Raises Refusal (400)."""
    text = given.get("steps", "false")
    if text not in ("true", "false"):
        error = ParameterError(parameter="steps", detail=f"“{text}” is neither true nor false.")
        raise Refusal(HTTPStatus.BAD_REQUEST, f"“{text}” is neither true nor false.", [error])
    return text == "true"


def one_view(caller: Caller, key: str, *, with_steps: bool = False) -> View:
    """Return the layer with this key as the caller sees it. Raises Refusal (404), also if the caller may not see it."""
    layer = LAYERS.get(key)
    if layer is None or layer.geometry is None or not caller.sees(layer):
        error = ParameterError(parameter="collectionId", detail=f"“{key}” has no tiles.")
        known = ", ".join(layers_with_tiles(caller))
        raise Refusal(
            HTTPStatus.NOT_FOUND, f"There is no collection “{key}” with tiles. Known collections: {known}.", [error]
        )
    return view(layer, caller.audience_of(key), with_steps=with_steps)


def several_views(caller: Caller, collections: str | None, *, with_steps: bool = False) -> tuple[View, ...]:
    """Return the listed layers, by default all, each as the caller sees it. Raises Refusal (400) for unknown ones."""
    known = layers_with_tiles(caller)
    keys = list(known) if collections is None else [key.strip() for key in collections.split(",")]
    unknown = [key for key in keys if key not in known]
    if unknown:
        names = ", ".join(f"“{key}”" for key in unknown)
        error = ParameterError(parameter="collections", detail=f"{names} has no tiles.")
        detail = f"There is no collection {names} with tiles. Known collections: {', '.join(known)}."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [error])
    # Always in the same order, so that a tile is drawn and cached once regardless of the order in the request.
    chosen = {key: layer for key, layer in known.items() if key in keys}
    return tuple(view(layer, caller.audience_of(key), with_steps=with_steps) for key, layer in chosen.items())


def read_tile_request(views: tuple[View, ...], place: Tile, given: Mapping[str, str]) -> TileRequest:
    """Return the request for a tile of these layers with the query's parameters. Raises Refusal (400)."""
    if not given:
        return TileRequest(views, place)
    form = given.get("f", FORMAT)
    if form != FORMAT:
        error = ParameterError(parameter="f", detail=f"“{form}” is unknown.")
        raise Refusal(
            HTTPStatus.BAD_REQUEST, f"“{form}” is not a format of tiles. The only format is {FORMAT}.", [error]
        )
    return TileRequest(views, place, days(given["datetime"]) if "datetime" in given else None)
