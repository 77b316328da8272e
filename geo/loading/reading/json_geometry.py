"""Geometries of GeoJSON, JSON-FG and Esri JSON as WKB, without heights."""

import struct
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from geo.loading.reading.esri_curves import curved_wkb, is_curved
from geo.loading.reading.nesting import nested

POINT, LINE, POLYGON, POINTS, LINES, POLYGONS, COLLECTION = range(1, 8)
SIMPLE = {"Point": POINT, "LineString": LINE, "Polygon": POLYGON}
MULTIPLE = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
CURVES = {"CompoundCurve": 9, "CurvePolygon": 10, "MultiCurve": 11, "MultiSurface": 12}
"""JSON-FG's geometries with arcs, which are made of others. An arc itself is written like a line."""
ARC = 8
CODES = {"MultiPoint": POINTS, "MultiLineString": LINES, "MultiPolygon": POLYGONS, "GeometryCollection": COLLECTION}

HOLDERS = ("coordinates", "geometries", "points", "paths", "rings", "curvePaths", "curveRings")
"""The members that hold a geometry's positions or parts."""

UNREADABLE = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError)
"""What a geometry raises that is not as its format demands."""


def geojson_wkb(geometry: Any) -> bytes:
    """Return a geometry of GeoJSON or JSON-FG as WKB. Raises one of ``UNREADABLE`` if it is none."""
    kind = geometry["type"]
    if kind == "GeometryCollection" or kind in CURVES:
        return _collection(CURVES.get(kind, COLLECTION), [geojson_wkb(part) for part in geometry["geometries"]])
    coordinates = geometry["coordinates"]
    if kind == "CircularString":
        return struct.pack("<BI", 1, ARC) + _counted(_points(coordinates))
    if kind in SIMPLE:
        return _simple(kind, coordinates)
    return _collection(CODES[kind], [_simple(MULTIPLE[kind], part) for part in coordinates])


def esri_wkb(geometry: Any) -> bytes | None:
    """Return an Esri JSON geometry as WKB, None if it is empty. Raises one of ``UNREADABLE`` if it is none.

    Raises NoArc, too, for curves that are no circular arcs.
    """
    if is_curved(geometry):
        return curved_wkb(geometry)
    if "x" in geometry:
        return _simple("Point", [geometry["x"], geometry["y"]]) if geometry["x"] not in {None, "NaN"} else None
    if "points" in geometry:
        return _collection(POINTS, [_simple("Point", point) for point in geometry["points"]])
    if "paths" in geometry:
        return _collection(LINES, [_simple("LineString", path) for path in geometry["paths"]])
    return _rings(geometry["rings"])


def has_height(geometry: Any) -> bool:
    """Return whether the first position of a geometry has a height other than 0."""
    if not isinstance(geometry, dict):
        return False
    if "x" in geometry:
        return bool(geometry.get("z"))
    parts = next((geometry[name] for name in HOLDERS if geometry.get(name)), None)
    while isinstance(parts, list) and parts and isinstance(parts[0], list):
        parts = parts[0]
    if isinstance(parts, list) and parts and isinstance(parts[0], dict):
        return has_height(parts[0])
    return isinstance(parts, list) and len(parts) > 2 and isinstance(parts[2], Decimal) and parts[2] != 0


def _rings(rings: Sequence[Any]) -> bytes:
    points = [_points(ring) for ring in rings]
    areas = nested(points)
    return _collection(POLYGONS, [_polygon([points[number] for number in area]) for area in areas])


def _simple(kind: str, coordinates: Sequence[Any]) -> bytes:
    if kind == "Point":
        x, y = (float(value) for value in coordinates[:2]) if coordinates else (np.nan, np.nan)
        return struct.pack("<BIdd", 1, POINT, x, y)
    if kind == "LineString":
        return struct.pack("<BI", 1, LINE) + _counted(_points(coordinates))
    return _polygon([_points(ring) for ring in coordinates])


def _polygon(rings: Sequence[Any]) -> bytes:
    return struct.pack("<BII", 1, POLYGON, len(rings)) + b"".join(map(_counted, rings))


def _collection(code: int, parts: Sequence[bytes]) -> bytes:
    return struct.pack("<BII", 1, code, len(parts)) + b"".join(parts)


def _points(coordinates: Sequence[Any]) -> Any:
    """Return positions as an array of x and y; missing numbers are NaN, which is refused later."""
    return np.array([(position[0], position[1]) for position in coordinates], "<f8").reshape(-1, 2)


def _counted(points: Any) -> bytes:
    return struct.pack("<I", len(points)) + points.tobytes()
