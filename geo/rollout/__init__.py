"""The broadband rollout for its coordinators: progress, obstructions, consents, letters of intent, mobile sites.

The same records count as in the indicators (geo.figures.kpis.broadband): trenches and connections inside the city,
without duplicates and ducts that existed before. A step without a date counts from the earliest date of a later step.
Unlike the indicators, the figures are not limited to funded programmes, unless requested. A trench without any date is
not known to be planned and counts only as undated.

All figures describe the state at the end of a day, according to the current records. They are internal, since they
disclose single trenches, applications, contractors and operators.
"""

from geo.profile.modules import GROUPS
from geo.records.layers.kept import are_kept
from geo.rollout.measures import Bounds

LAYERS = tuple(filter(are_kept, GROUPS["broadband"]))
"""The kept layers from which the progress of the rollout is computed."""

SITE_LAYERS = tuple(
    filter(are_kept, ("operators", "mobile_requests", "mobile_candidates", "properties", "sensitive_sites"))
)
"""The kept layers from which the facts about a requested mobile site are gathered."""

NEEDED: dict[str, tuple[str, ...]] = {
    "ahead": ("programmes", "clusters", "trenches", "connections"),
    "progress": ("programmes", "clusters", "expansion_areas", "trenches", "connections"),
    "consents": ("operators", "clusters", "trenches"),
    "obstructions": ("programmes", "clusters", "trenches", "connections", "obstructions"),
    "letters": ("programmes", "operators", "letters_of_intent", "expansion_areas", "connections"),
    "sites": ("operators", "mobile_requests", "mobile_candidates"),
}
"""The layers without which there is no such table: of progress, of consents …"""

__all__ = ["LAYERS", "NEEDED", "SITE_LAYERS", "Bounds"]
