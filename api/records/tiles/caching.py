"""Which compression a client reads, which versions it has, and who may keep a tile for how long."""

import re

from fastapi import Request

from geo.records.layers.layer import Audience
from geo.records.tiles import Asked
from geo.records.tiles.cache import Encoding
from geo.records.tiles.versions import edition

A_YEAR_S = 31_536_000
BRIEFLY_S = 60
TAG = re.compile(r'(?:W/)?"([^"]*)"')


def accepted_encoding(header: str | None) -> Encoding | None:
    """The best compression that a client reads; None where it reads neither of the two."""
    if not header:
        return None
    weights = dict(map(_weighted, header.lower().split(",")))
    chosen: Encoding = "zstd" if _weight(weights, "zstd") >= _weight(weights, "gzip") else "gzip"
    return chosen if _weight(weights, chosen) > 0 else None


def _weighted(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    _, _, text = parameter.partition("=")
    try:
        return name.strip(), float(text) if text else 1.0
    except ValueError:
        return name.strip(), 0.0


def _weight(weights: dict[str, float], name: str) -> float:
    return weights.get(name, weights.get("*", 0.0))


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
