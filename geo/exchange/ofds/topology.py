"""Trenches as a graph: lines are cut where a node lies on them or another line ends, and every end has a node."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring

NEAR_M = 1.0
"""How far a network node may lie from the line that it belongs to: it is surveyed, the line is drawn."""
SAME_M = 0.02
"""How far apart the ends of lines may lie that meet. Junctions are named by their coordinates in whole centimetres."""


class Part(NamedTuple):
    """A connected part of a trench: the trench's id and the line in metres."""

    trench: int
    line: LineString


class Piece(NamedTuple):
    """A part between two nodes, named by their ids. ``number`` counts the pieces of a trench from 1."""

    trench: int
    number: int
    line: LineString
    start: str
    end: str


class Junction(NamedTuple):
    """A point where lines end, beside the network nodes."""

    id: str
    place: Point


class Graph(NamedTuple):
    """The pieces of all parts, and the junctions among their ends."""

    pieces: list[Piece]
    junctions: list[Junction]

    @property
    def used(self) -> set[str]:
        """The ids of the nodes and junctions at which a piece ends."""
        return {end for piece in self.pieces for end in (piece.start, piece.end)}


class _Places:
    """Points with their ids, found by distance."""

    def __init__(self, points: Sequence[tuple[str, Point]], reach_m: float) -> None:
        self._points = points
        self._tree = shapely.STRtree([place for _, place in points])
        self._reach_m = reach_m

    def nearest(self, place: Point) -> str | None:
        """Return the id of the nearest point within reach; of equally near ones the first."""
        found = sorted(self._tree.query(place, predicate="dwithin", distance=self._reach_m))
        if not found:
            return None
        return min((self._points[index] for index in found), key=lambda one: one[1].distance(place))[0]

    def along(self, line: LineString) -> list[tuple[float, str]]:
        """Return the points within reach of a line's interior, with the distance from its start in metres."""
        found = sorted(self._tree.query(line, predicate="dwithin", distance=self._reach_m))
        positions = [(line.project(self._points[index][1]), self._points[index][0]) for index in found]
        return [one for one in positions if self._reach_m < one[0] < line.length - self._reach_m]


def connect(parts: Sequence[Part], nodes: Sequence[tuple[str, Point]]) -> Graph:
    """Return the graph of the parts, in their order. A node is at an end, or cuts a line, if it lies within a metre."""
    network = _Places(nodes, NEAR_M)
    ends = [Point(part.line.coords[place]) for part in parts for place in (0, -1)]
    junctions = _junctions(end for end in ends if network.nearest(end) is None)
    meeting = _Places(junctions, SAME_M)
    pieces: list[Piece] = []
    counted: dict[int, int] = {}
    for part in parts:
        cuts = _cuts(part.line, network, meeting)
        for (begins, start), (stops, end) in pairwise(cuts):
            counted[part.trench] = counted.get(part.trench, 0) + 1
            line = part.line if len(cuts) == 2 else substring(part.line, begins, stops)
            assert isinstance(line, LineString)
            pieces.append(Piece(part.trench, counted[part.trench], line, start, end))
    return Graph(pieces, junctions)


def _cuts(line: LineString, network: _Places, meeting: _Places) -> list[tuple[float, str]]:
    """Return the ends of a line's pieces: the distance from its start, and the node or junction there."""

    def at(place: Point) -> str:
        found = network.nearest(place) or meeting.nearest(place)
        assert found is not None, "every end has a node or a junction"
        return found

    cuts = [(0.0, at(Point(line.coords[0])))]
    for position, node in sorted([*network.along(line), *meeting.along(line)]):
        # Two nodes in one place would leave a piece without length between them: the first one stands for both.
        if position - cuts[-1][0] > SAME_M:
            cuts.append((position, node))
    return [*cuts, (line.length, at(Point(line.coords[-1])))]


def _junctions(ends: Iterable[Point]) -> list[Junction]:
    """Return a junction for the ends that lie together, named by the coordinates of the westernmost."""
    points = [Point(place) for place in sorted({(end.x, end.y) for end in ends})]
    tree = shapely.STRtree(points)
    chosen: set[int] = set()
    for index, point in enumerate(points):
        near = tree.query(point, predicate="dwithin", distance=SAME_M)
        if not chosen.intersection(int(one) for one in near):
            chosen.add(index)
    return [Junction(_named(points[index]), points[index]) for index in sorted(chosen)]


def _named(place: Point) -> str:
    return f"junction-{round(place.x * 100)}-{round(place.y * 100)}"
