"""The places of a report's figures, as they are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.figures.kpis import Indicator
from geo.periods import Period
from geo.profile.levels import UPPER
from maps.figures.report.reading import Contributions, Contributor, Found, Outline


@dataclass(frozen=True, slots=True)
class Place:
    """A named geometry (in the stored CRS)."""

    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Spot:
    """A contributing record with its geometry; ``radius_m`` is the radius of a search ring, otherwise 0."""

    amount: Decimal
    geometry: BaseGeometry
    radius_m: float = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator's figure, its parts by district, its records with a place, and the number of all records."""

    indicator: Indicator
    total: Decimal
    parts: Mapping[str, Decimal]
    spots: Sequence[Spot] = ()
    records: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """What the maps of a report show; ``counted`` is keyed by indicator.

    ``districts`` are parts of the ``level``: of the city, or of the ``part`` of it that the report is limited to; if
    that is not divided, itself.
    """

    period: Period
    districts: Sequence[Place]
    areas: Sequence[Place]
    counted: Mapping[str, Counted] = field(default_factory=dict)
    level: str = UPPER
    part: Place | None = None

    @property
    def is_divided(self) -> bool:
        """Whether there are parts by which figures are split."""
        return self.part is None or self.level != UPPER


def drawable(found: Found) -> Places:
    """Return the places with their geometries, clipped to the city where only the part inside counts.

    Of a report of one part of the city, everything but areas that count as a whole is clipped to that.
    """
    districts, areas = _places(found.districts), _places(found.areas)
    (part,) = _places([found.part]) if found.part else [None]
    city = part.geometry if part else shapely.union_all([district.geometry for district in districts])
    if part:
        shared = [Place(area.name, shapely.intersection(area.geometry, city)) for area in areas]
        areas = [area for area in shared if area.geometry.area]
    counted = {key: _counted(contributions, city) for key, contributions in found.counted.items()}
    return Places(found.period, districts, areas, counted, found.level, part)


def _places(outlines: Sequence[Outline]) -> list[Place]:
    return [Place(outline.name, shapely.from_wkb(outline.geometry)) for outline in outlines]


def _counted(found: Contributions, city: BaseGeometry) -> Counted:
    spots = _spots(found.contributors, city if found.only_inside else None)
    return Counted(found.indicator, found.total, found.parts, spots, found.records)


def _spots(contributors: Sequence[Contributor], city: BaseGeometry | None) -> list[Spot]:
    by_id = {one.id: one for one in contributors}
    ids = np.array(sorted(by_id), dtype=np.int64)
    # Not geopandas: importing it takes as much memory as drawing a map.
    shapes = shapely.from_wkb([by_id[number].geometry for number in ids])
    if city is not None and not city.is_empty:
        shapely.prepare(city)
        is_inside = shapely.intersects(city, shapes)
        ids, shapes = ids[is_inside], shapely.intersection(shapes[is_inside], city)
    return [
        Spot(by_id[number].amount, shape, by_id[number].radius_m) for number, shape in zip(ids, shapes, strict=True)
    ]
