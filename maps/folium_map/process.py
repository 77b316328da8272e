"""Draws the overview map in a separate process, for the web service."""

import json
from collections.abc import Mapping
from typing import Any

from geo.errors import FlurwerkError
from maps.process import run_module


class MapTooSlow(FlurwerkError):
    """Drawing the map took longer than allowed."""


async def draw(content: Mapping[str, Any], seconds: float) -> str:
    """Return the document with this content (maps.folium_map.content).

    Raises MapTooSlow or maps.process.ProcessFailed.
    """
    try:
        return (await run_module("maps.folium_map", json.dumps(content).encode(), seconds)).decode()
    except TimeoutError:
        raise MapTooSlow("Drawing the map took too long.", "Make it with flurwerk map.") from None
