"""The schematic city: twelve districts and the statistical districts nested in them.

Nothing here is surveyed. Thousands of small Voronoi cells are assigned to the districts so that each gets about its
real area around its real centre. All borders consist of the cells' edges, so districts and statistical districts share
them exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from generator.common import Floats, Row, Waves, checked, rng_for, rounded
from generator.district_names import DISTRICTS, HINTS, STATISTICAL

CELL_M = 160.0
MARGIN_M = 6_000.0
SIMPLIFY_M = 150.0
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class City:
    """The districts by name, the statistical districts by name, and their union."""

    districts: dict[str, Polygon]
    statistical: dict[str, Polygon]
    outline: Polygon
    rows: list[Row]

    def district_of(self, geometry: BaseGeometry) -> str | None:
        """Return the name of the district at the geometry's representative point, or None outside the city."""
        point = geometry.representative_point()
        return next((name for name, area in self.districts.items() if area.covers(point)), None)


def make_city() -> City:
    """Assign the cells, then draw the borders."""
    cells, centres = _cells()
    bent = Waves("borders", [(260, 4_200), (110, 1_500)])(centres)
    areas = shapely.area(cells)
    inside = _inside(bent, areas)
    cells, centres, bent, areas = cells[inside], centres[inside], bent[inside], areas[inside]
    district = _balanced(bent, areas)
    statistical = _statistical(centres, district)
    shapes = [shapely.coverage_union_all(cells[statistical == index]) for index in range(statistical.max() + 1)]
    shapes = list(shapely.coverage_simplify(np.array(shapes), SIMPLIFY_M))
    return _named([rounded(shape) for shape in shapes])


def _cells() -> tuple[NDArray[np.object_], Floats]:
    """Return the Voronoi cells of a jittered grid over the city and its surroundings, and their centres."""
    rng = rng_for("cells")
    centres = np.array([[d.east, d.north] for d in DISTRICTS])
    low, high = centres.min(axis=0) - MARGIN_M, centres.max(axis=0) + MARGIN_M
    east, north = np.meshgrid(np.arange(low[0], high[0], CELL_M), np.arange(low[1], high[1], CELL_M))
    points = np.stack([east.ravel(), north.ravel()], axis=1)
    points += rng.uniform(-0.42, 0.42, size=points.shape) * CELL_M
    polygons = np.array(shapely.voronoi_polygons(MultiPoint(points)).geoms)
    return polygons, shapely.get_coordinates(shapely.centroid(polygons))


def _inside(bent: Floats, areas: Floats) -> NDArray[np.bool_]:
    """Select the cells nearest to the district centres, up to the city's area: a lobed outline in one piece."""
    centres = np.array([[d.east, d.north] for d in DISTRICTS])
    radii = np.sqrt(np.array([d.hectares for d in DISTRICTS]) * 1e4 / np.pi)
    distance = np.linalg.norm(bent[:, None, :] - centres[None, :, :], axis=2) - radii
    soft = -900 * np.log(np.exp(-distance / 900).sum(axis=1))
    order = np.argsort(soft, kind="stable")
    total = sum(d.hectares for d in DISTRICTS) * 1e4
    inside = np.zeros(len(areas), dtype=bool)
    inside[order[: int(np.searchsorted(np.cumsum(areas[order]), total))]] = True
    return inside


def _balanced(bent: Floats, areas: Floats) -> Ints:
    """Return each cell's district by a power diagram whose weights are adjusted to the districts' real areas."""
    centres = np.array([[d.east, d.north] for d in DISTRICTS])
    wanted = np.array([d.hectares for d in DISTRICTS]) * 1e4
    distance = ((bent[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    weights = np.zeros(len(DISTRICTS))
    owner = np.argmin(distance, axis=1)
    for _ in range(400):
        owner = np.argmin(distance - weights, axis=1)
        weights += 0.12 * (wanted - np.bincount(owner, areas, len(DISTRICTS)))
    return owner


def _statistical(centres: Floats, district: Ints) -> Ints:
    """Return the index of each cell's statistical district, numbered district by district."""
    result = np.zeros(len(centres), dtype=np.int64)
    first = 0
    for index, names in enumerate(STATISTICAL.values()):
        own = centres[district == index]
        reach = np.sqrt(len(own)) * CELL_M * 0.42
        middle = own.mean(axis=0)
        seeds = np.array([middle + reach * np.array(HINTS[hint]) for _, hint in names])
        nearest = np.zeros(len(own), dtype=np.int64)
        for _ in range(6):
            nearest = np.argmin(((own[:, None, :] - seeds[None, :, :]) ** 2).sum(axis=2), axis=1)
            seeds = np.array([own[nearest == k].mean(axis=0) for k in range(len(names))])
        result[district == index] = first + nearest
        first += len(names)
    return result


def _named(shapes: list[Polygon]) -> City:
    """Join the statistical districts to districts and give both keys."""
    districts: dict[str, Polygon] = {}
    statistical: dict[str, Polygon] = {}
    rows: list[Row] = []
    remaining = iter(shapes)
    for number, (district, names) in enumerate(STATISTICAL.items(), start=1):
        own = [next(remaining) for _ in names]
        key = f"{number:02d}"
        districts[district] = checked(shapely.coverage_union_all(own), Polygon)
        rows.append(_row(f"sb-{key}", key, district, "district", None, districts[district]))
        for part, ((name, _), shape) in enumerate(zip(names, own, strict=True), start=1):
            statistical[name] = shape
            rows.append(_row(f"bz-{key}{part}", f"{key}{part}", name, "statistical", key, shape))
    rows.sort(key=lambda row: (row["kind"] != "district", row["key"]))
    outline = checked(shapely.coverage_union_all(list(districts.values())), Polygon)
    _assert_coverage(list(districts.values()), list(statistical.values()), outline)
    return City(districts, statistical, outline, rows)


def _row(source_id: str, key: str, name: str, kind: str, parent: str | None, shape: Polygon) -> Row:
    note = "schematisch, keine amtliche Grenze"
    return {
        "source_id": source_id,
        "key": key,
        "name": name,
        "kind": kind,
        "parent_key": parent,
        "note": note,
        "geometry": shape,
    }


def _assert_coverage(districts: list[Polygon], statistical: list[Polygon], outline: Polygon) -> None:
    """Check that there are no gaps, no overlaps, and nothing in two pieces."""
    for shapes in (districts, statistical):
        if not shapely.coverage_is_valid(shapes) or any(shape.geom_type != "Polygon" for shape in shapes):
            raise AssertionError("the districts do not form a clean coverage")
    if outline.interiors:
        raise AssertionError("the city has holes")
