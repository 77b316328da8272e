"""The dates of a trench: planning, consent (§ 127 TKG), clearance of ordnance, building, acceptance.

They show the rollout's delay: from 2022 on, clearance takes longer and longer after a sounding was requested, and most
planned trenches wait only for it.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from generator.common import CUTOFF, Row, between, chance, days, random_day, until, working_day
from generator.trench_states import Fate

# Days from the request for a sounding to the clearance, by the year of the request.
_CLEARANCE_DAYS = {2020: (25, 60), 2021: (35, 90), 2022: (80, 190), 2023: (170, 330), 2024: (190, 360)}


def dates_of(fate: Fate, rng: np.random.Generator) -> Row:
    """Return all date columns of the segment's row."""
    if fate.origin == "existing_duct":
        return _surveyed(fate, rng)
    if fate.laid_on is not None:
        return _built(fate.laid_on, rng)
    if fate.planned_late:
        return {"planned_on": random_day(rng, dt.date(2024, 1, 8), dt.date(2024, 6, 14))}
    row = _waiting(fate, rng)
    if fate.discarded_on is not None:
        row = {step: day for step, day in row.items() if day <= fate.discarded_on}
        row["discarded_on"] = fate.discarded_on
    return row


def _surveyed(fate: Fate, rng: np.random.Generator) -> Row:
    planned = random_day(rng, dt.date(2021, 6, 1), dt.date(2022, 12, 15))
    row: Row = {"planned_on": min(planned, fate.laid_on) if fate.laid_on else planned, "laid_on": fate.laid_on}
    row["documented_on"] = until(fate.laid_on + days(between(rng, 10, 50))) if fate.laid_on else None
    return row


def _built(laid: dt.date, rng: np.random.Generator) -> Row:
    """Return the dates of a laid trench, reckoned backwards from the day of laying."""
    started = working_day(laid - days(between(rng, 4, 24)), last=laid)
    cleared = working_day(started - days(between(rng, 3, 35)), last=started)
    low, high = _CLEARANCE_DAYS[max(2021, (cleared - days(120)).year)]
    sounding = working_day(cleared - days(between(rng, low, high)))
    permitted = working_day(started - days(between(rng, 2, 60)), last=started)
    complete = working_day(permitted - days(between(rng, 25, 85)))
    applied = working_day(complete - days(between(rng, 3, 28)), last=complete)
    accepted = working_day(laid + days(between(rng, 12, 70)))
    row: Row = {
        "planned_on": working_day(min(applied, sounding) - days(between(rng, 14, 75))),
        "applied_on": applied,
        "complete_on": complete,
        "permitted_on": permitted,
        "sounding_requested_on": sounding,
        "cleared_on": cleared,
        "started_on": started,
        "laid_on": laid,
        "accepted_on": until(accepted),
        "documented_on": until(working_day(accepted + days(between(rng, 10, 60)))),
    }
    if chance(rng, 0.12):  # Without suspected ordnance, no sounding is requested.
        row["sounding_requested_on"] = row["cleared_on"] = None
    return row


def _waiting(fate: Fate, rng: np.random.Generator) -> Row:
    """Return the dates of a waiting trench, reckoned forwards from planning; most wait for clearance."""
    first, last = dt.date(2022, 2, 1), dt.date(2023, 11, 30)
    if fate.segment.cluster.stage < 9:
        first, last = dt.date(2021, 10, 1), dt.date(2023, 3, 31)
    planned = random_day(rng, first, last)
    row: Row = {"planned_on": planned}
    if chance(rng, 0.78):
        sounding = working_day(planned + days(between(rng, 20, 90)))
        low, high = _CLEARANCE_DAYS[sounding.year]
        row["sounding_requested_on"] = sounding
        if chance(rng, 0.3):
            row["cleared_on"] = working_day(sounding + days(between(rng, low, high)))
    if chance(rng, 0.72):
        row["applied_on"] = working_day(planned + days(between(rng, 15, 75)))
        row["complete_on"] = working_day(row["applied_on"] + days(between(rng, 4, 35)))
        answer = working_day(row["complete_on"] + days(between(rng, 25, 92)))
        row["refused_on" if chance(rng, 0.03) else "permitted_on"] = answer
    row = {step: day for step, day in row.items() if day <= CUTOFF}
    if "cleared_on" in row and "permitted_on" in row and chance(rng, 0.25):
        ready = max(row["cleared_on"], row["permitted_on"]) + days(between(rng, 5, 60))
        if ready >= dt.date(2024, 4, 1) and ready <= CUTOFF:
            row["started_on"] = working_day(ready, last=CUTOFF)
    return row


def extended(row: Row, rng: np.random.Generator) -> dt.date | None:
    """Return until when the consent is extended, which happens if work does not begin for a long time."""
    permitted = row.get("permitted_on")
    if permitted is None or row.get("started_on") or permitted > dt.date(2023, 6, 30) or chance(rng, 0.4):
        return None
    return permitted + days(730)
