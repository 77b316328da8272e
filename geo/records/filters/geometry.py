"""Reads and checks geometries in a filter. PostgreSQL transforms them to the stored CRS, once per statement."""

import json
import math
from typing import Any

import shapely
from psycopg import sql
from shapely import Geometry

from geo.profile.wording import WHOLE
from geo.records.filters.expression import FilterCrs, FilterError, Parameters, Shape, quoted
from geo.records.filters.reading import MOST_VERTICES
from geo.store.database import SRID

LEVELS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""The depth of nesting of the positions in ``coordinates``."""

COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION

PIECES = 100
"""The number of segments into which the longest side is divided before it is transformed, since it becomes curved."""
MOST_PIECES = 20_000
"""The approximate maximum of segments of a geometry; a zigzag of long lines could otherwise have a million."""


def compile_literal(node: Any, crs: FilterCrs, parameters: Parameters) -> Shape:
    """Return the geometry of a node as SQL. Raises FilterError if it is invalid, empty or outside the usable area."""
    found = _read(node, crs)
    if crs.y_first:
        found = shapely.transform(found, lambda positions: positions[:, ::-1])
    west, south, east, north = shapely.bounds(found).tolist()
    if crs.srid == 4326 and (max(-west, east) > 180 or max(-south, north) > 180):
        raise FilterError(f"The geometry {quoted(node)} is beyond ±180°.", "Check filter-crs and the order of axes.")
    usable = shapely.box(*crs.usable)
    is_clipped = not shapely.covers(usable, found)
    if is_clipped:
        try:
            found = shapely.intersection(found, usable)
        except shapely.errors.ShapelyError:
            raise _bad(node, f"It extends too far from {WHOLE.of_whole.en}") from None
    value = sql.SQL("st_setsrid(st_geomfromwkb({}), {})").format(
        parameters.bind(shapely.to_wkb(found, output_dimension=2)), sql.Literal(crs.srid)
    )
    if crs.srid != SRID:
        piece = max((east - west) / PIECES, (north - south) / PIECES, float(shapely.length(found)) / MOST_PIECES)
        if piece and not shapely.is_empty(found):
            value = sql.SQL("st_segmentize({}, {}::float8)").format(value, parameters.bind(piece))
        value = sql.SQL("st_transform({}, {})").format(value, sql.Literal(SRID))
    return Shape(value, is_clipped, shapely.get_type_id(found) == COLLECTION)


def _read(node: dict[str, Any], crs: FilterCrs) -> Geometry:
    if "bbox" in node:
        return _box(node, crs)
    try:
        vertices = _count(node)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise _bad(node, "Its type or its coordinates are not valid GeoJSON") from None
    if vertices > MOST_VERTICES:
        raise FilterError(f"A geometry has more than {MOST_VERTICES:,} vertices.", "Simplify it.")
    try:
        found = shapely.force_2d(shapely.from_geojson(json.dumps(node)))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise _bad(node, f"{error}".split("\n")[0].rstrip(".")) from None
    if shapely.is_empty(found):
        raise _bad(node, "It is empty")
    if not shapely.is_valid(found):
        raise _bad(node, shapely.is_valid_reason(found))
    return found


def _box(node: dict[str, Any], crs: FilterCrs) -> Geometry:
    numbers = node["bbox"]
    if not isinstance(numbers, list) or len(numbers) not in (4, 6) or not all(map(_is_number, numbers)):
        raise _bad(node, "A bbox consists of four or six numbers")
    half = len(numbers) // 2
    lower, upper = numbers[:2], numbers[half : half + 2]
    longitude = 1 if crs.y_first else 0
    if crs.srid == 4326 and lower[longitude] > upper[longitude]:
        # Across the 180th meridian: the area east of the first bound, and the area west of the second.
        east = {"bbox": [*lower, *_with_ordinate(upper, longitude, 180)]}
        west = {"bbox": [*_with_ordinate(lower, longitude, -180), *upper]}
        return shapely.union_all([_box(east, crs), _box(west, crs)])
    if lower[0] > upper[0] or lower[1] > upper[1]:
        raise _bad(node, "A lower bound is greater than the upper one")
    if lower == upper:
        return shapely.Point(lower)
    if lower[0] == upper[0] or lower[1] == upper[1]:
        return shapely.LineString([lower, upper])
    return shapely.box(*lower, *upper)


def _with_ordinate(corner: list[float], axis: int, value: float) -> list[float]:
    return [value if position == axis else number for position, number in enumerate(corner)]


def _count(node: dict[str, Any]) -> int:
    """Return the number of vertices of a GeoJSON geometry. Raises ValueError, TypeError or KeyError if invalid."""
    if node["type"] == "GeometryCollection":
        # No collection within a collection: CQL2 does not allow it, and it could be nested without limit.
        return sum(_count_positions(part["coordinates"], LEVELS[part["type"]]) for part in node["geometries"])
    return _count_positions(node["coordinates"], LEVELS[node["type"]])


def _count_positions(coordinates: Any, level: int) -> int:
    if not isinstance(coordinates, list):
        raise TypeError(coordinates)
    if level:
        return sum(_count_positions(part, level - 1) for part in coordinates)
    if not 2 <= len(coordinates) <= 4 or not all(map(_is_number, coordinates)):
        raise ValueError(coordinates)
    return 1


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(float(value))


def _bad(node: Any, reason: str) -> FilterError:
    return FilterError(f"{quoted(node)} is not a usable geometry.", f"{reason}.")
