"""The registry of indicators. To add one, add an entry to land.py, broadband.py or mobile.py."""

from geo.figures.kpis import broadband, land, mobile
from geo.figures.kpis.indicator import Family, Indicator, Kind, Unit

INDICATORS: tuple[Indicator, ...] = (*land.INDICATORS, *broadband.INDICATORS, *mobile.INDICATORS)
"""The indicators that exist in every city."""

FAMILIES: tuple[Family, ...] = tuple(land.FAMILIES)
"""Groups of indicators whose members depend on the records, such as one for each major project."""

__all__ = ["FAMILIES", "INDICATORS", "Family", "Indicator", "Kind", "Unit"]
