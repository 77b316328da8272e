"""Recomputes the report's figures from the written files, independently of the product.

Each function is one counting rule in plain Python; `check` compares the results with the report's figures.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

Record = dict[str, Any]
Period = tuple[dt.date, dt.date]
H1: Period = (dt.date(2023, 1, 1), dt.date(2023, 6, 30))
H2: Period = (dt.date(2023, 7, 1), dt.date(2023, 12, 31))

# The figures in the agency's report 02/2023: first half, second half.
PRINTED: dict[str, tuple[int | None, int]] = {
    "inquiries": (352, 197),
    "public_land_m2": (21_800, 54_900),
    "private_land_m2": (0, 13_700),
    "properties_brokered": (2, 2),
    "office_takeup_m2": (38_000, 47_000),
    "settlements:phoenix-west": (0, 0),
    "funded_connections": (347, 606),
    "trench_planned_km": (None, 221),
    "trench_laid_km": (None, 82),
    "mobile_requests": (None, 29),
    "letters_of_intent": (None, 4),
    "public_land_plots": (None, 2),
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LAID = ("laid_on", "accepted_on", "documented_on")
_PLANNED = (
    "planned_on",
    "applied_on",
    "complete_on",
    "permitted_on",
    "refused_on",
    "sounding_requested_on",
    "cleared_on",
    "started_on",
    *_LAID,
)
_AGREED = ("agreed_on", "notarised_on", "handed_over_on")


def read(folder: Path, layer: str) -> list[Record]:
    """Return a layer's records, with dates as dates and empty values as None. Numbers in CSV files stay text."""
    path = folder / f"{layer}.gpkg"
    if path.exists():
        frame = gpd.read_file(path, layer=layer, engine="pyogrio")
        records = [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
    else:
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            records: list[Record] = [dict(row) for row in csv.DictReader(file)]
    return [{column: _plain(value) for column, value in record.items()} for record in records]


def _plain(value: Any) -> Any:
    if isinstance(value, shapely.Geometry):
        return value
    if value is None or value == "" or pd.isna(value):
        return None
    if isinstance(value, str):
        return dt.date.fromisoformat(value) if _DAY.fullmatch(value) else value
    return pd.Timestamp(value).date() if isinstance(value, dt.date) else value


def reached(record: Record, steps: tuple[str, ...]) -> dt.date | None:
    """Return a step's own date, otherwise the earliest date of a later one."""
    own, *later = (record.get(step) for step in steps)
    return own or min((day for day in later if day), default=None)


def _within(day: dt.date | None, period: Period) -> bool:
    return day is not None and period[0] <= day <= period[1]


def _counted(records: Iterable[Record], steps: tuple[str, ...], period: Period) -> list[Record]:
    """Return the records that reached the step in the period and were not cancelled."""
    return [r for r in records if _within(reached(r, steps), period) and not r.get("cancelled_on")]


class Figures:
    """All figures of the files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        districts = [r for r in read(folder, "districts") if r["kind"] == "district"]
        self.city = shapely.union_all([record["geometry"] for record in districts])
        self._programmes = {r["source_id"]: r for r in read(folder, "programmes")}

    def of(self, period: Period) -> dict[str, float]:
        """Return every figure of a period, unrounded."""
        public = self._land(period, "public", ("seller", "supporter"), ("sale", "ground_lease"))
        private = self._land(period, "private", ("supporter",), ("sale", "ground_lease", "lease"))
        planned, laid = self._kilometres(period[1])
        return {
            "inquiries": self._inquiries(period),
            "public_land_m2": sum(r["area_m2"] for r in public),
            "private_land_m2": sum(r["area_m2"] for r in private),
            "properties_brokered": len(_counted(read(self._folder, "brokerages"), ("agreed_on",), period)),
            "office_takeup_m2": self._offices(period),
            "settlements:phoenix-west": self._settlements(period),
            "funded_connections": self._connections(period),
            "trench_planned_km": planned,
            "trench_laid_km": laid,
            "mobile_requests": self._mobile(period),
            "letters_of_intent": len(_counted(read(self._folder, "letters_of_intent"), ("signed_on",), period)),
            "public_land_plots": len(public),
        }

    def _inquiries(self, period: Period) -> int:
        records = _counted(read(self._folder, "inquiries"), ("received_on",), period)
        return sum(record["duplicate_of"] is None for record in records)

    def _land(self, period: Period, sector: str, roles: tuple[str, ...], kinds: tuple[str, ...]) -> list[Record]:
        return [
            record
            for record in _counted(read(self._folder, "transactions"), _AGREED, period)
            if record["sector"] == sector and record["role"] in roles and record["kind"] in kinds
        ]

    def _offices(self, period: Period) -> float:
        records = _counted(read(self._folder, "office_takeups"), ("agreed_on",), period)
        return sum((r["added_m2"] or 0) if r["kind"] == "renewal" else r["area_m2"] for r in records)

    def _settlements(self, period: Period) -> int:
        records = _counted(read(self._folder, "settlements"), ("settled_on",), period)
        return sum(record["industrial_area"] == "phoenix-west" for record in records)

    def _connections(self, period: Period) -> float:
        total = 0.0
        for record in _counted(read(self._folder, "connections"), ("connected_on", "activated_on"), period):
            programme = self._programmes[record["programme"]]
            if programme["funding"] == "funded" and self.city.intersects(record["geometry"]):
                total += record["dwellings"] if programme["counts"] == "dwelling" else 1
        return total

    def _kilometres(self, day: dt.date) -> tuple[float, float]:
        """Return the kilometres within the city that are planned and laid at the end of the day."""
        planned = laid = 0.0
        for record in read(self._folder, "trenches"):
            funded = self._programmes[record["programme"]]["funding"] == "funded"
            if not funded or record["origin"] == "existing_duct" or record["duplicate_of"]:
                continue
            if record["discarded_on"] and record["discarded_on"] <= day:
                continue
            length = record["geometry"].intersection(self.city).length / 1_000
            laid_on, planned_on = reached(record, _LAID), reached(record, _PLANNED)
            if laid_on and laid_on <= day:
                laid += length
            elif planned_on and planned_on <= day:
                planned += length
        return planned, laid

    def _mobile(self, period: Period) -> int:
        """Count requests, not candidates. Those outside the city are in other years, so no place is checked."""
        return len(_counted(read(self._folder, "mobile_requests"), ("received_on",), period))


def printed(key: str, value: float) -> int:
    """Round as in the report: once, half away from zero; areas to 100 m², the rest to whole units."""
    unit = Decimal(100 if key.endswith("_m2") else 1)
    return int((Decimal(str(value)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit)


def check(folder: Path) -> list[str]:
    """Return one line per figure. Raises AssertionError if one differs from the report."""
    figures = Figures(folder)
    values = (figures.of(H1), figures.of(H2))
    lines, wrong = [], []
    for key, expected in PRINTED.items():
        cells = []
        for half, (value, figure) in enumerate(zip((v[key] for v in values), expected, strict=True), start=1):
            cells.append(f"{value:>12.3f} → {printed(key, value)}")
            if figure is not None and printed(key, value) != figure:
                wrong.append(f"{key}, half {half}: {value} instead of {figure}")
        lines.append(f"{key:26} {cells[0]:26} {cells[1]}")
    if wrong:
        raise AssertionError("not the report's figures: " + "; ".join(wrong))
    return lines
