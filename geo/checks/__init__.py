"""What a person should look at before trusting a figure. Nothing is corrected by itself."""

from geo.checks import dates, geometry, places, texts
from geo.checks.base import Check, Finding, run

CHECKS: tuple[Check, ...] = (*geometry.CHECKS, *places.CHECKS, *dates.CHECKS, *texts.CHECKS)

__all__ = ["CHECKS", "Check", "Finding", "run"]
