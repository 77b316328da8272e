"""The rollout as the broadband coordinator follows it: progress, obstructions, consents, letters of intent, sites.

What counts is what the indicators count (geo.figures.kpis.broadband): trenches and connections inside the city, without
duplicates and ducts that were there already, a step without its date as reached on the earliest date of a later one.
Unlike the indicators' figures these are not for funded programmes alone unless that is asked for. A trench without any
date is not known to be planned, so it counts nowhere but as undated.

Everything is the state at the end of a day, of the records as they are now. All of it is internal: it tells of single
trenches, applications, contractors and operators.
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
"""The layers whose records the progress of the rollout is made of."""

SITE_LAYERS = ("operators", "mobile_requests", "mobile_candidates", "properties", "sensitive_sites")
"""The layers whose records make up what is known of a site that an operator asks for."""

__all__ = ["LAYERS", "SITE_LAYERS", "Bounds"]
