"""An invented street network: main roads between the quarters, side streets that divide land into blocks.

Everything is first planned with straight lines ("plan") and bent once at the end (`bend`), so that lines that meet in
the plan still meet: the trenches, the addresses along them and the plots share one geometry.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from generator.city import City
from generator.common import DECIMALS, Floats, G, Waves, checked, rng_for

# A grid on which crossings meet exactly; far too fine to be visible.
GRID_M = 0.001
OVERSHOOT_M = 0.3
DENSIFY_M = 35.0
bend_points = Waves("streets", [(120, 4_500), (24, 1_000)])


def bend(geometry: G) -> G:
    """Bend the straight plan to the shape of a grown city."""
    dense = shapely.segmentize(geometry, DENSIFY_M)
    return shapely.transform(dense, lambda xy: np.round(bend_points(xy), DECIMALS))


def main_roads(city: City) -> list[LineString]:
    """Return the Gabriel graph of the quarters' centres: nearby places are joined unless another is between them."""
    rng = rng_for("main-roads")
    inner = np.array([[p.centroid.x, p.centroid.y] for p in city.statistical.values()])
    inner += rng.uniform(-280, 280, size=inner.shape)
    # Roads continue beyond the city to places just outside it.
    ring = checked(city.outline.buffer(1_500).simplify(400), Polygon).exterior
    outer = np.array([[p.x, p.y] for p in (ring.interpolate(k / 14, normalized=True) for k in range(14))])
    points = np.concatenate([inner, outer])
    roads = []
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            if i < len(inner) and _neighbours(points, i, j):
                roads.append(LineString([points[i], points[j]]))
    return roads


def _neighbours(points: Floats, i: int, j: int) -> bool:
    middle, radius = (points[i] + points[j]) / 2, np.linalg.norm(points[i] - points[j]) / 2
    distance = np.linalg.norm(points - middle, axis=1)
    distance[[i, j]] = np.inf
    return bool(distance.min() > radius)


def blob(centre: Floats, area: float, rng: np.random.Generator, stretch: float = 1.4) -> Polygon:
    """Return a rounded, irregular patch of land."""
    angles = np.linspace(0, 2 * np.pi, 17)[:-1]
    radii = 1 + 0.16 * np.sin(2 * angles + rng.uniform(0, 6)) + 0.10 * np.sin(3 * angles + rng.uniform(0, 6))
    radii *= rng.uniform(0.93, 1.07, size=len(angles))
    shape = Polygon(np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1))
    shape = affinity.scale(shape, rng.uniform(1, stretch), 1)
    return _placed(shape, centre, area, rng.uniform(0, 180))


def works_site(centre: Floats, area: float, rng: np.random.Generator) -> Polygon:
    """Return an industrial site: elongated, straight-edged, with some corners cut off as by a road or railway."""
    length = rng.uniform(1.2, 2.1)
    corners = [(-length, -1), (length, -1), (length, 1), (-length, 1)]
    points: list[tuple[float, float]] = []
    for x, y in corners:
        x, y = x * rng.uniform(0.82, 1.08), y * rng.uniform(0.82, 1.1)
        if rng.random() < 0.45:
            inset = rng.uniform(0.25, 0.6)
            first = (x - np.sign(x) * inset, y)
            second = (x, y - np.sign(y) * inset * rng.uniform(0.5, 1))
            points += [first, second] if x * y > 0 else [second, first]
            # This order keeps the ring anticlockwise.
            if x * y > 0:
                points[-2:] = [second, first]
            else:
                points[-2:] = [first, second]
        else:
            points.append((x, y))
    shape = Polygon(points)
    shape = shape if shape.is_valid else checked(shape.convex_hull, Polygon)
    return _placed(shape, centre, area, rng.uniform(0, 180))


def _placed(shape: Polygon, centre: Floats, area: float, angle: float) -> Polygon:
    factor = float(np.sqrt(area / shape.area))
    shape = affinity.scale(shape, factor, factor, origin=(0, 0))
    return affinity.translate(affinity.rotate(shape, angle, origin=(0, 0)), float(centre[0]), float(centre[1]))


def side_streets(area: Polygon, roads: list[LineString], block_m2: float, rng: np.random.Generator) -> list[LineString]:
    """Return streets that divide the land between the roads into blocks of about the given size."""
    cuts: list[LineString] = []
    for face in faces(area, roads):
        _divide(face, block_m2, rng, cuts)
    return cuts


def faces(area: Polygon, lines: list[LineString]) -> list[Polygon]:
    """Return the pieces into which the lines divide the area."""
    crossing = [line for line in lines if line.intersects(area)]
    edges = shapely.union_all([area.boundary, *crossing], grid_size=GRID_M)
    pieces = shapely.polygonize([edges]).geoms
    inner = area.buffer(-0.5)
    return [checked(piece, Polygon) for piece in pieces if inner.intersects(piece.representative_point())]


def _divide(block: Polygon, block_m2: float, rng: np.random.Generator, cuts: list[LineString]) -> None:
    """Halve the block across its longer side until it is small enough; each cut is a street."""
    if block.area < block_m2 * rng.uniform(0.8, 1.9):
        return
    cut = _cut_across(block, rng)
    for part in shapely.get_parts(cut.intersection(block)):
        if part.geom_type == "LineString" and part.length > 1:
            cuts.append(_overshot(part))
    for piece in split(block, cut).geoms:
        if isinstance(piece, Polygon) and piece.area > 0.12 * block.area:
            _divide(piece, block_m2, rng, cuts)


def _overshot(line: LineString) -> LineString:
    """Return the line a little longer at both ends, so that it really crosses the lines on which it ends."""
    start, end = np.array(line.coords[0]), np.array(line.coords[-1])
    step = (end - start) / np.linalg.norm(end - start) * OVERSHOOT_M
    return LineString([start - step, end + step])


def _cut_across(block: Polygon, rng: np.random.Generator) -> LineString:
    corners = np.array(checked(block.minimum_rotated_rectangle, Polygon).exterior.coords)[:4]
    if np.linalg.norm(corners[1] - corners[0]) < np.linalg.norm(corners[2] - corners[1]):
        corners = np.roll(corners, -1, axis=0)
    # Streets are slightly skewed, like the field paths that they replaced.
    low, high = rng.uniform(0.40, 0.60, size=1).repeat(2) + rng.normal(0, 0.025, size=2)
    start = corners[0] + low * (corners[1] - corners[0])
    end = corners[3] + high * (corners[2] - corners[3])
    reach = (end - start) * 0.2
    return LineString([start - reach, end + reach])


def with_access(streets: list[LineString], network: BaseGeometry) -> list[LineString]:
    """Return the streets, with an access to the nearest main road if none of them reaches one."""
    if not streets or shapely.union_all(streets).distance(network) < 1:
        return streets
    return [*streets, LineString(shapely.shortest_line(shapely.union_all(streets), network).coords)]
