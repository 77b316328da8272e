"""The registry of indicators. To add one, add an entry to land.py, broadband.py or mobile.py."""

from geo.figures.kpis import broadband, land, mobile
from geo.figures.kpis.indicator import Family, Indicator, Kind, Unit
from geo.figures.kpis.kept import is_kept, refuse_unknown

ALL_INDICATORS: tuple[Indicator, ...] = (*land.INDICATORS, *broadband.INDICATORS, *mobile.INDICATORS)
"""All indicators, also those that the agency's profile switches off."""

ALL_FAMILIES: tuple[Family, ...] = tuple(land.FAMILIES)
"""All groups of indicators, also those that the profile switches off."""

refuse_unknown({indicator.key for indicator in (*ALL_INDICATORS, *(family.indicator for family in ALL_FAMILIES))})

INDICATORS: tuple[Indicator, ...] = tuple(filter(is_kept, ALL_INDICATORS))
"""The indicators that the agency keeps. What is not here appears nowhere."""

FAMILIES: tuple[Family, ...] = tuple(family for family in ALL_FAMILIES if is_kept(family.indicator))
"""Groups of indicators whose members depend on the records, such as one for each major project, if they are kept."""

__all__ = ["ALL_FAMILIES", "ALL_INDICATORS", "FAMILIES", "INDICATORS", "Family", "Indicator", "Kind", "Unit"]
