"""The overlays of the profile, and what they tell of a place."""

import json
import math
import time
from typing import Any, NamedTuple

from geo.ground.addresses import feature_info_url, legend_urls
from geo.ground.asking import Answer, NoAnswer, ask
from geo.ground.backgrounds import raster_source
from geo.ground.markup import text_of
from geo.profile import profile
from geo.profile.services import Overlay
from geo.text import clean

ASKED_S = 6
"""How many seconds a service has to answer."""
LARGEST = 300_000
LONGEST_TEXT, LONGEST_VALUE = 5_000, 500
MOST_FEATURES, MOST_VALUES = 10, 60
WEB_EXTENT = 20_037_508.342789244
SIDE = 101
"""The side in pixels of the picture in whose middle the place lies."""
READABLE = ("text/plain", "text/html", "application/json", "application/geo+json", "application/geojson")


class Fact(NamedTuple):
    """What a service tells of a feature: a name and a value, both as it writes them."""

    name: str
    value: str


class Told(NamedTuple):
    """What a service tells of a place: features with their facts, or a text; neither if there is nothing."""

    features: list[list[Fact]]
    text: str


def overlay(key: str) -> Overlay:
    """Return the overlay of this key. Raises KeyError."""
    return {one.key: one for one in profile().overlays}[key]


def for_page(language: str) -> list[dict[str, Any]]:
    """Return the overlays as the page's map needs them, the topmost first, titles in this language."""
    return [
        {
            "key": one.key,
            "title": one.title.in_language(language),
            "attribution": one.attribution,
            "opacity": one.opacity,
            "is_shown": one.is_shown,
            "legends": legend_urls(one),
            "has_info": one.info_format is not None,
            "source": raster_source(one, transparent=True),
        }
        for one in profile().overlays
    ]


def told_of(one: Overlay, longitude: float, latitude: float, zoom: float) -> Told:
    """Return what an overlay's service tells of a place that is seen at this zoom level of 512-pixel tiles.

    Raises NoAnswer. It waits for the network, so it does not belong into an event loop.
    """
    x = longitude / 180 * WEB_EXTENT
    y = math.asinh(math.tan(math.radians(latitude))) / math.pi * WEB_EXTENT
    half = 2 * WEB_EXTENT / 512 / 2**zoom * SIDE / 2
    address = feature_info_url(one, (x - half, y - half, x + half, y + half), SIDE, MOST_FEATURES)
    return read(ask(address, time.monotonic() + ASKED_S, LARGEST, READABLE))


def read(answer: Answer) -> Told:
    """Return what an answer to GetFeatureInfo tells, as texts. Raises NoAnswer if it is not what it says it is."""
    text = _decoded(answer)
    if answer.media_type == "text/html":
        return Told([], clean(text_of(text))[:LONGEST_TEXT])
    if answer.media_type == "text/plain":
        return Told([], clean(text).strip()[:LONGEST_TEXT])
    try:
        found = json.loads(text)["features"][:MOST_FEATURES]
        return Told([_facts(feature["properties"] or {}) for feature in found], "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoAnswer("The map service has not answered with GeoJSON.") from None


def _decoded(answer: Answer) -> str:
    try:
        # An encoding that knows no replacement is one of host names, and none of texts.
        return answer.body.decode(answer.charset or "utf-8", errors="replace")
    except (LookupError, ValueError):
        raise NoAnswer(f"The map service's answer is not in the encoding {answer.charset}.") from None


def _facts(properties: dict[str, Any]) -> list[Fact]:
    shown = [(name, value) for name, value in properties.items() if value is not None and value != ""]
    return [
        Fact(clean(name)[:LONGEST_VALUE], clean(_shown(value))[:LONGEST_VALUE]) for name, value in shown[:MOST_VALUES]
    ]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
