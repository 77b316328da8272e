"""The layers that the panels of the advisors' map need, and those that the reader has no access to."""

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.rollout import LAYERS as ROLLOUT
from geo.rollout import SITE_LAYERS
from maps.interactive.groups import AudienceOf

NEEDS: dict[str, tuple[str, ...]] = {"broadband": ROLLOUT, "mobile": SITE_LAYERS}
"""The layers behind a panel's figures, by its id; it shows nothing unless the reader has internal access to all."""


def missing_layers(audience_of: AudienceOf, language: str) -> dict[str, list[str]]:
    """Return, by the panel's id, the titles of the needed layers that the caller sees as the public only."""
    return {
        panel: [LAYERS[layer].title.in_language(language) for layer in layers if audience_of(layer) is Audience.PUBLIC]
        for panel, layers in NEEDS.items()
    }
