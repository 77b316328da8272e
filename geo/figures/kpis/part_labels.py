"""The words that one part of the city has for lines of the report: ``[part_labels]`` of the agency's profile."""

from dataclasses import replace

from geo.figures.kpis.indicator import Indicator
from geo.profile import profile


def in_words_of(part: str | None, indicator: Indicator) -> Indicator:
    """Return the indicator with the label that a part has for it, by all of its definitions; else as it is."""
    label = profile().part_labels.get(part or "", {}).get(indicator.key)
    if label is None:
        return indicator
    others = tuple(replace(other, label=label) for other in indicator.others)
    return replace(indicator, label=label, others=others)
