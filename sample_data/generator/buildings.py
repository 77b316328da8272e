"""Commercial properties, their brokerages, and office take-up."""

from __future__ import annotations

import datetime as dt

import numpy as np
from shapely.geometry import Point

from generator.city import City
from generator.common import CUTOFF, Row, between, chance, days, half_year, one_of, pick, random_day, rng_for, until
from generator.industrial import Works
from generator.inquiries import match
from generator.street_names import names_for

# Brokered properties in each half-year.
BROKERED = {(2021, 1): 3, (2021, 2): 2, (2022, 1): 4, (2022, 2): 3, (2023, 1): 2, (2023, 2): 2, (2024, 1): 3}
# Office take-up in each half-year: the square metres that count and the number of deals.
OFFICE = {
    (2021, 1): (31_480, 21),
    (2021, 2): (44_915, 26),
    (2022, 1): (42_270, 25),
    (2022, 2): (39_660, 24),
    (2023, 1): (37_964, 25),
    (2023, 2): (47_037, 29),
    (2024, 1): (29_120, 22),
}
_OFFICE_PLACES = {
    "Innenstadt-West": 30,
    "Innenstadt-Ost": 26,
    "Innenstadt-Nord": 12,
    "Hörde": 12,
    "Hombruch": 10,
    "Aplerbeck": 5,
    "Brackel": 3,
    "Lütgendortmund": 2,
}


def property_rows(all_works: list[Works]) -> list[Row]:
    """Return 120 properties in the industrial areas."""
    rng = rng_for("properties")
    rows = []
    for number in range(1, 121):
        works = all_works[int(rng.integers(len(all_works)))]
        use = pick(rng, {"hall": 45, "office": 35, "mixed": 12, "retail": 8})
        vacant = random_day(rng, dt.date(2020, 6, 1), CUTOFF - days(30)) if chance(rng, 0.75) else None
        area = between(rng, 18, 420) * 10 if use != "hall" else between(rng, 60, 900) * 10
        streets = names_for(works.source_id, 3)
        name = {"hall": "Halle", "office": "Bürohaus", "mixed": "Gewerbehof", "retail": "Ladenlokal"}[use]
        rows.append(
            {
                "source_id": f"im-{number:03d}",
                "name": f"{name} {works.name.removeprefix('Gewerbegebiet ')}",
                "address": f"{one_of(rng, streets)} {between(rng, 1, 88)}, Dortmund",
                "use": use,
                "ownership": pick(rng, {"private": 85, "public": 15}),
                "area_m2": area,
                "height_m": round(rng.uniform(5.5, 12) if use == "hall" else rng.uniform(4, 34), 1),
                "vacant_since": vacant,
                "withdrawn_on": until(vacant + days(between(rng, 60, 100))) if vacant and chance(rng, 0.08) else None,
                "geometry": _on_block(works, rng),
            }
        )
    return rows


def _on_block(works: Works, rng: np.random.Generator) -> Point:
    block = works.blocks[int(rng.integers(len(works.blocks)))]
    west, south, east, north = block.bounds
    for _ in range(50):
        point = Point(round(rng.uniform(west, east), 2), round(rng.uniform(south, north), 2))
        if block.contains(point):
            return point
    return block.representative_point()


def brokerage_rows(properties: list[Row], inquiries: list[Row], parties: list[Row]) -> list[Row]:
    """Return the brokerages: two in each half of 2023, as in the report, and a cancelled one."""
    rng = rng_for("brokerages")
    agreed = [(random_day(rng, *half_year(*half)), None) for half, count in BROKERED.items() for _ in range(count)]
    agreed += [(dt.date(2022, 5, 17), dt.date(2022, 7, 1)), (dt.date(2023, 10, 24), dt.date(2023, 12, 12))]
    chosen = rng.choice(len(properties), size=len(agreed), replace=False)
    rows = []
    for (day, cancelled), index in zip(sorted(agreed, key=lambda item: item[0]), chosen, strict=True):
        inquiry = match(inquiries, day, ("property", "either"), rng)
        building = properties[int(index)]
        party = inquiry["party"] if inquiry and inquiry.get("party") else one_of(rng, parties)["source_id"]
        rows.append(
            {
                "source_id": f"vm-{len(rows) + 1:03d}",
                "property": building["source_id"],
                "inquiry": inquiry["source_id"] if inquiry else None,
                "party": party,
                "kind": pick(rng, {"lease": 8, "sale": 2}),
                "area_m2": building["area_m2"],
                "agreed_on": day,
                "cancelled_on": cancelled,
                "note": "Mieter vor Vertragsbeginn zurückgetreten" if cancelled else None,
            }
        )
    return rows


