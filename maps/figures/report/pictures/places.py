"""The places of a report's figures, as they are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.figures.kpis import Indicator
from geo.periods import Period
from geo.store.database import SRID
from maps.figures.report.reading import Contributions, Contributor, Found, Outline


@dataclass(frozen=True, slots=True)
class Place:
    """A named geometry (EPSG:25832)."""

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
    """What the maps of a report show; ``counted`` is keyed by indicator."""

    period: Period
    districts: Sequence[Place]
    areas: Sequence[Place]
    counted: Mapping[str, Counted] = field(default_factory=dict)


def drawable(found: Found) -> Places:
    """Return the places with their geometries, clipped to the city where only the part inside counts."""
    districts, areas = _places(found.districts), _places(found.areas)
    city = shapely.union_all([district.geometry for district in districts])
    counted = {key: _counted(contributions, city) for key, contributions in found.counted.items()}
    return Places(found.period, districts, areas, counted)


def _places(outlines: Sequence[Outline]) -> list[Place]:
    return [Place(outline.name, shapely.from_wkb(outline.geometry)) for outline in outlines]


def _counted(found: Contributions, city: BaseGeometry) -> Counted:
    spots = _spots(found.contributors, city if found.only_inside else None)
    return Counted(found.indicator, found.total, found.parts, spots, found.records)


def _spots(contributors: Sequence[Contributor], city: BaseGeometry | None) -> list[Spot]:
    by_id = {one.id: one for one in contributors}
    geometries = [one.geometry for one in contributors]
    known = gpd.GeoSeries.from_wkb(geometries, index=list(by_id), crs=SRID)
    if city is not None and not city.is_empty:
        known = known.clip(gpd.GeoSeries([city], crs=SRID))
    return [Spot(by_id[number].amount, known[number], by_id[number].radius_m) for number in sorted(known.index)]
