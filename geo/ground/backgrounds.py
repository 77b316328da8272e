"""The backgrounds of the profile: which there are, which is shown first, which is printed."""

from typing import Any

from geo.ground.addresses import tile_size, tile_template
from geo.profile import profile
from geo.profile.services import NONE, Background, Service


def backgrounds() -> tuple[Background, ...]:
    """Return the profile's backgrounds."""
    return profile().backgrounds


def default() -> Background | None:
    """Return the background that is shown until the reader chooses, if there is one."""
    return next((one for one in backgrounds() if one.is_default), None)


def in_print(key: str | None) -> Background | None:
    """Return the background of a printed map whose reader has chosen this one; None means the default.

    None is returned where nothing can or should be drawn. Raises KeyError if there is no such background.
    """
    if key == NONE:
        return None
    by_key = {one.key: one for one in backgrounds()}
    chosen = by_key[key] if key else default()
    if chosen and chosen.kind == "style":
        return by_key[chosen.in_print] if chosen.in_print else None
    return chosen


def hosts() -> tuple[str, ...]:
    """Return the hosts that browsers ask for backgrounds and overlays, each as scheme, name and port."""
    return tuple(sorted({origin for one in (*backgrounds(), *profile().overlays) for origin in one.origins}))


def for_page(language: str) -> list[dict[str, Any]]:
    """Return the backgrounds as the page's map needs them, titles in this language."""
    return [
        {
            "key": one.key,
            "title": one.title.in_language(language),
            "attribution": one.attribution,
            "is_default": one.is_default,
            **_source(one),
        }
        for one in backgrounds()
    ]


def _source(one: Background) -> dict[str, Any]:
    return {"style": one.url} if one.kind == "style" else {"source": raster_source(one)}


def raster_source(one: Service, *, transparent: bool = False) -> dict[str, Any]:
    """Return a service's pictures as a source of MapLibre."""
    return {
        "type": "raster",
        "tiles": [tile_template(one, transparent=transparent)],
        "tileSize": tile_size(one),
        "minzoom": one.min_zoom,
        "maxzoom": one.max_zoom,
    }
