"""The tile matrix set WebMercatorQuad, and the limits of its tiles with content."""

import math
from typing import Any, NamedTuple

from geo.records.features.selection import Bounds
from geo.records.tiles.tile import DEEPEST, HALF_WORLD, SRID

NAME = "WebMercatorQuad"
URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{NAME}"
CRS = f"http://www.opengis.net/def/crs/EPSG/0/{SRID}"
SCALE_SET = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
DEFINED = 25
"""The number of zoom levels in the registered set; tiles are available for the first ones."""
TILE_WIDTH = 256
STANDARD_PIXEL_M = 0.00028
LARGEST_LATITUDE = 85.0511287798066


class Limits(NamedTuple):
    """The tiles of a zoom level that may have content, first and last included."""

    z: int
    first_row: int
    last_row: int
    first_column: int
    last_column: int


def definition() -> dict[str, Any]:
    """Return the definition of the set as in OGC Two Dimensional Tile Matrix Set 2.0."""
    return {
        "id": NAME,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": SCALE_SET,
        "tileMatrices": [_matrix(z) for z in range(DEFINED)],
    }


def _matrix(z: int) -> dict[str, Any]:
    cell_size = 2 * HALF_WORLD / TILE_WIDTH / (1 << z)
    return {
        "id": str(z),
        "scaleDenominator": cell_size / STANDARD_PIXEL_M,
        "cellSize": cell_size,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WORLD, HALF_WORLD],
        "tileWidth": TILE_WIDTH,
        "tileHeight": TILE_WIDTH,
        "matrixWidth": 1 << z,
        "matrixHeight": 1 << z,
    }


def limits(bounds: Bounds) -> list[Limits]:
    """Return, for each zoom level, the tiles that touch bounds in degrees."""
    return [
        Limits(z, _row(bounds.north, z), _row(bounds.south, z), _column(bounds.west, z), _column(bounds.east, z))
        for z in range(DEEPEST + 1)
    ]


def _column(longitude: float, z: int) -> int:
    return _within(math.floor((longitude + 180) / 360 * (1 << z)), z)


def _row(latitude: float, z: int) -> int:
    clamped = math.radians(max(-LARGEST_LATITUDE, min(LARGEST_LATITUDE, latitude)))
    return _within(math.floor((1 - math.asinh(math.tan(clamped)) / math.pi) / 2 * (1 << z)), z)


def _within(number: int, z: int) -> int:
    return max(0, min((1 << z) - 1, number))
