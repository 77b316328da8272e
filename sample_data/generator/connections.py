"""Addresses along the trenches and their connections."""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely
from shapely.geometry import Point

from generator.city import City
from generator.common import DECIMALS, Row, chance, one_of, pick, rng_for
from generator.connection_dates import date_connections
from generator.district_names import DISTRICTS
from generator.trench_states import SELF_FINANCED
from generator.trenches import Trench

WANTED = 3_200
# The distance between houses on one side; they are numbered from the street's beginning.
SPACING_M = 19.0
_DWELLINGS = {
    "hellgraue-flecken": {1: 34, 2: 24, 3: 12, 4: 9, 6: 13, 8: 6, 12: 2},
    "dunkelgraue-flecken": {1: 30, 2: 20, 4: 15, 6: 20, 8: 10, 10: 5},
}
_FEW_DWELLINGS = {1: 68, 2: 22, 3: 6, 4: 4}


def make_connections(city: City, trenches: list[Trench]) -> list[Row]:
    """Return 3,200 connections, denser where building has begun, since the addresses there are surveyed."""
    rng = rng_for("connections")
    serving = [trench for trench in trenches if _serves(trench)]
    expected = np.array([_density(trench) * trench.segment.shape.length for trench in serving])
    steps = np.floor(np.cumsum(expected) / expected.sum() * WANTED + 1e-9).astype(int)
    counts = np.diff(steps, prepend=0)
    used: set[tuple[int, int]] = set()
    rows: list[Row] = []
    missing = 0
    for trench, count in zip(serving, counts, strict=True):
        houses = _houses(trench, int(count) + missing, used, rng)
        # Houses that do not fit on a short street are placed on the next one.
        missing += int(count) - len(houses)
        rows += [_connection(city, trench, place, number, rng) for place, number in houses]
    for index, row in enumerate(rows, start=1):
        row["source_id"] = f"an-{index:05d}"
    date_connections(city, rows)
    return rows


def laid(row: Row) -> dt.date | None:
    """Return when a trench was laid: its own date or that of acceptance."""
    return row.get("laid_on") or row.get("accepted_on")


def _serves(trench: Trench) -> bool:
    row = trench.row
    return row["origin"] != "existing_duct" and not row.get("discarded_on") and not trench.segment.feeder


def _density(trench: Trench) -> float:
    """Return the relative number of surveyed addresses per metre."""
    done = laid(trench.row)
    if trench.row["programme"] in SELF_FINANCED:
        return 11 if done else 3
    if done is None:
        return 3.5
    return 28 if done <= dt.date(2023, 12, 31) else 21


def _houses(
    trench: Trench, count: int, used: set[tuple[int, int]], rng: np.random.Generator
) -> list[tuple[Point, int]]:
    """Return places beside the trench's street with their house numbers."""
    segment = trench.segment
    slots = [(position, side) for position in np.arange(9, segment.plan.length - 5, SPACING_M) for side in (-1, 1)]
    houses: list[tuple[Point, int]] = []
    for index in rng.permutation(len(slots)):
        if len(houses) == count:
            break
        position, side = slots[int(index)]
        share = float(position / segment.plan.length)
        along = segment.street.line.project(segment.plan.interpolate(share, normalized=True))
        number = 2 * int(along / SPACING_M) + (1 if side < 0 else 2)
        # Main roads are long, so house numbers start again every 240.
        number = number % 240 or 240
        if (id(segment.street), number) not in used:
            used.add((id(segment.street), number))
            houses.append((_beside(segment.shape, share, side, rng), number))
    return sorted(houses, key=lambda house: house[1])


def _beside(line: shapely.LineString, share: float, side: int, rng: np.random.Generator) -> Point:
    """Return a point at the distance of a front garden from the street."""
    at = line.interpolate(share, normalized=True)
    on = line.interpolate(min(share + 0.01, 1), normalized=True)
    back = line.interpolate(max(share - 0.01, 0), normalized=True)
    way = np.array([on.x - back.x, on.y - back.y])
    normal = np.array([-way[1], way[0]]) / np.linalg.norm(way)
    east, north = np.array([at.x, at.y]) + side * normal * rng.uniform(9, 17)
    return Point(round(east, DECIMALS), round(north, DECIMALS))


def _connection(city: City, trench: Trench, place: Point, number: int, rng: np.random.Generator) -> Row:
    cluster = trench.segment.cluster
    customer = pick(rng, {"household": 90, "company": 8, "institution": 2})
    if cluster.business:
        customer = pick(rng, {"household": 6, "company": 82, "institution": 12})
    district = city.district_of(place)
    row: Row = {
        "address": _address(trench.segment.street.name, number, district),
        "customer": customer,
        "dwellings": _dwellings(cluster.programme, customer, rng),
        "programme": cluster.programme,
        "cluster": cluster.key,
        "operator": cluster.operator,
        "due_on": trench.row["due_on"],
        "geometry": place,
        "note": None if district else "Adresse der Nachbarkommune, aus dem Cluster mitversorgt",
        **_technology(cluster.programme, customer, rng),
    }
    # Not a column: the dates are computed from it, then it is removed.
    row["_laid_on"] = laid(trench.row)
    return row


def _address(street: str, number: int, district: str | None) -> str:
    if district is None:
        return f"{street} {number}, Nachbarkommune"
    postcodes = next(d.postcodes for d in DISTRICTS if d.name == district)
    # The same street keeps its postcode.
    return f"{street} {number}, {postcodes[sum(street.encode()) % len(postcodes)]} Dortmund"


def _dwellings(programme: str, customer: str, rng: np.random.Generator) -> int | None:
    """Return the number of dwellings; companies have one only if the programme counts dwellings."""
    if customer == "household":
        return pick(rng, _DWELLINGS.get(programme, _FEW_DWELLINGS))
    return 1 if programme in _DWELLINGS else None


def _technology(programme: str, customer: str, rng: np.random.Generator) -> Row:
    if programme in SELF_FINANCED and chance(rng, 0.25):
        technology = one_of(rng, ("FTTC", "HFC"))
        return {"technology": technology, "down_mbit": 250 if technology == "FTTC" else 1_000}
    if customer == "household":
        return {"technology": "FTTH", "down_mbit": pick(rng, {300: 2, 500: 2, 1_000: 6})}
    return {"technology": "FTTB", "down_mbit": pick(rng, {1_000: 7, 2_500: 1, 10_000: 2})}
