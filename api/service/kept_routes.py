"""The routes of what the agency keeps: those of layers that its profile switches off are not there."""

from fastapi import APIRouter

from geo.records.layers.kept import are_kept
from geo.rollout import NEEDED

LAYERS_OF = {
    "/api/rollout/progress": NEEDED["progress"],
    "/api/rollout/timeline": NEEDED["progress"],
    "/api/rollout/consents": NEEDED["consents"],
    "/api/rollout/obstructions": NEEDED["obstructions"],
    "/api/rollout/obstructions/places": NEEDED["obstructions"],
    "/api/rollout/letters": NEEDED["letters"],
    "/api/rollout/handovers": ("operators",),
    "/api/rollout/handovers/{number}/undo": ("operators",),
    "/api/mobile-requests": NEEDED["sites"],
    "/api/mobile-requests/{requestId}/site": NEEDED["sites"],
    "/api/demand": ("inquiries",),
    "/api/inquiries/{inquiryId}/matches": ("inquiries",),
    "/api/plots/{plotId}/inquiries": ("inquiries",),
    "/maps/cells": ("connections",),
}
"""By path, the layers without which there is no such route. All other routes name their layer in the path, or none."""


def remove_switched_off(router: APIRouter) -> None:
    """Remove a router's routes of layers that are switched off; nothing describes them any more."""
    router.routes[:] = [route for route in router.routes if are_kept(*LAYERS_OF.get(getattr(route, "path", ""), ()))]
