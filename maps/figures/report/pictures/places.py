"""The places of a report's figures: the contributing records, and the districts and areas on every city map.

Read within geo.store.database.as_recorded, they are as recorded at that instant, so that map and figure agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import LiteralString

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.figures.kpis import INDICATORS, Indicator, evaluation, places
from geo.figures.report.model import Report
from geo.periods import Period, parse_period
from geo.store.database import SRID, Connection, as_recorded

DRAWN = ("public_land_m2", "private_land_m2", "trench_planned_km", "trench_laid_km", "mobile_requests")
"""The indicators whose contributions are drawn at their places."""
BY_DISTRICT = "funded_connections"
"""The indicator that is drawn by district."""


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


def places_of(connection: Connection, report: Report) -> Places:
    """Return the places of the report's figures, by its own definitions and as recorded at its instant.

    The connection may show the present or that instant already.
    """
    definitions = [definition.indicator() for definition in report.definitions.values()]
    with as_recorded(connection, report.status.recorded_at):
        return read(connection, parse_period(report.period), definitions)


def read(connection: Connection, period: Period, definitions: Sequence[Indicator] = INDICATORS) -> Places:
    """Return the places of the period's figures by the given definitions."""
    by_key = {indicator.key: indicator for indicator in definitions}
    districts = _named(connection, "select name, st_asbinary(geom) from districts where kind = 'district' order by key")
    areas = _named(connection, "select name, st_asbinary(geom) from industrial_areas order by id")
    city = shapely.union_all([district.geometry for district in districts])
    counted = {key: _drawn(connection, by_key[key], period, city) for key in DRAWN if key in by_key}
    if BY_DISTRICT in by_key:
        counted[BY_DISTRICT] = _split(connection, by_key[BY_DISTRICT], period)
    return Places(period, districts, areas, counted)


def _named(connection: Connection, statement: LiteralString) -> list[Place]:
    return [Place(name, shapely.from_wkb(geometry)) for name, geometry in connection.execute(statement)]


def _split(connection: Connection, indicator: Indicator, period: Period) -> Counted:
    parts = dict(evaluation.by_district(connection, indicator, period))
    return Counted(indicator, sum(parts.values(), Decimal(0)), parts)


def _drawn(connection: Connection, indicator: Indicator, period: Period, city: BaseGeometry) -> Counted:
    found = places.contributions(connection, indicator, period)
    parts: dict[str, Decimal] = {}
    for one in found:
        parts[one.part] = parts.get(one.part, Decimal(0)) + one.amount
    radii: dict[int, float] = {}
    if indicator.layer == "mobile_requests":
        statement = "select id, radius_m::float from mobile_requests where id = any (%s) and radius_m is not null"
        radii = dict(connection.execute(statement, [[one.id for one in found]]).fetchall())
    spots = _spots(found, city if indicator.layer == "trenches" else None, radii)
    return Counted(indicator, sum(parts.values(), Decimal(0)), parts, spots, len({one.id for one in found}))


def _spots(found: Sequence[places.Contribution], city: BaseGeometry | None, radii: Mapping[int, float]) -> list[Spot]:
    """Return the records with a place, clipped to the city if given (only the part inside counts)."""
    geometries = {one.id: one.geometry for one in found if one.geometry}
    amounts: dict[int, Decimal] = {}
    for one in found:
        amounts[one.id] = amounts.get(one.id, Decimal(0)) + one.amount
    known = gpd.GeoSeries.from_wkb(list(geometries.values()), index=list(geometries), crs=SRID)
    if city is not None and not city.is_empty:
        known = known.clip(gpd.GeoSeries([city], crs=SRID))
    return [Spot(amounts[number], known[number], radii.get(number, 0)) for number in sorted(known.index)]
