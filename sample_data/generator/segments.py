"""The trench segments: for each cluster a tree from the hub to the served streets, cut into segments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring
from shapely.prepared import prep

from generator.city import City
from generator.clusters import Cluster
from generator.common import Floats, checked, rng_for
from generator.network import Edge, Network, Node, Street, path_back, shortest_paths
from generator.streets import bend

LONGEST_M = 440.0
# Where three streets nearly meet, noding leaves tiny pieces, which are no trenches.
SHORTEST_M = 4.0


@dataclass
class Segment:
    """A future trench: `plan` is straight, `shape` bent as on the map, `order` its distance from the hub in metres."""

    cluster: Cluster
    street: Street
    plan: LineString
    shape: LineString
    order: float
    inside_m: float
    feeder: bool


def make_segments(city: City, network: Network, clusters: list[Cluster]) -> list[Segment]:
    """Return the segments of all clusters."""
    rng = rng_for("segments")
    hubs = _hubs(network, clusters)
    dug: set[int] = set()
    nodes: set[Node] = set(hubs)
    segments: list[Segment] = []
    # The first clusters dig the trunk lines that later ones use.
    for cluster in sorted(clusters, key=lambda c: (c.stage, c.key)):
        edges, distance = _tree(network, cluster, nodes, dug, rng)
        dug |= {edge.index for edge in edges}
        nodes |= {end for edge in edges for end in edge.ends}
        for chain in _chains(edges):
            segments += _cut(city, cluster, chain, distance)
    return segments


def _hubs(network: Network, clusters: list[Cluster]) -> list[Node]:
    """Return the hubs: central offices at crossings of main roads, spread over the city."""
    crossings = sorted(node for node, edges in network.at.items() if sum(edge.street.main for edge in edges) >= 4)
    points = np.array(crossings)
    chosen = [int(np.argmin(np.linalg.norm(points - np.array([393_400.0, 5_708_200.0]), axis=1)))]
    while len(chosen) < 9:
        distance = np.min(np.linalg.norm(points[:, None] - points[chosen][None], axis=2), axis=1)
        # Not at the edge, since an office serves all sides.
        distance -= 0.6 * np.linalg.norm(points - points.mean(axis=0), axis=1)
        chosen.append(int(np.argmax(distance)))
    return [crossings[index] for index in chosen]


def _tree(
    network: Network, cluster: Cluster, nodes: set[Node], dug: set[int], rng: np.random.Generator
) -> tuple[list[Edge], dict[Node, float]]:
    """Return the shortest paths to the cluster's streets, from the centre outwards, until its length is reached."""
    distance, through = shortest_paths(network, nodes, dug)
    shape = prep(cluster.plan)
    inside = [edge for edge in network.edges if shape.contains(edge.line.interpolate(0.5, normalized=True))]
    middle = cluster.plan.centroid
    key: Floats = np.array([edge.line.distance(middle) + rng.uniform(0, 420) for edge in inside])
    chosen: dict[int, Edge] = {}
    for position in np.argsort(key, kind="stable"):
        edge = inside[int(position)]
        near = min(edge.ends, key=lambda end: distance.get(end, np.inf))
        if near not in distance or edge.index in dug:
            continue
        for step in [edge, *path_back(near, through)]:
            if step.index not in dug:
                chosen[step.index] = step
        if sum(step.line.length for step in chosen.values()) > cluster.km * 1_000:
            break
    return list(chosen.values()), distance


def _chains(edges: list[Edge]) -> list[list[Edge]]:
    """Join the pieces of one street into chains that a crew digs without a break."""
    at: dict[Node, list[Edge]] = defaultdict(list)
    for edge in edges:
        for end in edge.ends:
            at[end].append(edge)
    left = {edge.index for edge in edges}
    chains = []
    for start in edges:
        if start.index not in left:
            continue
        left.discard(start.index)
        chain, length = [start], start.line.length
        for end in start.ends:
            node = end
            while (following := _next(at[node], chain, left)) and length < LONGEST_M * 0.75:
                left.discard(following.index)
                chain.insert(0, following) if end == start.ends[0] else chain.append(following)
                length += following.line.length
                node = following.ends[1] if following.ends[0] == node else following.ends[0]
        chains.append(chain)
    return chains


def _next(meeting: list[Edge], chain: list[Edge], left: set[int]) -> Edge | None:
    """Return the edge that continues along the same street, across side streets."""
    return next((edge for edge in meeting if edge.index in left and edge.street is chain[0].street), None)


def _cut(city: City, cluster: Cluster, chain: list[Edge], distance: dict[Node, float]) -> list[Segment]:
    """Cut the chain, as one line, into segments of at most 440 m."""
    line = checked(shapely.line_merge(shapely.MultiLineString([edge.line for edge in chain])), LineString)
    ends = [(round(x, 2), round(y, 2)) for x, y in (line.coords[0], line.coords[-1])]
    if distance.get(ends[0], np.inf) > distance.get(ends[1], np.inf):
        line, ends = line.reverse(), ends[::-1]
    if line.length < SHORTEST_M:
        return []
    start = distance.get(ends[0], 0.0)
    count = max(1, int(np.ceil(line.length / LONGEST_M)))
    street, pieces = chain[0].street, []
    for k in range(count):
        piece = checked(substring(line, k / count, (k + 1) / count, normalized=True), LineString)
        shape = bend(piece)
        inside_m = shape.length if city.outline.covers(shape) else shape.intersection(city.outline).length
        feeder = not cluster.plan.buffer(60).contains(Point(piece.interpolate(0.5, normalized=True)))
        order = start + line.length * k / count
        pieces.append(Segment(cluster, street, piece, shape, order, inside_m, feeder))
    return pieces
