"""What the panels of the advisors' map need to see, and what of it their reader lacks."""

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.rollout import LAYERS as ROLLOUT
from geo.rollout import SITE_LAYERS
from maps.interactive.groups import AudienceOf

NEEDS: dict[str, tuple[str, ...]] = {"broadband": ROLLOUT, "mobile": SITE_LAYERS}
"""By the panel's id the layers that its figures come from; it shows nothing until all of them are seen from inside."""


def lacking(audience_of: AudienceOf, language: str) -> dict[str, list[str]]:
    """By the panel's id the titles of the layers that somebody's access lacks for it."""
    return {
        panel: [LAYERS[layer].title.in_language(language) for layer in layers if audience_of(layer) is Audience.PUBLIC]
        for panel, layers in NEEDS.items()
    }
