"""Reads GeoJSON geometries: checks them against the layer's type and converts them to SQL."""

import json
import math
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import sql

from geo.records.editing import sentences
from geo.records.editing.faults import Malformed
from geo.records.features.selection import Crs
from geo.records.layers.layer import Text
from geo.records.messages import sentence
from geo.records.messages.errors import UNREADABLE_SHAPE, wrong_shape
from geo.store.database import SRID

MOST_VERTICES = 100_000
"""The maximum number of vertices of a geometry."""

LEVELS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""The depth of nesting of the positions in ``coordinates``."""
PROMOTED = {"LineString": "MultiLineString", "Polygon": "MultiPolygon"}
MIN_POSITIONS = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
"""The minimum number of positions of a line or a ring."""


class BadShape(Exception):
    """The geometry is invalid, or of the wrong type for the layer."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class Shape(NamedTuple):
    """A geometry of the layer's type, with two-dimensional positions in the axis order of its CRS."""

    type: str
    coordinates: list[Any]
    crs: Crs

    def expression(self, parameters: dict[str, Any]) -> sql.Composed:
        """Return the geometry in the stored CRS as SQL; adds its text to the parameters."""
        coordinates = _flipped(self.coordinates) if self.crs.y_first else self.coordinates
        parameters["shape"] = json.dumps({"type": self.type, "coordinates": coordinates})
        return sql.SQL("st_transform(st_setsrid(st_geomfromgeojson(%(shape)s), {}), {})").format(
            sql.Literal(self.crs.srid), sql.Literal(SRID)
        )


def read_shape(node: Any, wanted: str, table: str, crs: Crs) -> Shape:
    """Return the geometry of a GeoJSON object. Raises BadShape, or Malformed if it has too many vertices.

    Heights are dropped, as the records are two-dimensional.
    """
    if not isinstance(node, dict):
        raise BadShape(sentences.NOT_A_GEOMETRY)
    given = node.get("type")
    if not isinstance(given, str) or given not in (*LEVELS, "GeometryCollection"):
        raise BadShape(sentences.NOT_A_GEOMETRY)
    if PROMOTED.get(given, given) != wanted:
        raise BadShape(wrong_shape(given, wanted))
    positions: list[list[float]] = []
    coordinates = _read(node.get("coordinates"), LEVELS[given], MIN_POSITIONS.get(given, 1), positions)
    if len(positions) > MOST_VERTICES:
        raise Malformed(sentences.too_many_vertices(MOST_VERTICES))
    if "Polygon" in given:
        _check_closed(coordinates, LEVELS[given])
    _check_place(positions, table, crs)
    return Shape(wanted, [coordinates] if given in PROMOTED else coordinates, crs)


def _read(node: Any, level: int, minimum: int, positions: list[list[float]]) -> list[Any]:
    if not isinstance(node, list):
        raise BadShape(sentences.NOT_A_GEOMETRY)
    if level == 0:
        positions.append(_position(node))
        return positions[-1]
    if level == 1 and len(node) < minimum:
        raise BadShape(UNREADABLE_SHAPE)
    return [_read(part, level - 1, minimum, positions) for part in node]


def _position(node: list[Any]) -> list[float]:
    try:
        numbers = [float(part) for part in node if isinstance(part, int | Decimal) and not isinstance(part, bool)]
    except OverflowError:
        numbers = []
    if not 2 <= len(numbers) == len(node) or not all(map(math.isfinite, numbers)):
        raise BadShape(sentences.NOT_A_GEOMETRY)
    return numbers[:2]


def _check_closed(node: list[Any], level: int) -> None:
    if level > 1:
        for part in node:
            _check_closed(part, level - 1)
    elif node[0] != node[-1]:
        raise BadShape(UNREADABLE_SHAPE)


def _check_place(positions: list[list[float]], table: str, crs: Crs) -> None:
    """Raise BadShape if the positions cannot be transformed. The database checks whether they are near the city."""
    if not positions:
        return
    points = [(y, x) if crs.y_first else (x, y) for x, y in positions]
    usable = crs.usable
    if all(usable.west <= x <= usable.east and usable.south <= y <= usable.north for x, y in points):
        return
    if crs.is_geographic and any(abs(x) > 180 or abs(y) > 90 for x, y in points):
        raise BadShape(sentences.OUT_OF_RANGE)
    is_swapped = all(usable.west <= y <= usable.east and usable.south <= x <= usable.north for x, y in points)
    raise BadShape(sentence("place_swapped" if is_swapped else "place_far_away", table))


def _flipped(node: list[Any]) -> list[Any]:
    if node and isinstance(node[0], float):
        return [node[1], node[0]]
    return [_flipped(part) for part in node]
