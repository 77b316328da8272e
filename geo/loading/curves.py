"""Circular arcs, which neither GEOS nor the layers know, as straight segments.

Each arc is given by three points. The segments keep these and add points on the circle, so that no segment is farther
from it than a given tolerance: of an angle a and a radius r, the segment's middle is r (1 - cos(a / 2)) away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException

Points = np.ndarray[Any, np.dtype[np.float64]]

MOST_SEGMENTS = 1_000_000
"""Per half of an arc. Only arcs longer than the earth's circumference need more, so that their file is damaged."""


class NotAGeometry(ValueError):
    """The encoded geometry is damaged."""


class Unclosed(ValueError):
    """A ring's last point is not its first."""


@dataclass(slots=True)
class Node:
    """A geometry as it is encoded: its kind, and its points or parts."""

    kind: str
    points: Points | None = None
    parts: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A geometry of a kind that no layer takes and shapely cannot express."""

    kind: str


def contains_arcs(node: Node) -> bool:
    """Return whether the geometry has a circular arc anywhere."""
    return node.kind == "CircularString" or any(contains_arcs(part) for part in node.parts)


def straight(node: Node, tolerance: float, *, close: bool = False) -> shapely.Geometry | Wrong:
    """Return the geometry with straight segments, at most ``tolerance`` from its arcs, in two dimensions.

    Raises NotAGeometry if it is damaged, and Unclosed if a ring is not closed, unless ``close`` closes it.
    """
    try:
        return _straight(node, tolerance, close)
    except GEOSException as error:
        raise NotAGeometry from error


def _straight(node: Node, tolerance: float, close: bool) -> shapely.Geometry | Wrong:
    match node.kind:
        case "Point":
            points = _points(node)
            return shapely.Point(points[0]) if len(points) and not np.isnan(points[0]).any() else shapely.Point()
        case "LineString" | "CircularString" | "CompoundCurve":
            return shapely.LineString(_line(node, tolerance))
        case "Polygon" | "CurvePolygon" | "Triangle":
            rings = [_ring(part, tolerance, close) for part in node.parts]
            return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()
        case "MultiPoint":
            return shapely.MultiPoint(_filled(node, tolerance, close))
        case "MultiLineString" | "MultiCurve":
            return shapely.MultiLineString(_filled(node, tolerance, close))
        case "MultiPolygon" | "MultiSurface":
            return shapely.MultiPolygon(_filled(node, tolerance, close))
        case "GeometryCollection":
            return shapely.GeometryCollection(_parts(node, tolerance, close))
    return Wrong(node.kind)


def _parts(node: Node, tolerance: float, close: bool) -> list[Any]:
    parts = [_straight(part, tolerance, close) for part in node.parts]
    if any(isinstance(part, Wrong) for part in parts):
        raise NotAGeometry
    return parts


def _filled(node: Node, tolerance: float, close: bool) -> list[Any]:
    # shapely refuses empty parts, which hold nothing.
    return [part for part in _parts(node, tolerance, close) if not part.is_empty]


def _points(node: Node) -> Points:
    if node.points is None:
        raise NotAGeometry
    return node.points


def _ring(node: Node, tolerance: float, close: bool) -> Points:
    ring = _line(node, tolerance)
    # shapely would close it without a word.
    if len(ring) and (ring[0] != ring[-1]).any() and not close:
        raise Unclosed
    return ring


def _line(node: Node, tolerance: float) -> Points:
    match node.kind:
        case "LineString":
            return _points(node)
        case "CircularString":
            return _along_arcs(_points(node), tolerance)
        case "CompoundCurve":
            pieces = [_line(part, tolerance) for part in node.parts]
            pieces = [piece for piece in pieces if len(piece)]
            for before, after in pairwise(pieces):
                if (before[-1] != after[0]).any():
                    raise NotAGeometry
            return np.concatenate([piece[bool(index) :] for index, piece in enumerate(pieces)]) if pieces else _none()
    raise NotAGeometry


def _none() -> Points:
    return np.empty((0, 2))


def _along_arcs(points: Points, tolerance: float) -> Points:
    """Return the points along a chain of arcs, of which each begins at the end of the one before it."""
    if len(points) == 0:
        return points
    if len(points) < 3 or len(points) % 2 == 0:
        raise NotAGeometry
    pieces = [points[:1]]
    for first in range(0, len(points) - 2, 2):
        start, middle, end = points[first : first + 3]
        pieces.append(_along_arc(start, middle, end, tolerance)[1:])
    return np.concatenate(pieces)


def _along_arc(start: Points, middle: Points, end: Points, tolerance: float) -> Points:
    if not np.isfinite([start, middle, end]).all():
        return np.array([start, middle, end])
    if (start == end).all():
        # SQL/MM: of a whole circle, the point in the middle is opposite to the start.
        centre = (middle - start) / 2
        turn = 2 * math.pi
    else:
        centre = _centre(middle - start, end - start)
        if centre is None:
            return np.array([start, middle, end])
        turn = _turn(-centre, middle - start - centre, end - start - centre)
    radius = math.hypot(*centre)
    if radius == 0:
        return np.array([start, middle, end])
    begin = math.atan2(-centre[1], -centre[0])
    half = math.atan2(middle[1] - start[1] - centre[1], middle[0] - start[0] - centre[0])
    first = turn / 2 if (start == end).all() else _directed(half - begin, turn)
    angles = begin + np.concatenate([_steps(first, radius, tolerance), first + _steps(turn - first, radius, tolerance)])
    along = start + centre + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    along[0] = start
    along[len(_steps(first, radius, tolerance))] = middle
    return np.vstack([along, end])


def _centre(middle: Points, end: Points) -> Points | None:
    """Return the centre of the circle through the origin and two points, None if they lie on a straight line."""
    (a, b), (c, d) = middle, end
    area = 2 * (a * d - b * c)
    longest = max(a * a + b * b, c * c + d * d)
    # Closer to a line than coordinates in metres are exact, a centre would be a matter of rounding.
    if abs(area) <= 1e-12 * longest:
        return None
    first, second = a * a + b * b, c * c + d * d
    return np.array([(d * first - b * second) / area, (a * second - c * first) / area])


def _turn(start: Points, middle: Points, end: Points) -> float:
    """Return the angle from start to end, seen from the centre, that passes the middle: positive if anticlockwise."""
    to_middle = (math.atan2(middle[1], middle[0]) - math.atan2(start[1], start[0])) % (2 * math.pi)
    to_end = (math.atan2(end[1], end[0]) - math.atan2(start[1], start[0])) % (2 * math.pi)
    return to_end if to_middle <= to_end else to_end - 2 * math.pi


def _directed(angle: float, turn: float) -> float:
    """Return the angle between the start and a point on the arc, in the arc's direction."""
    positive = angle % (2 * math.pi)
    return positive if turn > 0 else positive - 2 * math.pi


def _steps(angle: float, radius: float, tolerance: float) -> Points:
    """Return angles from 0 towards ``angle``, without the last, whose chords stay within the tolerance."""
    widest = 2 * math.acos(max(1 - tolerance / radius, -1.0)) if tolerance < radius else math.pi / 2
    # acos loses its digits near 1, where the first term of its series is exact enough.
    if tolerance < 1e-6 * radius:
        widest = math.sqrt(8 * tolerance / radius)
    count = max(math.ceil(abs(angle) / widest), 1)
    if count > MOST_SEGMENTS:
        raise NotAGeometry
    return angle * np.arange(count) / count
