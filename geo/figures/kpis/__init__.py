"""The registry of indicators. Adding one is adding one entry to land.py, broadband.py or mobile.py."""

from geo.figures.kpis import broadband, land, mobile
from geo.figures.kpis.indicator import Family, Indicator, Kind, Unit

INDICATORS: tuple[Indicator, ...] = (*land.INDICATORS, *broadband.INDICATORS, *mobile.INDICATORS)
"""The indicators that exist in every city."""

FAMILIES: tuple[Family, ...] = tuple(land.FAMILIES)
"""Those of which the records decide how many there are, such as one for each major project."""

__all__ = ["FAMILIES", "INDICATORS", "Family", "Indicator", "Kind", "Unit"]
