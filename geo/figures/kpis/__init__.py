"""The registry of indicators. To add one, declare it in a profile, or write it in land.py, broadband.py, mobile.py."""

from geo.figures.kpis import broadband, land, mobile
from geo.figures.kpis.declared import registry
from geo.figures.kpis.indicator import Family, Indicator, Kind, Unit
from geo.figures.kpis.kept import is_kept, refuse_unknown
from geo.profile import profile

BUILT_IN: tuple[Indicator, ...] = (*land.INDICATORS, *broadband.INDICATORS, *mobile.INDICATORS)
"""The indicators that exist in every city, as they are without a profile."""

_REGISTRY = registry(profile(), BUILT_IN, land.FAMILIES)

ALL_INDICATORS: tuple[Indicator, ...] = _REGISTRY.indicators
"""The built-in indicators as the agency's profile wants them and those that it declares, also those it switches off."""

ALL_FAMILIES: tuple[Family, ...] = _REGISTRY.families
"""All groups of indicators, also those that the profile switches off."""

refuse_unknown({indicator.key for indicator in (*ALL_INDICATORS, *(family.indicator for family in ALL_FAMILIES))})

INDICATORS: tuple[Indicator, ...] = tuple(filter(is_kept, ALL_INDICATORS))
"""The indicators that the agency keeps. What is not here appears nowhere."""

FAMILIES: tuple[Family, ...] = tuple(family for family in ALL_FAMILIES if is_kept(family.indicator))
"""Groups of indicators whose members depend on the records, such as one for each major project, if they are kept."""

__all__ = [
    "ALL_FAMILIES",
    "ALL_INDICATORS",
    "BUILT_IN",
    "FAMILIES",
    "INDICATORS",
    "Family",
    "Indicator",
    "Kind",
    "Unit",
]
