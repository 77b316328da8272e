"""The tracked plots: their sites in the industrial areas, and their facts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely

from generator.common import CUTOFF, Row, between, chance, days, one_of, pick, random_day, rng_for, until
from generator.industrial import Works
from generator.parcels import sites_of
from generator.street_names import names_for

WANTED = 400
_ZONING = {
    False: {"GE": 58, "GI": 15, "GEe": 8, "par34": 7, "SO": 5, "G": 4, "MI": 3},
    True: {"MU": 35, "MK": 30, "MI": 25, "SO": 10},
}
# Site coverage and floor area ratio (GRZ, GFZ) that plans usually allow.
_DENSITY = {
    "GE": (0.8, (1.6, 2.0, 2.4)),
    "GEe": (0.6, (1.2, 1.6)),
    "GI": (0.8, (2.0, 2.4)),
    "G": (0.8, (1.6, 2.0)),
    "SO": (0.8, (1.6, 2.4)),
    "MI": (0.6, (1.2, 1.6)),
    "MU": (0.8, (2.4, 3.0)),
    "MK": (1.0, (3.0,)),
}
_PRICE = {"GE": 105, "GEe": 120, "GI": 82, "G": 88, "SO": 150, "MI": 190, "MU": 310, "MK": 480, "par34": 98}
# Factors for sought-after addresses.
_SOUGHT = {"phoenix-west": 1.65, "stadtkrone-ost": 1.7, "technologiepark": 1.45, "phoenix-ost": 1.4}
_WHERE = ("an der Haupterschließung", "in zweiter Reihe", "am Rand zur freien Landschaft", "im Bestand")
_CADASTRE = {
    "Innenstadt-West": "5901",
    "Innenstadt-Nord": "5902",
    "Innenstadt-Ost": "5903",
    "Eving": "5911",
    "Scharnhorst": "5914",
    "Brackel": "5917",
    "Aplerbeck": "5922",
    "Hörde": "5926",
    "Hombruch": "5931",
    "Lütgendortmund": "5935",
    "Huckarde": "5938",
    "Mengede": "5941",
}


def make_plots(all_works: list[Works]) -> list[Row]:
    """Return 400 plots, more of them in large areas."""
    rng = rng_for("plots")
    rows: list[Row] = []
    for works, share in zip(all_works, _shares(all_works), strict=True):
        streets = names_for(works.source_id, 3)
        blocks = [works.blocks[int(i)] for i in rng.permutation(len(works.blocks))]
        sites: list[shapely.Polygon] = []
        # Free land is clustered: some blocks have several neighbouring sites, others few or none.
        for block in blocks + blocks:
            if len(sites) < share and not any(block.contains(s.representative_point()) for s in sites):
                sites += sites_of(block, min(between(rng, 1, 4), share - len(sites)), rng)
        rows += [_plot(works, index, site, streets, rng) for index, site in enumerate(sites, start=1)]
    for number, row in enumerate(rows, start=1):
        row["source_id"] = f"gp-{number:04d}"
    _measure_differently(rows)
    return rows


def _shares(all_works: list[Works]) -> list[int]:
    """Return the number of plots in each area, about proportional to the root of its size; in total exactly 400."""
    weights = np.array([w.shape.area**0.6 * (1.6 if w.source_id == "phoenix-west" else 1) for w in all_works])
    exact = weights / weights.sum() * WANTED
    limits = np.array([len(w.blocks) * 2 for w in all_works])
    counts = np.minimum(np.maximum(np.floor(exact).astype(int), 1), limits)
    order = np.argsort(-(exact - counts), kind="stable")
    position = 0
    while counts.sum() < WANTED:
        index = order[position % len(order)]
        counts[index] += int(counts[index] < limits[index])
        position += 1
    return counts.tolist()


def _plot(works: Works, index: int, site: shapely.Polygon, streets: list[str], rng: np.random.Generator) -> Row:
    zoning = pick(rng, _ZONING[not works.listed])
    horizon = pick(rng, {"immediate": 36, "short": 26, "medium": 22, "long": 16})
    near = horizon in ("immediate", "short")
    row: Row = {
        "name": f"{works.name.removeprefix('Gewerbegebiet ')}, Fläche {index}",
        "address": f"{one_of(rng, streets)} {between(rng, 1, 60)}, Dortmund",
        "industrial_area": works.source_id if works.listed else None,
        "ownership": pick(rng, {"public": 45, "private": 55}),
        "zoning": zoning,
        "horizon": horizon,
        "servicing": pick(rng, {"serviced": 8, "partial": 2} if near else {"partial": 4, "none": 6}),
        "brownfield": chance(rng, 0.45),
        "contact": pick(rng, {"Team Flächenentwicklung": 5, "Team Immobilien": 3, "Liegenschaften": 2}),
        "checked_on": random_day(rng, dt.date(2023, 9, 1), CUTOFF) if chance(rng, 0.85) else None,
        "geometry": site,
    }
    row["description"] = _description(row, one_of(rng, _WHERE))
    row["parcels"] = _parcels(works, rng)
    return row | _planning(works, row, rng) | _market(works, row, rng) | _size(row, rng)


def _description(row: Row, where: str) -> str:
    land = "Brachfläche" if row["brownfield"] else "Unbebautes Grundstück"
    ready = {"serviced": "voll erschlossen", "partial": "teilweise erschlossen", "none": "nicht erschlossen"}
    return f"{land} {where}, {ready[row['servicing']]}."


def _parcels(works: Works, rng: np.random.Generator) -> str:
    """Return one to three cadastral parcel keys: state, Gemarkung, Flur, numerator, denominator, suffix."""
    register, first = f"{between(rng, 1, 48):03d}", between(rng, 20, 980)
    keys = []
    for offset in range(between(rng, 1, 3)):
        denominator = f"{between(rng, 1, 9):04d}" if chance(rng, 0.3) else "____"
        keys.append(f"05{_CADASTRE[works.district]}{register}{first + offset:05d}{denominator}__")
    return "|".join(keys)


def _planning(works: Works, row: Row, rng: np.random.Generator) -> Row:
    """Return plan and density; without a plan (§ 34 BauGB) neither is set."""
    if row["zoning"] == "par34":
        return {"plan_name": None}
    coverage, floors = _DENSITY[row["zoning"]]
    prefix = {"Innenstadt-West": "InW", "Innenstadt-Nord": "InN", "Innenstadt-Ost": "InO"}
    short = prefix.get(works.district, works.district[:2])
    # One plan covers a whole area, so its number must be the same for all plots.
    number = 100 + sum(works.source_id.encode()) % 180
    return {
        "plan_name": f"{short} {number} – {works.name.removeprefix('Gewerbegebiet ')}",
        "site_coverage_ratio": coverage,
        "floor_area_ratio": one_of(rng, floors),
    }


def _market(works: Works, row: Row, rng: np.random.Generator) -> Row:
    """Return prices, and the dates between which the plot is on offer."""
    value = _PRICE[row["zoning"]] * _SOUGHT.get(works.source_id, 1) * rng.uniform(0.82, 1.2)
    value *= {"serviced": 1, "partial": 0.85, "none": 0.62}[row["servicing"]]
    offered, available = None, None
    if row["horizon"] == "immediate" or (row["horizon"] == "short" and chance(rng, 0.85)):
        offered = random_day(rng, dt.date(2019, 3, 1), dt.date(2022, 12, 20))
    elif row["horizon"] == "short":
        available = random_day(rng, dt.date(2024, 9, 1), dt.date(2025, 12, 31))
    else:
        late = row["horizon"] == "long"
        available = dt.date(2029 + between(rng, 0, 4) if late else 2026 + between(rng, 0, 2), 1, 1)
    return {
        "asking_price_eur_m2": float(round(value * rng.uniform(1.0, 1.18))) if offered else None,
        "ground_value_eur_m2": float(round(value / 5) * 5),
        "ground_value_on": dt.date(2024, 1, 1) if chance(rng, 0.7) else dt.date(2023, 1, 1),
        "offered_on": offered,
        "available_from": available,
        "withdrawn_on": until(offered + days(between(rng, 200, 900))) if offered and chance(rng, 0.05) else None,
    }


def _size(row: Row, rng: np.random.Generator) -> Row:
    """Return the sizes; the official area, if known, is close to the drawn one."""
    area = row["geometry"].area
    divisible = area > 6_000 and chance(rng, 0.7)
    return {
        "official_area_m2": round(area * rng.normal(1, 0.003)) if chance(rng, 0.72) else None,
        "divisible": divisible,
        "min_lot_m2": one_of(rng, (1_500, 2_000, 2_500, 3_000)) if divisible else None,
    }


def _measure_differently(rows: list[Row]) -> None:
    """Make a few plots' official areas differ from the drawn ones by more than 2 %; a check lists them."""
    for index, factor in ((37, 1.041), (141, 0.962), (222, 1.087), (318, 0.973)):
        row = rows[index]
        row["official_area_m2"] = round(row["geometry"].area * factor)
        row["note"] = "Fläche laut Liegenschaftskataster weicht von der Zeichnung ab, Vermessung angefragt"
