"""Reads what a report's maps show: the contributing records, and the districts and areas on every city map.

Geometries stay well-known binary: the web service reads them, and another process draws them. So the service needs no
library for geometries, of which each would cost every worker tens of megabytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from geo.figures.kpis import INDICATORS, Indicator, evaluation, places
from geo.figures.kpis.kept import is_kept
from geo.figures.kpis.parts import Parts
from geo.figures.kpis.within_part import PartOfCity
from geo.figures.report.extract import WHOLE, Extract, part_of
from geo.figures.report.model import Report
from geo.periods import Period, parse_period
from geo.profile.levels import UPPER
from geo.records.layers.kept import are_kept
from geo.store.database import Connection, as_recorded

DRAWN = ("public_land_m2", "private_land_m2", "trench_planned_km", "trench_laid_km", "mobile_requests")
"""The indicators whose contributions are drawn at their places."""
BY_DISTRICT = "funded_connections"
"""The indicator that is drawn by district."""


class Outline(NamedTuple):
    """A named geometry (well-known binary in the stored CRS)."""

    name: str
    geometry: bytes


class Contributor(NamedTuple):
    """A contributing record and its place; ``radius_m`` is the radius of a search ring, otherwise 0."""

    id: int
    amount: Decimal
    geometry: bytes
    radius_m: float


class Contributions(NamedTuple):
    """An indicator's figure, its parts by district, its records with a place, and the number of all records.

    ``only_inside``: only what lies inside the city counts.
    """

    indicator: Indicator
    total: Decimal
    parts: Mapping[str, Decimal]
    contributors: Sequence[Contributor] = ()
    records: int = 0
    only_inside: bool = False


class Found(NamedTuple):
    """What the maps of a report show; ``counted`` is keyed by indicator.

    ``districts`` are the parts of the ``level`` of the splits: those of the city, or of a ``part`` of it (its outline),
    those within it, else itself.
    """

    period: Period
    districts: Sequence[Outline]
    areas: Sequence[Outline]
    counted: Mapping[str, Contributions]
    level: str = UPPER
    part: Outline | None = None


def places_of(connection: Connection, report: Report) -> Found:
    """Return the places of the report's figures, by its own definitions and as recorded at its instant.

    The connection may show the present or that instant already. So map and figure agree. What the agency has switched
    off since is not drawn: nobody may read its records.
    """
    definitions = list(filter(is_kept, (definition.indicator() for definition in report.definitions.values())))
    extract = Extract(report.part.key if report.part else None, report.level if report.level != UPPER else None)
    with as_recorded(connection, report.status.recorded_at):
        return read(connection, parse_period(report.period), definitions, extract)


def read(
    connection: Connection,
    period: Period,
    definitions: Sequence[Indicator] = INDICATORS,
    extract: Extract = WHOLE,
) -> Found:
    """Return the places of the period's figures by the given definitions, of those that are recorded.

    Raises UnknownPart.
    """
    drawn = [indicator for indicator in definitions if indicator.key in (*DRAWN, BY_DISTRICT)]
    reforms = evaluation.reforms(connection)
    of = part_of(connection, period, extract, reforms)
    asked = [(indicator, period) for indicator in drawn]
    totals = evaluation.totals(connection, asked, part=extract.part, known=reforms)
    by_key = {indicator.key: indicator for indicator in drawn if totals[indicator.key, period.name] is not None}
    level = extract.level or UPPER
    shown = of or reforms.parts(period, level)
    statement = "select name, st_asbinary(geom) from industrial_areas order by id"
    areas = _outlines(connection, statement) if are_kept("industrial_areas") else []
    counted = {key: _contributions(connection, by_key[key], period, shown) for key in DRAWN if key in by_key}
    if BY_DISTRICT in by_key:
        indicator = by_key[BY_DISTRICT]
        split = evaluation.by_district(connection, indicator, period, level=level, known=reforms, within=of)
        parts = {part: amount or Decimal(0) for part, amount in split}
        counted[BY_DISTRICT] = Contributions(indicator, sum(parts.values(), Decimal(0)), parts)
    found = Found(period, _parts(connection, shown), areas, counted, level)
    if of is None:
        return found
    (outline,) = _parts(connection, replace(of, inner=None))
    return found._replace(part=outline, level=of.inner.level if of.inner else UPPER)


def _outlines(connection: Connection, statement: LiteralString) -> list[Outline]:
    return [Outline(name, geometry) for name, geometry in connection.execute(statement)]


def _parts(connection: Connection, shown: Parts | PartOfCity) -> list[Outline]:
    parameters: dict[str, Any] = {}
    statement = sql.SQL("select name, st_asbinary(geom) from ({}) as p order by key").format(shown.relation(parameters))
    return [Outline(name, geometry) for name, geometry in connection.execute(statement, parameters)]


def _contributions(
    connection: Connection, indicator: Indicator, period: Period, shown: Parts | PartOfCity
) -> Contributions:
    found = places.contributions(connection, indicator, period, shown)
    parts: dict[str, Decimal] = {}
    amounts: dict[int, Decimal] = {}
    for one in found:
        parts[one.part] = parts.get(one.part, Decimal(0)) + one.amount
        amounts[one.id] = amounts.get(one.id, Decimal(0)) + one.amount
    radii: dict[int, float] = {}
    if indicator.layer == "mobile_requests":
        statement = "select id, radius_m::float from mobile_requests where id = any (%s) and radius_m is not null"
        radii = dict(connection.execute(statement, [list(amounts)]).fetchall())
    geometries = {one.id: one.geometry for one in found if one.geometry}
    contributors = [
        Contributor(number, amounts[number], geometry, radii.get(number, 0)) for number, geometry in geometries.items()
    ]
    only_inside = indicator.layer == "trenches"
    return Contributions(indicator, sum(parts.values(), Decimal(0)), parts, contributors, len(amounts), only_inside)
