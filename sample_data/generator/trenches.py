"""The rows of trenches, programmes and operators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from generator.city import City
from generator.common import Row, pick, rng_for
from generator.segments import Segment
from generator.trench_cases import add_cases
from generator.trench_dates import dates_of, extended
from generator.trench_states import Fate, decide

_METHODS = {
    "open": {"open_trench": 70, "trenching": 9, "milling": 6, "plough": 6, "saw_cut": 4, "other": 1},
    "closed": {"hdd": 55, "press_drill": 35, "ramming": 8, "microtunnel": 2},
    "overhead": {"overhead": 1},
}


@dataclass
class Trench:
    """A row of trenches with its segment."""

    segment: Segment
    row: Row


def make_trenches(city: City, segments: list[Segment]) -> tuple[list[Trench], list[Row]]:
    """Return all trenches, numbered cluster by cluster, and their rows, followed by odd cases as in real files."""
    rng = rng_for("trenches")
    fates = sorted(decide(segments), key=lambda f: (f.segment.cluster.key, f.segment.order))
    spans = {key: (of[0].segment.order, of[-1].segment.order) for key, of in _by_cluster(fates).items()}
    trenches = []
    for number, fate in enumerate(fates, start=1):
        cluster = fate.segment.cluster
        row: Row = {
            "source_id": f"tr-{number:04d}",
            "programme": cluster.programme,
            "cluster": cluster.key,
            "operator": cluster.operator,
            "origin": fate.origin,
            "due_on": cluster.due_at(_way(fate.segment.order, *spans[cluster.key])),
            "geometry": fate.segment.shape,
            **_building(fate.segment, fate.origin, rng),
            **dates_of(fate, rng),
        }
        row["extended_until"] = extended(row, rng)
        trenches.append(Trench(fate.segment, row))
    rows = [trench.row for trench in trenches]
    add_cases(city, rows)
    return trenches, rows


def _by_cluster(fates: list[Fate]) -> dict[str, list[Fate]]:
    return {key: list(of) for key, of in groupby(fates, lambda fate: fate.segment.cluster.key)}


def _way(order: float, nearest: float, farthest: float) -> float:
    """Return how far outwards a segment lies in its cluster, from 0 at the hub to 1."""
    return (order - nearest) / max(farthest - nearest, 1)


def _building(segment: Segment, origin: str, rng: np.random.Generator) -> Row:
    """Return how and where in the street the trench is dug; an existing duct needs no digging."""
    if origin == "existing_duct":
        return {"surface": "footway" if rng.random() < 0.7 else "carriageway"}
    main = segment.street.main
    rural = main and segment.feeder
    construction = pick(rng, {"open": 88, "closed": 11, "overhead": 1 if rural else 0})
    surfaces = {"carriageway": 22, "footway": 60, "verge": 10, "cycleway": 4, "unpaved": 3, "other": 1}
    if rural:
        surfaces = {"verge": 45, "cycleway": 20, "footway": 15, "carriageway": 12, "unpaved": 8}
    return {
        "construction": construction,
        "method": pick(rng, _METHODS[construction]),
        "surface": pick(rng, surfaces),
    }


def programme_rows() -> list[Row]:
    """Return funded and self-financed programmes, which count addresses or dwellings."""
    rows = [
        ("weisse-flecken", "Weiße Flecken (Bundesförderung)", "funded", "white", "address", (2020, 9), 2025),
        ("gewerbe-schulen", "Gewerbegebiete und Schulen", "funded", "white", "address", (2021, 2), 2025),
        ("hellgraue-flecken", "Hellgraue Flecken", "funded", "light_grey", "dwelling", (2021, 10), 2026),
        ("dunkelgraue-flecken", "Dunkelgraue Flecken", "funded", "dark_grey", "dwelling", (2023, 11), 2030),
        ("eigenausbau-ruhrnetz", "Eigenausbau Ruhrnetz", "self_financed", "dark_grey", "address", (2021, 5), None),
        ("eigenausbau-revierfaser", "Eigenausbau Revierfaser", "self_financed", None, "address", (2022, 9), None),
    ]
    return [
        {
            "source_id": source_id,
            "name": name,
            "funding": funding,
            "gap": gap,
            "counts": counts,
            "started_on": dt.date(year, month, 1),
            "ended_on": dt.date(ended, 12, 31) if ended else None,
        }
        for source_id, name, funding, gap, counts, (year, month), ended in rows
    ]


def operator_rows() -> list[Row]:
    """Return invented network companies."""
    rows = [
        ("westfalen-glasfaser", "Westfalen Glasfaser GmbH (fiktiv)", "carrier"),
        ("hansenetz", "Hansenetz Dortmund GmbH (fiktiv)", "carrier"),
        ("ruhrnetz", "Ruhrnetz Telekommunikation AG (fiktiv)", "carrier"),
        ("revierfaser", "Revierfaser GmbH (fiktiv)", "carrier"),
        ("lichtbogen", "Lichtbogen Breitband GmbH (fiktiv)", "carrier"),
        ("mobil-a", "Mobilnetz A (fiktiv)", "mobile"),
        ("mobil-b", "Mobilnetz B (fiktiv)", "mobile"),
        ("mobil-c", "Mobilnetz C (fiktiv)", "mobile"),
        ("mobil-d", "Mobilnetz D (fiktiv)", "mobile"),
        ("turmwerk", "Turmwerk Standorte GmbH (fiktiv)", "tower"),
        ("hochpunkt", "Hochpunkt Infrastruktur GmbH (fiktiv)", "tower"),
    ]
    return [{"source_id": source_id, "name": name, "kind": kind} for source_id, name, kind in rows]
