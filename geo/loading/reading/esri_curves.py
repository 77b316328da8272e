"""Esri JSON's geometries with circular arcs as WKB, whose arcs are straightened like those of other formats.

The source of the form is Esri's documentation of the ArcGIS REST API, "Geometry objects": a path is a list of positions
and curves, and each curve leads from the position before it to its first one.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geo.loading.curves import Node, Points, straight
from geo.loading.encoded import wkb_from_node
from geo.loading.reading.nesting import nested

OUTLINE_M = 0.1
"""How close the outlines are by which holes are assigned to the rings around them."""

SHORTEST_PATH = 2

ROUNDED = 0.01
"""By which part of the radius an arc's ends may differ in their distance from its centre, which files round."""


class NoArc(ValueError):
    """The curve is none that can be straightened: part of an ellipse, or a Bézier curve."""


def is_curved(geometry: Any) -> bool:
    """Return whether an Esri JSON geometry has curves."""
    return isinstance(geometry, dict) and bool({"curvePaths", "curveRings"} & geometry.keys())


def curved_wkb(geometry: Any) -> bytes:
    """Return ``curvePaths`` or ``curveRings`` as WKB with arcs.

    Raises NoArc for other curves than circular ones, and one of ``json_geometry.UNREADABLE`` if it is damaged.
    """
    if "curvePaths" in geometry:
        return wkb_from_node(Node("MultiCurve", parts=[_path(path) for path in geometry["curvePaths"]]))
    rings = [_path(ring) for ring in geometry["curveRings"]]
    areas = nested([_outline(ring) for ring in rings])
    surfaces = [Node("CurvePolygon", parts=[rings[index] for index in area]) for area in areas]
    return wkb_from_node(Node("MultiSurface", parts=surfaces))


def _outline(ring: Node) -> Any:
    line = straight(ring, OUTLINE_M)
    assert isinstance(line, shapely.Geometry)
    return shapely.get_coordinates(line)


def _path(path: Sequence[Any]) -> Node:
    if len(path) < SHORTEST_PATH:
        raise ValueError
    pieces: list[Node] = []
    at = _position(path[0])
    for step in path[1:]:
        piece = _piece(at, step)
        at = piece.points[-1] if piece.points is not None else at
        pieces.append(piece)
    return Node("CompoundCurve", parts=pieces)


def _piece(start: Points, step: Any) -> Node:
    if not isinstance(step, dict):
        return Node("LineString", np.array([start, _position(step)]))
    if "c" in step:
        end, between = map(_position, step["c"])
        return Node("CircularString", np.array([start, between, end]))
    if "a" in step:
        return Node("CircularString", _around(start, *step["a"]))
    raise NoArc


def _around(
    start: Points, end: Any, centre: Any, minor: Any, clockwise: Any, rotation: Any = 0, axis: Any = 0, ratio: Any = 1
) -> Points:
    """Return an arc around a centre as three points, a whole circle as five, since three would not say which way round.

    ``axis`` and ``rotation`` are of ellipses only.
    """
    if ratio != 1:
        raise NoArc
    last, middle = _position(end), _position(centre)
    radius = math.hypot(*(start - middle))
    if not abs(math.hypot(*(last - middle)) - radius) <= ROUNDED * radius:
        raise ValueError
    begin = math.atan2(*(start - middle)[::-1])
    anticlockwise = (math.atan2(*(last - middle)[::-1]) - begin) % math.tau or math.tau
    is_circle = anticlockwise == math.tau
    turn = (-math.tau if is_circle else anticlockwise - math.tau) if clockwise else anticlockwise
    # Of the centre, files hold fewer digits than decide on which side of half a circle an arc is.
    if bool(minor) != (abs(turn) <= math.pi) and abs(abs(turn) - math.pi) > 1e-6 and not is_circle:
        raise ValueError
    shares = (0.25, 0.5, 0.75) if is_circle else (0.5,)
    angles = [begin + turn * share for share in shares]
    return np.array([start, *(middle + radius * np.array([math.cos(at), math.sin(at)]) for at in angles), last])


def _position(position: Sequence[Any]) -> Points:
    return np.array([float(position[0]), float(position[1])])