def office_rows(city: City) -> list[Row]:
    """Return about 180 take-ups whose counted areas sum to each half-year's total."""
    rng = rng_for("offices")
    rows: list[Row] = []
    for half, (total, count) in OFFICE.items():
        first, last = half_year(*half)
        own = [_office(city, area, random_day(rng, first, last), rng) for area in _shares(total, count, rng)]
        own.append(_renewal(city, 0, random_day(rng, first, last), rng))
        rows += own
    _office_cases(city, rows, rng)
    rows.sort(key=lambda row: row["agreed_on"])
    return [{"source_id": f"bf-{number:03d}", **row} for number, row in enumerate(rows, start=1)]


def _shares(total: int, count: int, rng: np.random.Generator) -> list[int]:
    """Split the total into uneven whole numbers, as in office markets: many small deals, a few large ones."""
    raw = rng.lognormal(0, 0.95, size=count)
    parts = np.maximum(120, np.floor(raw / raw.sum() * total)).astype(int)
    parts[int(np.argmax(parts))] += total - int(parts.sum())
    return parts.tolist()


def _office(city: City, area: int, day: dt.date, rng: np.random.Generator) -> Row:
    """Return a deal with this counted area; for a renewal only the added space counts."""
    if area < 900 and chance(rng, 0.12):
        return _renewal(city, area, day, rng)
    small = {"lease": 78, "sublease": 14, "owner_purchase": 8}
    large = {"lease": 60, "owner_construction": 25, "owner_purchase": 15}
    return {"kind": pick(rng, large if area > 3_500 else small), "area_m2": area, "agreed_on": day, **_where(city, rng)}


def _renewal(city: City, added: int, day: dt.date, rng: np.random.Generator) -> Row:
    note = "Vertragsverlängerung, nur die Zusatzfläche zählt" if added else "Vertragsverlängerung ohne Zusatzfläche"
    kept = between(rng, 600, 4_200)
    return {
        "kind": "renewal",
        "area_m2": kept + added,
        "added_m2": added,
        "agreed_on": day,
        "note": note,
        **_where(city, rng),
    }


def _where(city: City, rng: np.random.Generator) -> Row:
    """Return the place: mostly a point, sometimes only a district, rarely nothing."""
    name = pick(rng, _OFFICE_PLACES)
    if chance(rng, 0.24):
        return {"district": name} if chance(rng, 0.92) else {}
    middle = city.districts[name].representative_point()
    for _ in range(100):
        point = Point(round(middle.x + rng.normal(0, 900), 1), round(middle.y + rng.normal(0, 900), 1))
        if city.districts[name].buffer(-40).covers(point):
            return {"geometry": point, "district": name if chance(rng, 0.5) else None}
    return {"district": name}


def _office_cases(city: City, rows: list[Row], rng: np.random.Generator) -> None:
    """Add cancelled deals, and move deals to the first and last days of half-years."""
    for day, area, cancelled in (
        (dt.date(2022, 3, 10), 1_240, dt.date(2022, 9, 1)),
        (dt.date(2023, 4, 18), 2_310, dt.date(2023, 6, 27)),
        (dt.date(2023, 9, 7), 3_480, dt.date(2024, 1, 22)),
    ):
        row = {"kind": "lease", "area_m2": area, "agreed_on": day, "cancelled_on": cancelled, **_where(city, rng)}
        rows.append(row | {"note": "Mietvertrag vor Bezug aufgehoben"})
    for day in (dt.date(2023, 1, 1), dt.date(2023, 6, 30), dt.date(2023, 7, 1), dt.date(2023, 12, 31)):
        first, last = half_year(day.year, 1 if day.month < 7 else 2)
        row = next(r for r in rows if first <= r["agreed_on"] <= last and not r.get("note") and r["kind"] == "lease")
        row["agreed_on"], row["note"] = day, "Vertragsdatum laut Meldung des Vermieters"
