"""All streets as one graph, and the shortest paths in it."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Point

from generator.city import City
from generator.clusters import Cluster
from generator.common import Row
from generator.industrial import Works
from generator.street_names import main_name, names_for
from generator.streets import OVERSHOOT_M, bend, with_access

GRID_M = 0.01
Node = tuple[float, float]


@dataclass(frozen=True)
class Street:
    """A named street of the plan."""

    name: str
    line: LineString
    main: bool


@dataclass(frozen=True)
class Edge:
    """A piece of a street between two crossings."""

    index: int
    ends: tuple[Node, Node]
    line: LineString
    street: Street


@dataclass
class Network:
    """The graph; `at` lists the edges at each crossing."""

    edges: list[Edge] = field(default_factory=list)
    at: dict[Node, list[Edge]] = field(default_factory=lambda: defaultdict(list))


def make_network(city: City, roads: list[LineString], works: list[Works], clusters: list[Cluster]) -> Network:
    """Return the graph of all streets, split at their crossings."""
    streets = streets_of(city, roads, works, clusters)
    pieces = shapely.union_all([street.line for street in streets], grid_size=GRID_M)
    parts = _without_stubs([part for part in shapely.get_parts(pieces) if part.length > GRID_M])
    tree = shapely.STRtree([street.line for street in streets])
    nearest = tree.nearest([part.interpolate(0.5, normalized=True) for part in parts])
    network = Network()
    for index, (part, street) in enumerate(zip(parts, nearest, strict=True)):
        ends = (_node(part.coords[0]), _node(part.coords[-1]))
        edge = Edge(index, ends, part, streets[int(street)])
        network.edges.append(edge)
        for end in ends:
            network.at[end].append(edge)
    return network


def _without_stubs(parts: list[LineString]) -> list[LineString]:
    """Remove the ends by which streets overshoot the streets that they meet."""
    uses = Counter(_node(end) for part in parts for end in (part.coords[0], part.coords[-1]))
    return [
        part
        for part in parts
        if part.length > 2 * OVERSHOOT_M or min(uses[_node(part.coords[0])], uses[_node(part.coords[-1])]) > 1
    ]


def _node(coordinate: tuple[float, ...]) -> Node:
    return (round(coordinate[0], 2), round(coordinate[1], 2))


def streets_of(city: City, roads: list[LineString], works: list[Works], clusters: list[Cluster]) -> list[Street]:
    """Return all named streets of the plan: main roads, then the side streets of each place."""
    quarters = list(city.statistical)
    centres = shapely.STRtree([shape.centroid for shape in city.statistical.values()])
    streets = []
    for number, road in enumerate(roads):
        quarter = quarters[int(centres.nearest(Point(road.coords[-1])))]
        streets.append(Street(main_name(quarter, number), road, True))
    for place, lines in _side_streets(works, clusters, roads):
        names = names_for(place, len(lines))
        streets += [Street(name, line, False) for name, line in zip(names, lines, strict=True)]
    return streets


def _side_streets(
    works: list[Works], clusters: list[Cluster], roads: list[LineString]
) -> Iterable[tuple[str, list[LineString]]]:
    """Yield the side streets of each place, without those that run along main roads."""
    network = shapely.union_all(roads)
    for area in works:
        inner = [line for line in area.streets if network.distance(line.interpolate(0.5, normalized=True)) > 1]
        yield area.source_id, inner
    for cluster in clusters:
        yield cluster.key, with_access(cluster.streets, network)


def street_rows(streets: list[Street]) -> list[Row]:
    """Return the streets as they lie in the city; the plan's overshooting ends are left on."""
    return [
        {
            "source_id": f"st-{number:04d}",
            "name": street.name,
            "kind": "main" if street.main else "local",
            "geometry": bend(street.line),
        }
        for number, street in enumerate(streets, start=1)
    ]


def shortest_paths(
    network: Network, sources: Iterable[Node], cheap: set[int]
) -> tuple[dict[Node, float], dict[Node, Edge]]:
    """Run Dijkstra's algorithm from all sources at once; edges in `cheap` (already dug) cost almost nothing."""
    distance: dict[Node, float] = dict.fromkeys(sources, 0.0)
    through: dict[Node, Edge] = {}
    queue = [(0.0, node) for node in sorted(distance)]
    heapq.heapify(queue)
    while queue:
        reached, node = heapq.heappop(queue)
        if reached > distance[node]:
            continue
        for edge in network.at[node]:
            far = edge.ends[1] if edge.ends[0] == node else edge.ends[0]
            cost = reached + edge.line.length * (0.05 if edge.index in cheap else 1.0)
            if cost < distance.get(far, np.inf):
                distance[far], through[far] = cost, edge
                heapq.heappush(queue, (cost, far))
    return distance, through


def path_back(node: Node, through: dict[Node, Edge]) -> list[Edge]:
    """Return the edges from a node back to its source."""
    edges = []
    while node in through:
        edge = through[node]
        edges.append(edge)
        node = edge.ends[1] if edge.ends[0] == node else edge.ends[0]
    return edges
