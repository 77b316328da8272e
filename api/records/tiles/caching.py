"""Which version of a tile a client has, and who may keep it for how long."""

import re

from fastapi import Request

from geo.records.layers.layer import Audience
from geo.records.tiles import Asked
from geo.records.tiles.versions import edition

A_YEAR_S = 31_536_000
BRIEFLY_S = 60
TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tag(asked: Asked, version: str) -> str:
    """What tells one state of a tile from all others, and one audience's from another's."""
    return f"{''.join([view.audience[0] for view in asked.views])}-{edition()}-{version}"


def has(request: Request, current: str) -> bool:
    """Whether the client has the tile in this version already."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or current in TAG.findall(header)


def headers(asked: Asked, current: str, wanted: str | None) -> dict[str, str]:
    """The version as a weak ETag (the bytes depend on the compression), and who may keep the tile for how long."""
    is_public = all(view.audience is Audience.PUBLIC for view in asked.views)
    who = "public" if is_public else "private"
    if wanted == current:
        kept = f"{who}, max-age={A_YEAR_S}, immutable"
    else:
        kept = f"public, max-age={BRIEFLY_S}" if is_public else "private, no-cache"
    return {"ETag": f'W/"{current}"', "Cache-Control": kept, "Vary": "Authorization, Accept-Encoding"}
