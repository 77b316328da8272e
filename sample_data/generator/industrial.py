"""Industrial areas: their sites, their streets, and the building blocks between the streets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from generator.city import City
from generator.common import Floats, Row, rng_for
from generator.industrial_names import AREAS, SOLITARY
from generator.streets import GRID_M, bend, side_streets, with_access, works_site

STREET_WIDTH_M = 15.0


@dataclass
class Works:
    """One industrial area; `plan` and `streets` are straight, `shape` and `blocks` bent as on the map.

    If `listed` is false, it is not an industrial area but land for single plots in mixed quarters.
    """

    source_id: str
    name: str
    district: str
    plan: Polygon
    listed: bool
    streets: list[LineString] = field(default_factory=list)
    shape: Polygon = field(default_factory=Polygon)
    blocks: list[Polygon] = field(default_factory=list)


def slug(name: str) -> str:
    """Return a readable source_id: lower case, without umlauts, with hyphens."""
    name = name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def make_works(city: City, roads: list[LineString]) -> list[Works]:
    """Place all areas, the large ones first, and lay out their streets."""
    rng = rng_for("industrial")
    wanted = [(name, district, hectares, True) for name, district, hectares in AREAS]
    wanted += [(name, district, hectares, False) for name, district, hectares in SOLITARY]
    placed: list[Works] = []
    for name, district, hectares, listed in sorted(wanted, key=lambda item: -item[2]):
        plan = _site(city, roads, district, hectares * 1e4, placed, rng, name)
        placed.append(Works(slug(name.removeprefix("Gewerbegebiet ")), name, district, plan, listed))
    for works in placed:
        _lay_out(works, roads, rng)
    return sorted(placed, key=lambda works: works.source_id)


def _site(
    city: City,
    roads: list[LineString],
    district: str,
    area: float,
    placed: list[Works],
    rng: np.random.Generator,
    name: str,
) -> Polygon:
    """Return the best of many random sites: inside the district, away from other areas, on a main road."""
    ground = city.districts[district].buffer(-220)
    network = shapely.union_all(roads)
    best, best_score = None, -np.inf
    for _ in range(140):
        site = works_site(_somewhere(ground, rng), area, rng)
        shape = bend(site)
        if not shape.within(city.districts[district].buffer(-60)):
            continue
        gap = min((site.distance(other.plan) for other in placed), default=1e4)
        if gap < 120:
            continue
        score = min(gap, 1_500) / 1_500 - site.centroid.distance(network) / 600 + rng.uniform(0, 0.8)
        if name == "PHOENIX West":
            # Prefer a site near the inner city.
            score -= site.centroid.distance(Point(394_300, 5_704_600)) / 250
        if score > best_score:
            best, best_score = site, score
    if best is None:
        raise RuntimeError(f"no room for {name}")
    return best


def _somewhere(ground: BaseGeometry, rng: np.random.Generator) -> Floats:
    low_x, low_y, high_x, high_y = ground.bounds
    while True:
        point = np.array([rng.uniform(low_x, high_x), rng.uniform(low_y, high_y)])
        if ground.contains(Point(point)):
            return point


def _lay_out(works: Works, roads: list[LineString], rng: np.random.Generator) -> None:
    """Lay out streets within the area and the blocks between them."""
    block_m2 = 38_000 if works.plan.area > 350_000 else 24_000 if works.plan.area > 150_000 else 15_000
    through = [road for road in roads if road.intersects(works.plan)]
    # The access to the main road is added before blocks are formed, so that it crosses no plot.
    cuts = with_access(side_streets(works.plan, through, block_m2, rng), shapely.union_all(roads))
    works.streets = cuts + [part for road in through for part in shapely.get_parts(road.intersection(works.plan))]
    edges = shapely.union_all([works.plan.boundary, *cuts, *through], grid_size=GRID_M)
    inner = works.plan.buffer(-0.5)
    works.shape = bend(works.plan)
    for piece in shapely.polygonize([edges]).geoms:
        if inner.intersects(piece.representative_point()):
            block = bend(piece).buffer(-STREET_WIDTH_M / 2, join_style="mitre")
            if block.geom_type == "Polygon" and block.area > 2_500:
                works.blocks.append(block)


def area_rows(all_works: list[Works]) -> list[Row]:
    """Return the rows of industrial_areas."""
    return [
        {
            "source_id": works.source_id,
            "name": works.name,
            "major_project": works.source_id == "phoenix-west",
            "geometry": works.shape,
        }
        for works in all_works
        if works.listed
    ]
