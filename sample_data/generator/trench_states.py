"""The state of each segment by the end of 2023, chosen to yield the report's two lengths.

The segments are dug cluster by cluster, from the hub outwards. The lengths reached by certain days determine where in
that order each half-year ends; no geometry is changed to fit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from generator.common import CUTOFF, days, half_year, rng_for, working_day
from generator.segments import Segment

# Kilometres laid with funding by the end of each half-year; 82 in the report for the end of 2023.
LAID_KM = {(2021, 2): 9.2, (2022, 1): 20.3, (2022, 2): 35.1, (2023, 1): 54.6, (2023, 2): 82.0, (2024, 1): 103.7}
# Kilometres planned or laid by the end of 2023: 221 in planning and 82 laid.
PLANNED_KM = 221.0 + 82.0
SELF_FINANCED = ("eigenausbau-ruhrnetz", "eigenausbau-revierfaser")


@dataclass
class Fate:
    """A segment and its state; `planned_late` means not planned before 2024."""

    segment: Segment
    origin: str = "new"
    laid_on: dt.date | None = None
    discarded_on: dt.date | None = None
    planned_late: bool = False

    @property
    def funded(self) -> bool:
        """Return whether its programme is funded."""
        return self.segment.cluster.programme not in SELF_FINANCED

    @property
    def counts(self) -> bool:
        """Return whether it counts for the report once it is planned."""
        discarded = self.discarded_on is not None and self.discarded_on <= dt.date(2023, 12, 31)
        return self.funded and self.origin != "existing_duct" and not discarded


def decide(segments: list[Segment]) -> list[Fate]:
    """Decide on the origin, laying and planning of every segment."""
    rng = rng_for("fates")
    fates = [Fate(segment) for segment in segments]
    _origins(fates, rng)
    order = _digging_order(fates, rng)
    _lay_funded([fate for fate in order if fate.counts], rng)
    _lay_others([fate for fate in order if not fate.counts], rng)
    _discard(fates, rng)
    _plan_late(fates)
    return fates


def _origins(fates: list[Fate], rng: np.random.Generator) -> None:
    """Let some trunk lines use existing ducts, and some trenches be co-laid with other works."""
    for fate in fates:
        if fate.segment.feeder and fate.segment.street.main and rng.random() < 0.09:
            fate.origin = "existing_duct"
        elif rng.random() < 0.04:
            fate.origin = "co_laid"


def _digging_order(fates: list[Fate], rng: np.random.Generator) -> list[Fate]:
    """Order segments by stage and, within a cluster, from the hub outwards, slightly shuffled."""
    spans: dict[str, tuple[float, float]] = {}
    for fate in fates:
        key, order = fate.segment.cluster.key, fate.segment.order
        low, high = spans.get(key, (np.inf, 0.0))
        spans[key] = (min(low, order), max(high, order))

    def when(fate: Fate) -> float:
        low, high = spans[fate.segment.cluster.key]
        way = (fate.segment.order - low) / max(high - low, 1)
        return fate.segment.cluster.stage + 1.3 * way + rng.uniform(0, 0.22)

    return [fate for _, _, fate in sorted((when(fate), n, fate) for n, fate in enumerate(fates))]


def _lay_funded(order: list[Fate], rng: np.random.Generator) -> None:
    """Follow the order and date each segment by the kilometres reached."""
    begun = [fate for fate in order if fate.segment.cluster.stage < 9]
    reached = np.cumsum([fate.segment.inside_m for fate in begun]) / 1_000
    # The last segment of each half-year is the one that comes nearest to the wanted length.
    cuts = [0, *(int(np.argmin(np.abs(reached - km))) + 1 for km in LAID_KM.values())]
    for half, (first, last) in zip(LAID_KM, pairwise(cuts), strict=True):
        begin, end = half_year(*half)
        for position in range(first, last):
            share = (position - first + rng.random()) / max(last - first, 1)
            day = begin + days(3 + share * ((end - begin).days - 12))
            begun[position].laid_on = working_day(day, begin, end)


def _lay_others(order: list[Fate], rng: np.random.Generator) -> None:
    """Date the segments that do not count for the report: self-financed ones and existing ducts."""
    for fate in order:
        cluster = fate.segment.cluster
        if fate.funded and cluster.stage >= 9:
            continue
        day = dt.date(2021, 9, 1) + days(cluster.stage * 310 + rng.uniform(0, 420))
        fate.laid_on = working_day(day) if day <= CUTOFF - days(10) and rng.random() < 0.85 else None


def _discard(fates: list[Fate], rng: np.random.Generator) -> None:
    """Discard some planned segments; those discarded in 2024 are still planned at the end of 2023."""
    open_ = [f for f in fates if f.laid_on is None and f.origin == "new" and f.segment.cluster.stage <= 9]
    chosen = rng.choice(len(open_), size=34, replace=False)
    for position, index in enumerate(chosen):
        late = position % 7 == 6
        first = dt.date(2024, 1, 15) if late else dt.date(2023, 2, 1)
        day = working_day(first + days(rng.uniform(0, 130 if late else 320)))
        open_[int(index)].discarded_on = day


def _plan_late(fates: list[Fate]) -> None:
    """Plan the length beyond the report's only in 2024: the new programme, then the outermost segments."""
    counted = [fate for fate in fates if fate.counts]
    surplus = sum(fate.segment.inside_m for fate in counted) / 1_000 - PLANNED_KM
    for fate in counted:
        if fate.segment.cluster.programme == "dunkelgraue-flecken":
            fate.planned_late = True
            surplus -= fate.segment.inside_m / 1_000
    if surplus < 0:
        raise RuntimeError(f"{-surplus:.1f} km of trenches are missing")
    ends = [f for f in counted if f.segment.cluster.stage == 9 and f.discarded_on is None and f.laid_on is None]
    for fate in sorted(ends, key=lambda f: -f.segment.order):
        if fate.segment.inside_m / 1_000 <= surplus + 0.05:
            fate.planned_late = True
            surplus -= fate.segment.inside_m / 1_000
