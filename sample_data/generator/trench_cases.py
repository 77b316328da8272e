"""Odd trenches as in real files: duplicates, missing dates, lines across borders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import shapely
from shapely.ops import substring

from generator.city import City
from generator.common import Row, days, rounded
from generator.trench_states import SELF_FINANCED

YEAR_END = dt.date(2023, 12, 31)


def add_cases(city: City, rows: list[Row]) -> None:
    """Mark or create the cases, and describe each in its note."""
    _note_origins_and_borders(city, rows)
    _missing_dates(rows)
    _last_day(rows)
    _duplicates(rows)


def _first(rows: list[Row], suits: Callable[[Row], bool], skip: int = 0) -> Row:
    """Return a funded row without a note that suits, after skipping some so that cases do not cluster."""
    found = [row for row in rows if row["programme"] not in SELF_FINANCED and not row.get("note") and suits(row)]
    return found[min(skip, len(found) - 1)]


def _note_origins_and_borders(city: City, rows: list[Row]) -> None:
    for row in rows:
        shape = row["geometry"]
        if shape.intersects(city.outline.boundary):
            row["note"] = "quert die Stadtgrenze, Abstimmung mit der Nachbarkommune"
        elif not city.outline.intersects(shape):
            row["note"] = "liegt auf dem Gebiet der Nachbarkommune"
        elif row["origin"] == "existing_duct":
            row["note"] = "Leerrohr im Bestand, Mitnutzung"
        elif row.get("discarded_on"):
            row["note"] = "Trasse verworfen, Alternativführung"
        elif row["origin"] == "co_laid":
            row["note"] = "Mitverlegung mit der Erneuerung der Wasserleitung"
        else:
            touched = [name for name, area in city.districts.items() if area.intersection(shape).length > 5]
            if len(touched) > 1:
                row["note"] = f"quert die Bezirksgrenze {' / '.join(touched)}"


def _missing_dates(rows: list[Row]) -> None:
    """Remove dates of steps, which then count from the earliest later step."""

    def waiting(row: Row) -> bool:
        permitted = row.get("permitted_on")
        return permitted is not None and permitted <= dt.date(2023, 9, 30) and not row.get("laid_on")

    for skip in (30, 90, 160):
        row = _first(rows, waiting, skip)
        row["planned_on"] = row["applied_on"] = row["complete_on"] = None
        row["note"] = "Zustimmung liegt vor, Plandatum im Altbestand nicht erfasst"

    def accepted(row: Row) -> bool:
        day = row.get("accepted_on")
        return day is not None and dt.date(2023, 8, 1) <= day <= YEAR_END and row["laid_on"].year == 2023

    for skip in (11, 40):
        row = _first(rows, accepted, skip)
        row["laid_on"] = None
        row["note"] = "Abnahme protokolliert, Verlegedatum vom Auftragnehmer nicht gemeldet"


def _last_day(rows: list[Row]) -> None:
    """Lay a trench on the last day of the year, which counts, since a stock is the state at the day's end."""

    def december(row: Row) -> bool:
        laid = row.get("laid_on")
        return laid is not None and laid.year == 2023 and laid.month == 12

    row = _first(rows, december, 3)
    row["laid_on"] = YEAR_END
    for step, wait in (("accepted_on", 23), ("documented_on", 51)):
        row[step] = YEAR_END + days(wait)
    row["note"] = "Kreuzungsbereich in der Sperrpause an Silvester fertiggestellt"


def _duplicates(rows: list[Row]) -> None:
    """Add trenches delivered twice, some shortened, and a line that runs close beside another."""
    laid = [r for r in rows if r.get("laid_on") and r["laid_on"] <= dt.date(2023, 10, 31) and not r.get("note")]
    laid = [r for r in laid if r["programme"] not in SELF_FINANCED and r["geometry"].length > 150]
    open_ = [r for r in rows if not r.get("laid_on") and r.get("applied_on") and not r.get("note")]
    open_ = [r for r in open_ if r["programme"] not in SELF_FINANCED and r["geometry"].length > 150]
    duplicates = ((laid[20], 0.0), (laid[-60], 0.14), (open_[50], 0.0), (open_[210], 0.2), (open_[300], 0.0))
    for number, (original, start) in enumerate(duplicates, start=1):
        copy = dict(original)
        copy["source_id"] = f"{original['source_id']}-d{number}"
        copy["duplicate_of"] = original["source_id"]
        copy["geometry"] = rounded(substring(original["geometry"], start, 1, normalized=True))
        copy["note"] = "doppelt geliefert: Bestandsplan und Bauabschnittsplan"
        rows.append(copy)
    own = (r for r in rows if r["programme"] in SELF_FINANCED and r["origin"] == "new")
    beside = next(r for r in own if r["geometry"].length > 200)
    twin = dict(beside)
    twin["source_id"] = f"{beside['source_id']}-p"
    twin["geometry"] = shapely.offset_curve(beside["geometry"], 1.1)
    twin["note"] = "verläuft unmittelbar neben einer anderen Trasse, Prüfung offen"
    rows.append(twin)
