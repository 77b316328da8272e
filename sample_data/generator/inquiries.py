"""Inquiries of companies for land or properties."""

from __future__ import annotations

import datetime as dt

import numpy as np
from shapely.geometry import Point

from generator.city import City
from generator.common import CUTOFF, Row, between, chance, days, half_year, one_of, pick, rng_for, until, working_day
from generator.parties import trade_of

# Inquiries in each half-year without duplicates, and duplicates; in total 1,800.
RECEIVED = {
    (2021, 1): (248, 3),
    (2021, 2): (219, 2),
    (2022, 1): (271, 4),
    (2022, 2): (238, 3),
    (2023, 1): (352, 7),
    (2023, 2): (197, 6),
    (2024, 1): (247, 3),
}
_USES = ("production", "logistics", "crafts", "office", "research", "wholesale", "storage", "retail")
# The largest area wanted, by use: median and spread of a log-normal distribution.
_SIZES = {"logistics": (9_500, 0.8), "production": (5_200, 0.8), "office": (650, 0.9), "research": (1_400, 0.8)}
_ROOMS = {"property": 8, "either": 2}
_ROOMS_OR_LAND = {"plot": 5, "property": 3, "either": 2}
_TENURES = {True: {"rent": 6, "any": 3, "buy": 1}, False: {"buy": 6, "ground_lease": 1, "any": 3}}
_ON_THE_DAY = {
    dt.date(2023, 1, 1): "über das Online-Formular am Neujahrstag eingegangen",
    dt.date(2023, 6, 30): "am letzten Tag des Halbjahres eingegangen",
    dt.date(2023, 7, 1): "über das Online-Formular am ersten Tag des Halbjahres eingegangen",
    dt.date(2023, 12, 31): "über das Online-Formular an Silvester eingegangen",
}


def make_inquiries(city: City, parties: list[Row]) -> list[Row]:
    """Return all inquiries in the order of receipt."""
    rng = rng_for("inquiries")
    rows: list[Row] = []
    for half, (count, duplicates) in RECEIVED.items():
        first, last = half_year(*half)
        # Fewer are received towards the end of a half-year.
        received = [first + days(int((last - first).days * rng.beta(1.15, 1.25))) for _ in range(count)]
        own = [_inquiry(city, parties, working_day(day, first, last), rng) for day in received]
        for row, day in zip(own, (day for day in _ON_THE_DAY if first <= day <= last), strict=False):
            row["received_on"], row["note"], row["closed_on"], row["outcome"] = day, _ON_THE_DAY[day], None, None
        own += [_again(own[int(i)], last, rng) for i in rng.choice(len(own) - 10, duplicates, False) + 5]
        rows += own
    rows.sort(key=lambda row: row["received_on"])
    _number(rows)
    return rows


def _inquiry(city: City, parties: list[Row], received: dt.date, rng: np.random.Generator) -> Row:
    party = one_of(rng, parties[:280])
    use = trade_of(party) or one_of(rng, _USES)
    wants_rooms = use in ("office", "retail")
    kind = pick(rng, _ROOMS if wants_rooms else _ROOMS_OR_LAND)
    median, spread = _SIZES.get(use, (2_200, 0.9))
    most = max(120.0, median * float(np.exp(rng.normal(0, spread))))
    row: Row = {
        "party": party["source_id"] if chance(rng, 0.9) else None,
        "kind": kind,
        "tenure": pick(rng, _TENURES[kind == "property"]),
        "use": use,
        "min_m2": int(round(most * rng.uniform(0.4, 0.8), -1)),
        "max_m2": int(round(most, -1)),
        "zoning": pick(rng, {"GE": 6, "GI": 3, "GEe": 1}) if kind == "plot" and chance(rng, 0.4) else None,
        "divisible": True if chance(rng, 0.08) else None,
        "fibre_required": chance(rng, 0.7) if use in ("office", "research") else chance(rng, 0.2),
        "access": "motorway" if use == "logistics" else pick(rng, {"none": 70, "motorway": 24, "rail": 4, "port": 2}),
        "received_on": received,
    }
    if chance(rng, 0.45):
        row["districts"] = "|".join(sorted({one_of(rng, list(city.districts)) for _ in range(between(rng, 1, 3))}))
    return row | _wishes(city, kind, received, rng) | _outcome(received, rng)


def _wishes(city: City, kind: str, received: dt.date, rng: np.random.Generator) -> Row:
    """Return the wanted place, the budget and the date by which the land is needed."""
    row: Row = {}
    if chance(rng, 0.38):
        row["geometry"] = _somewhere(city, rng)
        row["near_m"] = one_of(rng, (500, 1_000, 1_500, 2_000, 3_000))
    if kind == "plot" and chance(rng, 0.5):
        row["budget_eur_m2"] = float(between(rng, 12, 44) * 5)
    if chance(rng, 0.55):
        row["needed_by"] = received + days(between(rng, 90, 900))
    return row


def _somewhere(city: City, rng: np.random.Generator) -> Point:
    west, south, east, north = city.outline.bounds
    while True:
        point = Point(round(rng.uniform(west, east), 1), round(rng.uniform(south, north), 1))
        if city.outline.covers(point):
            return point


def _outcome(received: dt.date, rng: np.random.Generator) -> Row:
    closed = until(working_day(received + days(rng.gamma(2.2, 75))))
    if closed is None or chance(rng, 0.07):
        return {}
    # `match` sets the outcome of matched inquiries.
    return {"closed_on": closed, "outcome": pick(rng, {"no_site": 46, "elsewhere": 26, "withdrawn": 28})}


def _again(original: Row, last: dt.date, rng: np.random.Generator) -> Row:
    """Return a duplicate: the same company inquires again at another team."""
    received = min(last, original["received_on"] + days(between(rng, 1, 12)))
    copy = original | {"received_on": received, "_original": original, "outcome": None}
    copy["closed_on"] = until(received + days(2), CUTOFF)
    copy["note"] = "Doppelanfrage: zusätzlich telefonisch beim Team Immobilien eingegangen"
    return copy


def _number(rows: list[Row]) -> None:
    counters: dict[int, int] = {}
    for row in rows:
        year = row["received_on"].year
        counters[year] = counters.get(year, 0) + 1
        row["source_id"] = f"af-{year}-{counters[year]:04d}"
        row["number"] = f"A {counters[year]:04d}/{year}"
    for row in rows:
        if original := row.pop("_original", None):
            row["duplicate_of"] = original["source_id"]


def match(inquiries: list[Row], agreed: dt.date, kinds: tuple[str, ...], rng: np.random.Generator) -> Row | None:
    """Return an inquiry that this deal fulfils, closed as matched, or None."""
    ready = [
        row
        for row in inquiries
        if row["kind"] in kinds
        and not row.get("duplicate_of")
        and not row.get("note")
        and row.get("outcome") != "matched"
        and agreed - days(420) <= row["received_on"] <= agreed - days(30)
    ]
    if not ready:
        return None
    row = one_of(rng, ready)
    row["outcome"], row["closed_on"] = "matched", agreed
    return row
