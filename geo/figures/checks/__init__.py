"""Checks for records that people should look at before trusting a figure. Nothing is corrected automatically."""

from geo.figures.checks import dates, geometry, parts, places, texts
from geo.figures.checks.check import Check, Finding, run

CHECKS: tuple[Check, ...] = (*geometry.CHECKS, *places.CHECKS, *parts.CHECKS, *dates.CHECKS, *texts.CHECKS)

__all__ = ["CHECKS", "Check", "Finding", "run"]
