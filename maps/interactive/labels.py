"""Names on the advisors' map."""

from collections.abc import Sequence
from typing import Any

from maps.interactive.places import District
from maps.style import GONE, INK, PAPER

FONT = ["system-ui, sans-serif"]
"""The style has no glyphs, so MapLibre uses the reader's local fonts and requests none."""
IS_COUNT: list[Any] = ["has", "count"]
NO_COUNT: list[Any] = ["!", IS_COUNT]


def of_places(source: str, source_layer: str | None, minzoom: float) -> dict[str, Any]:
    """Return the map layer of the names of a source's features, of single ones where it has counts, too."""
    return {
        "id": f"{source}:label",
        "type": "symbol",
        "source": source,
        **({"source-layer": source_layer, "filter": NO_COUNT} if source_layer else {}),
        "minzoom": minzoom,
        "layout": {"text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5, "text-max-width": 8},
        "paint": {"text-color": INK, "text-opacity": 0.75, "text-halo-color": PAPER, "text-halo-width": 1.4},
    }


def of_districts() -> dict[str, Any]:
    """Return the map layer of the districts' names."""
    found = of_places("district-names", None, 9)
    found["layout"] |= {"text-size": 13, "text-letter-spacing": 0.06}
    return found | {"maxzoom": 14}


def district_names(districts: Sequence[District]) -> dict[str, Any]:
    """Return the districts' names as GeoJSON."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": one.name},
                "geometry": {"type": "Point", "coordinates": one.label},
            }
            for one in districts
        ],
    }


def along_lines() -> dict[str, Any]:
    """Return layout and paint of names that are written along lines, where there is room."""
    return {
        "layout": {
            "symbol-placement": "line",
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": 11,
            "text-padding": 12,
            "symbol-spacing": 350,
        },
        "paint": {"text-color": GONE, "text-halo-color": PAPER, "text-halo-width": 1.4},
    }
