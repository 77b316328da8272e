"""The panels of the advisors' map and the parts of them that the agency's layers allow for, and who may see them."""

from geo.records.layers import LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience
from geo.rollout import LAYERS as ROLLOUT
from geo.rollout import NEEDED, SITE_LAYERS
from maps.interactive.groups import AudienceOf

NEEDS: dict[str, tuple[str, ...]] = {"broadband": ROLLOUT, "mobile": SITE_LAYERS}
"""The kept layers behind a panel's figures, by its id; it shows nothing to readers without internal access to all."""

PARTS: dict[str, tuple[str, ...]] = {
    "broadband": NEEDED["progress"],
    "broadband.ahead": NEEDED["ahead"],
    "broadband.consents": NEEDED["consents"],
    "broadband.obstructions": NEEDED["obstructions"],
    "broadband.letters": NEEDED["letters"],
    "mobile": NEEDED["sites"],
    "match.inquiries": ("inquiries",),
}
"""The layers without which the page has no such panel, or part of a panel."""


def absent_parts() -> list[str]:
    """Return the panels, and the parts of panels, that the page does not have since a layer is switched off."""
    return [part for part, layers in PARTS.items() if not are_kept(*layers)]


def missing_layers(audience_of: AudienceOf, language: str) -> dict[str, list[str]]:
    """Return, by the panel's id, the titles of the needed layers that the caller sees as the public only."""
    return {
        panel: [LAYERS[layer].title.in_language(language) for layer in layers if audience_of(layer) is Audience.PUBLIC]
        for panel, layers in NEEDS.items()
    }
