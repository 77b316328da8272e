"""Checks for records that people should look at before trusting a figure. Nothing is corrected automatically."""

from geo.figures.checks import (
    clusters,
    dates,
    geometry,
    operators,
    parts,
    places,
    promised_twice,
    promises,
    rollout,
    texts,
    values,
)
from geo.figures.checks.check import Check, Finding, run
from geo.records.layers.kept import are_kept

CHECKS: tuple[Check, ...] = tuple(
    check
    for check in (
        *geometry.CHECKS,
        *places.CHECKS,
        *parts.CHECKS,
        *dates.CHECKS,
        *values.CHECKS,
        *texts.CHECKS,
        *clusters.CHECKS,
        *operators.CHECKS,
        *promises.CHECKS,
        *promised_twice.CHECKS,
        *rollout.CHECKS,
    )
    if are_kept(check.layer)
)
"""The checks of the layers that the agency keeps."""

__all__ = ["CHECKS", "Check", "Finding", "run"]
