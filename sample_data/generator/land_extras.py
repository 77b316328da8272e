"""Further records about the land: restrictions, reservations, settlements, measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from generator.common import CUTOFF, Row, between, chance, days, one_of, pick, random_day, rng_for, rounded, until
from generator.industrial import Works
from generator.land_book import area_of
from generator.streets import blob

_KINDS = {
    "contamination": 34,
    "ordnance": 26,
    "mining": 18,
    "planning": 14,
    "ownership": 13,
    "servicing": 12,
    "utility_line": 14,
    "emission": 8,
    "nature": 8,
    "flood": 5,
    "monument": 4,
}
_NOTES = {
    "contamination": "Altlastenverdacht aus früherer Nutzung, Gutachten liegt vor",
    "ordnance": "Luftbildauswertung: Bombardierung, Sondierung vor Erdarbeiten nötig",
    "mining": "oberflächennaher Bergbau, Baugrundgutachten erforderlich",
    "utility_line": "Leitungsrecht, Schutzstreifen von Bebauung frei zu halten",
    "planning": "Bebauungsplan in Aufstellung",
    "monument": "denkmalgeschützter Bestand am Rand",
}


def restriction_rows(plots: list[Row]) -> list[Row]:
    """Return about 150 restrictions, some with a geometry, such as a line's strip or a contaminated area."""
    rng = rng_for("restrictions")
    rows = []
    for index in rng.choice(len(plots), size=118, replace=False):
        plot = plots[int(index)]
        kinds = {pick(rng, _KINDS) for _ in range(1 + int(chance(rng, 0.33)))}
        # Brownfields are often contaminated.
        if plot["brownfield"] and chance(rng, 0.3):
            kinds.add("contamination")
        for kind in sorted(kinds):
            rows.append(
                {
                    "plot": plot["source_id"],
                    "kind": kind,
                    "severity": pick(rng, {"minor": 65, "serious": 35}),
                    "note": _NOTES.get(kind),
                    "geometry": _extent(plot["geometry"], kind, rng),
                }
            )
    return _numbered(rows, "ei")


def _extent(plot: shapely.Polygon, kind: str, rng: np.random.Generator) -> BaseGeometry | None:
    """Return the restricted part of the plot, or None if it is not known."""
    shape = None
    west, south, east, north = plot.bounds
    middle = np.array([rng.uniform(west, east), rng.uniform(south, north)])
    if kind == "utility_line":
        half = np.array([900.0, 0.0])
        line = affinity.rotate(LineString([middle - half, middle + half]), rng.uniform(0, 180))
        shape = line.buffer(rng.uniform(3, 6), cap_style="flat")
    elif kind in ("contamination", "nature", "mining", "flood") and chance(rng, 0.6):
        shape = blob(middle, plot.area * rng.uniform(0.15, 0.5), rng)
    part = shape.intersection(plot) if shape is not None else None
    if part is None or part.area < 80 or part.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    return rounded(part) if rounded(part).is_valid else None


def reservation_rows(plots: list[Row], transactions: list[Row], inquiries: list[Row]) -> list[Row]:
    """Return reservations: current, expired and released ones."""
    rng = rng_for("reservations")
    gone = {row["plot"] for row in transactions if not row.get("cancelled_on")}
    free = [p for p in plots if p.get("offered_on") and not p.get("withdrawn_on") and p["source_id"] not in gone]
    rows = []
    for index in rng.choice(len(free), size=46, replace=False):
        plot = free[int(index)]
        first = dt.date(2023, 10, 1) if chance(rng, 0.55) else dt.date(2021, 3, 1)
        reserved = random_day(rng, first, CUTOFF - days(10))
        open_ = [i for i in inquiries if i["received_on"] < reserved and i["kind"] != "property"][-60:]
        area = area_of(plot)
        rows.append(
            {
                "plot": plot["source_id"],
                "inquiry": one_of(rng, open_)["source_id"] if open_ and chance(rng, 0.8) else None,
                "area_m2": int(area * rng.uniform(0.4, 0.8)) if chance(rng, 0.25) else area,
                "reserved_on": reserved,
                # Without a date, a reservation is still valid whenever the data are used.
                "expires_on": None if chance(rng, 0.55) else reserved + days(one_of(rng, (180, 270, 365))),
                "released_on": until(reserved + days(between(rng, 30, 160))) if chance(rng, 0.3) else None,
            }
        )
    return _numbered(sorted(rows, key=lambda row: row["reserved_on"]), "rv")


def settlement_rows(all_works: list[Works], parties: list[Row]) -> list[Row]:
    """Return the settlements. In 2023, as in the report, none is at PHOENIX West, but one company leaves it."""
    rng = rng_for("settlements")
    areas = [works.source_id for works in all_works if works.listed and works.source_id != "phoenix-west"]
    phoenix_days = [(2021, 3, 15), (2021, 10, 1), (2022, 2, 1), (2022, 6, 15), (2022, 11, 1), (2024, 4, 2)]
    settled = [("phoenix-west", dt.date(*day)) for day in phoenix_days]
    for year, count in ((2021, 9), (2022, 11), (2023, 12), (2024, 6)):
        last = CUTOFF if year == 2024 else dt.date(year, 12, 31)
        settled += [(one_of(rng, areas), random_day(rng, dt.date(year, 1, 2), last)) for _ in range(count)]
    companies = [party for party in parties if party["kind"] == "company"]
    rows = []
    for area, day in sorted(settled, key=lambda item: (item[1], item[0])):
        rows.append(
            {
                "industrial_area": area,
                "party": one_of(rng, companies)["source_id"],
                "jobs": max(3, int(rng.lognormal(3.1, 0.9))),
                "settled_on": day,
                "left_on": None,
            }
        )
    leaver = next(row for row in rows if row["industrial_area"] == "phoenix-west")
    leaver["left_on"], leaver["note"] = dt.date(2023, 9, 30), "Standort nach Zusammenlegung verlassen"
    return _numbered(rows, "as")


def measure_rows(all_works: list[Works], plots: list[Row]) -> list[Row]:
    """Return 40 measures, some on a plot, some on a whole area."""
    rng = rng_for("measures")
    names = {
        "develop": "Erschließung",
        "revitalise": "Wiedernutzung",
        "densify": "Nachverdichtung",
        "purchase": "Ankauf",
        "secure": "Sicherung",
    }
    listed = [works for works in all_works if works.listed]
    rows = []
    for index in range(40):
        kind = pick(rng, {"develop": 12, "revitalise": 10, "densify": 8, "purchase": 6, "secure": 5})
        works = listed[int(rng.integers(len(listed)))]
        plot = plots[int(rng.integers(len(plots)))] if index % 3 else None
        started = random_day(rng, dt.date(2021, 2, 1), dt.date(2024, 5, 31)) if chance(rng, 0.7) else None
        done = until(started + days(between(rng, 150, 900))) if started and chance(rng, 0.6) else None
        rows.append(
            {
                "name": f"{names[kind]} {plot['name'] if plot else works.name}",
                "kind": kind,
                "horizon": pick(rng, {"immediate": 3, "short": 4, "medium": 3, "long": 2}),
                "responsible": pick(rng, {"Wirtschaftsförderung": 5, "Stadtplanung": 3, "Liegenschaften": 3}),
                "plot": plot["source_id"] if plot else None,
                "started_on": started,
                "done_on": done,
                "geometry": None if plot else works.shape,
            }
        )
    return _numbered(rows, "ms")


def _numbered(rows: Iterable[Row], prefix: str) -> list[Row]:
    return [{"source_id": f"{prefix}-{number:03d}", **row} for number, row in enumerate(rows, start=1)]
