"""The dates of each connection. They are limited by the trenches' dates; their number follows the report's figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from generator.city import City
from generator.common import Row, between, chance, days, half_year, rng_for, until, working_day
from generator.trench_states import SELF_FINANCED

# Funded connections in each half-year, counted by the programmes' rules (addresses or dwellings).
CONNECTED = {(2022, 1): 118, (2022, 2): 251, (2023, 1): 347, (2023, 2): 606, (2024, 1): 412}
COUNT_DWELLINGS = ("hellgraue-flecken", "dunkelgraue-flecken")


def weight(row: Row) -> int:
    """Return how much the connection counts in its programme."""
    return row["dwellings"] if row["programme"] in COUNT_DWELLINGS else 1


def date_connections(city: City, rows: list[Row]) -> None:
    """Fill all date columns."""
    rng = rng_for("connection dates")
    for row in rows:
        _before_building(row, rng)
    funded = [row for row in rows if row["programme"] not in SELF_FINANCED]
    inside = [row for row in funded if city.outline.covers(row["geometry"])]
    outside = [row for row in funded if not city.outline.covers(row["geometry"])]
    for half, wanted in CONNECTED.items():
        _connect(inside, half, wanted, rng)
    for row in outside + [row for row in rows if row["programme"] in SELF_FINANCED]:
        _connect_later(row, rng)
    for row in rows:
        _after_passing(row, rng)
    _cases(inside, outside, rows)
    for row in rows:
        del row["_laid_on"]


def _before_building(row: Row, rng: np.random.Generator) -> None:
    """Set the dates of eligibility, order and passing."""
    laid = row["_laid_on"]
    eligible = (laid or dt.date(2023, 11, 1)) - days(between(rng, 240, 560))
    row["eligible_on"] = working_day(max(eligible, dt.date(2021, 1, 11) + days(between(rng, 0, 90))))
    if chance(rng, 0.66):
        row["ordered_on"] = until(working_day(row["eligible_on"] + days(between(rng, 20, 300))))
    if laid is not None:
        row["passed_on"] = until(working_day(laid + days(between(rng, 0, 14))))


def _connect(rows: list[Row], half: tuple[int, int], wanted: int, rng: np.random.Generator) -> None:
    """Connect exactly as many as wanted, mostly those passed longest ago first."""
    first, last = half_year(*half)
    ready = [
        row
        for row in rows
        if not row.get("connected_on") and row.get("passed_on") and row["passed_on"] <= last - days(25)
    ]
    luck = rng.uniform(0, 260, size=len(ready))
    for _, index in sorted((row["passed_on"].toordinal() + luck[n], n) for n, row in enumerate(ready)):
        row = ready[index]
        if weight(row) <= wanted:
            wanted -= weight(row)
            begin = max(first, row["passed_on"] + days(12))
            row["connected_on"] = working_day(begin + days(between(rng, 0, (last - begin).days)), begin, last)
    if wanted:
        raise RuntimeError(f"{half}: {wanted} connections are missing")


def _connect_later(row: Row, rng: np.random.Generator) -> None:
    """Connect some weeks or months after passing, without a quota."""
    if row.get("passed_on") and chance(rng, 0.72):
        row["connected_on"] = until(working_day(row["passed_on"] + days(between(rng, 20, 260))))


def _after_passing(row: Row, rng: np.random.Generator) -> None:
    """Set the dates of preparation and activation, or drop the connection."""
    passed, connected = row.get("passed_on"), row.get("connected_on")
    if connected:
        if row.get("ordered_on") and row["ordered_on"] > connected:
            row["ordered_on"] = passed
        if chance(rng, 0.8):
            row["prepared_on"] = row["passed_on"] + days(between(rng, 0, (connected - row["passed_on"]).days))
        if chance(rng, 0.9):
            row["activated_on"] = until(working_day(connected + days(between(rng, 1, 40)), first=connected))
    elif passed and chance(rng, 0.4):
        row["prepared_on"] = until(working_day(passed + days(between(rng, 5, 150)), first=passed))
    elif chance(rng, 0.06):
        row["dropped_on"] = until(working_day((passed or dt.date(2023, 6, 1)) + days(between(rng, 30, 240))))
        row["note"] = "Eigentümer hat den Anschluss abgelehnt" if row["dropped_on"] else None


def _pick(rows: list[Row], suits: Callable[[Row], bool], skip: int) -> Row:
    """Return a row that suits and has no note yet, after skipping some."""
    found = [row for row in rows if not row.get("note") and suits(row)]
    return found[min(skip, len(found) - 1)]


def _cases(inside: list[Row], outside: list[Row], rows: list[Row]) -> None:
    """Add cases that occur in real lists; the half-years' figures do not change."""
    first, last = half_year(2023, 2)

    def second_half(row: Row) -> bool:
        day = row.get("connected_on")
        return day is not None and first + days(40) <= day <= last - days(40)

    for skip in (15, 60, 140):
        row = _pick(inside, lambda r: second_half(r) and r.get("activated_on") is not None, skip)
        row["activated_on"] = row["connected_on"]
        row["connected_on"] = None
        row["note"] = "Anschluss in Betrieb, Datum der Herstellung nicht gemeldet"
    _on_boundaries(inside)
    flat = _pick(inside, lambda r: second_half(r) and r["programme"] in COUNT_DWELLINGS and r["dwellings"] >= 6, 2)
    flat["note"] = "Mehrfamilienhaus, zählt mit allen Wohneinheiten"

    def not_ordered(row: Row) -> bool:
        return bool(row.get("passed_on")) and not row.get("connected_on") and not row.get("ordered_on")

    waiting = _pick(inside, not_ordered, 5)
    waiting["note"] = "liegt an der Trasse, Hausanschluss nicht beauftragt"
    waiting.pop("prepared_on", None)
    own = [row for row in rows if row["programme"] in SELF_FINANCED]
    _pick(own, second_half, 4)["note"] = "Eigenausbau des Netzbetreibers ohne Förderung"
    for row in outside[:4]:
        row["passed_on"], row["connected_on"] = dt.date(2023, 8, 21), dt.date(2023, 10, 11)
        row["prepared_on"], row["activated_on"] = None, dt.date(2023, 10, 24)
        row.pop("dropped_on", None)


def _on_boundaries(inside: list[Row]) -> None:
    """Move connections to the first and last days of half-years, as in collective records."""
    for (year, half), which, note in (
        ((2023, 1), 0, "im Sammelprotokoll zum Jahresbeginn datiert"),
        ((2023, 1), 1, "Abnahme am letzten Tag des Halbjahres"),
        ((2023, 2), 0, "Samstagstermin auf Wunsch des Eigentümers"),
        ((2023, 2), 1, "im Sammelprotokoll zum Jahresende datiert"),
    ):
        bounds = half_year(year, half)
        near = (bounds[0], bounds[0] + days(60)) if which == 0 else (bounds[1] - days(60), bounds[1])

        def suits(row: Row, near: tuple[dt.date, dt.date] = near, day: dt.date = bounds[which]) -> bool:
            connected = row.get("connected_on")
            return connected is not None and near[0] <= connected <= near[1] and row["passed_on"] <= day

        for skip in (3, 9):
            row = _pick(inside, suits, skip)
            row["connected_on"] = bounds[which]
            row["prepared_on"] = None
            row["activated_on"] = until(bounds[which] + days(9))
            row["note"] = note
