"""Mobile-site requests and their candidates."""

from __future__ import annotations

import datetime as dt

import numpy as np
from shapely.geometry import Point

from generator.city import City
from generator.common import (
    Row,
    between,
    chance,
    days,
    half_year,
    one_of,
    pick,
    random_day,
    rng_for,
    until,
    working_day,
)

# Requests in each half-year within the city; 29 in the second half of 2023, as in the report.
RECEIVED = {(2021, 1): 8, (2021, 2): 11, (2022, 1): 14, (2022, 2): 12, (2023, 1): 17, (2023, 2): 29, (2024, 1): 20}
# Days from one step to the next, and the share of requests that reach it.
_STEPS = (
    ("proposed_on", (20, 80), 0.86),
    ("accepted_on", (14, 70), 0.78),
    ("leased_on", (40, 160), 0.8),
    ("applied_on", (20, 90), 0.9),
    ("permitted_on", (70, 200), 0.9),
    ("built_on", (60, 210), 0.9),
    ("on_air_on", (15, 70), 0.9),
)
_REASONS = (
    "Eigentümer lehnt ab",
    "Statik des Daches nicht ausreichend",
    "Denkmalschutz",
    "Sichtachse durch Neubau verstellt",
    "keine Zuwegung",
)


def mobile_rows(city: City, properties: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return requests and candidates."""
    rng = rng_for("mobile")
    requests = []
    for half, count in RECEIVED.items():
        for _ in range(count):
            received = random_day(rng, *half_year(*half))
            requests.append(_request(_inside(city, rng), received, rng))
    edge = _request(_outside(city), dt.date(2024, 3, 12), rng)
    edge["note"] = "Suchkreis liegt jenseits der Stadtgrenze, zuständig ist die Nachbarkommune"
    late = next(r for r in requests if r["received_on"] >= dt.date(2023, 12, 1))
    late |= {step: None for step, _, _ in _STEPS} | {"received_on": dt.date(2023, 12, 31)}
    late["note"] = "am letzten Tag des Halbjahres über das Portal eingegangen"
    requests.append(edge)
    requests.sort(key=lambda row: row["received_on"])
    for number, row in enumerate(requests, start=1):
        row["source_id"] = f"sk-{number:03d}"
    return requests, _candidates(requests, properties, rng)


def _inside(city: City, rng: np.random.Generator) -> Point:
    """Return a point in the city, mostly near a quarter's centre."""
    quarters = list(city.statistical.values())
    while True:
        quarter = quarters[int(rng.integers(len(quarters)))]
        spread = 0.3 * np.sqrt(quarter.area)
        point = Point(
            round(quarter.centroid.x + rng.normal(0, spread), 1),
            round(quarter.centroid.y + rng.normal(0, spread), 1),
        )
        if city.outline.buffer(-30).covers(point):
            return point


def _outside(city: City) -> Point:
    """Return a point some hundred metres beyond the border."""
    return city.outline.buffer(420).exterior.interpolate(0.31, normalized=True)


def _request(place: Point, received: dt.date, rng: np.random.Generator) -> Row:
    row: Row = {
        "operator": one_of(rng, ("mobil-a", "mobil-b", "mobil-c", "mobil-d", "turmwerk", "hochpunkt")),
        "radius_m": one_of(rng, (150, 200, 250, 300, 400, 500)),
        "technology": pick(rng, {"5G": 6, "LTE/5G": 4, "LTE": 1}),
        "min_height_m": float(one_of(rng, (12, 15, 18, 20, 25, 30))),
        "deadline_on": received + days(one_of(rng, (180, 270, 365))),
        "received_on": received,
        "geometry": place,
    }
    day: dt.date | None = received
    for step, (low, high), share in _STEPS:
        if day is None or not chance(rng, share):
            if chance(rng, 0.3) and day is not None:
                row["withdrawn_on"] = until(working_day(day + days(between(rng, 30, 200)), first=day))
            break
        day = row[step] = until(working_day(day + days(between(rng, low, high))))
    return row


def _candidates(requests: list[Row], properties: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return one to four candidates for each proposed request; an accepted request has exactly one suitable one."""
    rows: list[Row] = []
    for request in requests:
        if not request.get("proposed_on"):
            continue
        count = between(rng, 1, 4)
        for position in range(count):
            result = "suitable" if position == 0 else pick(rng, {"rejected": 7, "open": 3})
            if not request.get("accepted_on") and position == 0:
                result = pick(rng, {"open": 7, "rejected": 3})
            rows.append(_candidate(request, result, properties, rng))
    return [{"source_id": f"kd-{number:03d}", **row} for number, row in enumerate(rows, start=1)]


def _candidate(request: Row, result: str, properties: list[Row], rng: np.random.Generator) -> Row:
    angle, reach = rng.uniform(0, 2 * np.pi), request["radius_m"] * np.sqrt(rng.uniform(0.02, 1.3))
    place = Point(
        round(request["geometry"].x + reach * np.cos(angle), 1),
        round(request["geometry"].y + reach * np.sin(angle), 1),
    )
    kind = pick(rng, {"building": 62, "mast": 26, "ground": 12})
    near = [p for p in properties if p["geometry"].distance(request["geometry"]) < request["radius_m"]]
    building = one_of(rng, near) if near and kind == "building" else None
    return {
        "request": request["source_id"],
        "property": building["source_id"] if building else None,
        "kind": kind,
        "ownership": pick(rng, {"private": 62, "public": 38}),
        "height_m": float(between(rng, 10, 42)) if kind != "ground" else None,
        "result": result,
        "reason": one_of(rng, _REASONS) if result == "rejected" else None,
        "assessed_on": request["proposed_on"],
        "geometry": building["geometry"] if building else place,
    }
