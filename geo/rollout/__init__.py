"""The broadband rollout for its coordinators: progress, obstructions, consents, letters of intent, mobile sites.

The same records count as in the indicators (geo.figures.kpis.broadband): trenches and connections inside the city,
without duplicates and ducts that existed before. A step without a date counts from the earliest date of a later step.
Unlike the indicators, the figures are not limited to funded programmes, unless requested. A trench without any date is
not known to be planned and counts only as undated.

All figures describe the state at the end of a day, according to the current records. They are internal, since they
disclose single trenches, applications, contractors and operators.
"""

from geo.rollout.measures import Bounds

LAYERS = (
    "programmes",
    "operators",
    "letters_of_intent",
    "expansion_areas",
    "trenches",
    "connections",
    "obstructions",
)
"""The layers from which the progress of the rollout is computed."""

SITE_LAYERS = ("operators", "mobile_requests", "mobile_candidates", "properties", "sensitive_sites")
"""The layers from which the facts about a requested mobile site are gathered."""

__all__ = ["LAYERS", "SITE_LAYERS", "Bounds"]
