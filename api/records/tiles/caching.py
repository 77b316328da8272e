"""Entity tags and Cache-Control headers of tiles."""

import re

from fastapi import Request

from geo.records.layers.layer import Audience
from geo.records.tiles import TileRequest
from geo.records.tiles.versions import edition

A_YEAR_S = 31_536_000
BRIEFLY_S = 60
TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tag(wanted_tile: TileRequest, version: str) -> str:
    """Return the entity tag, which differs for every version and audience of a tile."""
    return f"{''.join([view.audience[0] for view in wanted_tile.views])}-{edition()}-{version}"


def has_current(request: Request, current: str) -> bool:
    """Return whether the client already has this version of the tile."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or current in TAG.findall(header)


def headers(wanted_tile: TileRequest, current: str, wanted: str | None) -> dict[str, str]:
    """Return the version as a weak ETag (the bytes depend on the compression), Cache-Control and Vary."""
    is_public = all(view.audience is Audience.PUBLIC for view in wanted_tile.views)
    who = "public" if is_public else "private"
    if wanted == current:
        caching = f"{who}, max-age={A_YEAR_S}, immutable"
    else:
        caching = f"public, max-age={BRIEFLY_S}" if is_public else "private, no-cache"
    return {"ETag": f'W/"{current}"', "Cache-Control": caching, "Vary": "Authorization, Accept-Encoding"}
