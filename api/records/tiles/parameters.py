"""What a request for a tile or a tileset asks for, read and checked."""

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
from geo.records.tiles import Asked, Tile, View, view
from geo.records.tiles.matrices import NAME
from geo.records.tiles.tile import DEEPEST

FORMAT = "mvt"
NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)


def parameters(request: Request, known: Collection[str]) -> Mapping[str, str]:
    """The query's parameters. Those that a tile does not know are refused, and repeated ones."""
    if not request.scope["query_string"]:
        return {}
    refuse_others(request, known)
    return request.query_params


def tile(path: Mapping[str, str]) -> Tile:
    """The tile that the path names."""
    matrix_set(path["tileMatrixSetId"])
    texts = [path[name] for name in ("tileMatrix", "tileCol", "tileRow")]
    found = Tile(*map(int, texts)) if all(map(NUMBER.fullmatch, texts)) else None
    if found is None or not found.exists:
        last = (
            f"Zoom levels go from 0 to {DEEPEST}, columns and rows from 0 to 2 to the power of the zoom level less 1."
        )
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no tile {'/'.join(texts)} (zoom level/column/row). {last}")
    return found


def matrix_set(name: str) -> None:
    """Refuse any other tile matrix set than the one that there is."""
    if name != NAME:
        error = ParameterError(parameter="tileMatrixSetId", detail=f"“{name}” is unknown.")
        raise Refusal(HTTPStatus.NOT_FOUND, f"There are no tiles in “{name}”. Known is: {NAME}.", [error])


def layers_with_tiles(caller: Caller) -> dict[str, Layer]:
    """The layers of which the caller may have tiles, by their key."""
    return {layer.key: layer for layer in caller.visible_layers() if layer.geometry}


def steps(given: Mapping[str, str]) -> bool:
    """Whether the months of the steps are asked for."""
    text = given.get("steps", "false")
    if text not in ("true", "false"):
        error = ParameterError(parameter="steps", detail=f"“{text}” is neither true nor false.")
        raise Refusal(HTTPStatus.BAD_REQUEST, f"“{text}” is neither true nor false.", [error])
    return text == "true"


def one_view(caller: Caller, key: str, *, with_steps: bool = False) -> View:
    """The layer of that key as the caller sees it. One that it may not see is no other than one that does not exist."""
    layer = LAYERS.get(key)
    if layer is None or layer.geometry is None or not caller.sees(layer):
        error = ParameterError(parameter="collectionId", detail=f"“{key}” has no tiles.")
        known = ", ".join(layers_with_tiles(caller))
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no collection “{key}” with tiles. Known are: {known}.", [error])
    return view(layer, caller.audience_of(key), with_steps=with_steps)


def several_views(caller: Caller, collections: str | None, *, with_steps: bool = False) -> tuple[View, ...]:
    """The layers listed, each as the caller sees it; all of them where none are listed."""
    known = layers_with_tiles(caller)
    keys = list(known) if collections is None else [key.strip() for key in collections.split(",")]
    strange = [key for key in keys if key not in known]
    if strange:
        named = ", ".join(f"“{key}”" for key in strange)
        error = ParameterError(parameter="collections", detail=f"{named} has no tiles.")
        detail = f"There is no collection {named} with tiles. Known are: {', '.join(known)}."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [error])
    # In one order, so that a tile is drawn and kept once, however it was asked for.
    chosen = {key: layer for key, layer in known.items() if key in keys}
    return tuple(view(layer, caller.audience_of(key), with_steps=with_steps) for key, layer in chosen.items())


def asked(views: tuple[View, ...], place: Tile, given: Mapping[str, str]) -> Asked:
    """A tile of these layers, as the query's parameters want it."""
    if not given:
        return Asked(views, place)
    form = given.get("f", FORMAT)
    if form != FORMAT:
        error = ParameterError(parameter="f", detail=f"“{form}” is unknown.")
        raise Refusal(HTTPStatus.BAD_REQUEST, f"“{form}” is no format of tiles. Known is: {FORMAT}.", [error])
    return Asked(views, place, days(given["datetime"]) if "datetime" in given else None)
