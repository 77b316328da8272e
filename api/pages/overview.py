"""The route of the overview map, one HTML document that works offline."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.service.dependencies import (
    CallerAudience,
    CurrentCaller,
    CurrentService,
    RequestedLanguage,
    RequestedPeriod,
    figures_role,
    freshness,
)
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.access import Role
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.settings import Settings
from geo.store.database import connect_to_read
from geo.store.pools import borrow
from maps.folium_map import content
from maps.folium_map.policy import script_hashes
from maps.folium_map.process import draw

# The map is a self-contained document that loads nothing else. Its scripts are allowed by their hashes.
MAP_POLICY = (
    "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

router = APIRouter(tags=["Pages"])


@router.get(
    "/maps/overview",
    response_class=HTMLResponse,
    responses={200: {"description": "One HTML document that works offline."}, **problem_responses(403, 503)},
)
async def overview(
    service: CurrentService,
    period: RequestedPeriod,
    language: RequestedLanguage,
    caller: CurrentCaller,
    own: CallerAudience,
    audience: Annotated[
        Literal["public", "internal"] | None, Query(description="Show what this audience sees; by default your own.")
    ] = None,
) -> HTMLResponse:
    """Return the overview map: plots, sales, trenches, connections and the figures of a period."""
    widest = own.impersonal
    shown = Audience(audience) if audience else widest
    if shown is not widest and widest is Audience.PUBLIC:
        raise Refusal(HTTPStatus.FORBIDDEN, "The internal map is not public. Remove the parameter “audience”.")
    # If the database is not available, this fails at once; opening a connection in the thread might take long.
    async with borrow(service.pools[figures_role(caller)]):
        pass
    async with service.drawing:
        reading = anyio.to_thread.run_sync(_read, service.settings, figures_role(caller), period, shown, language)
        html = await draw(await reading, service.settings.handout_timeout_s)
    policy = MAP_POLICY.format(script_hashes(html))
    return HTMLResponse(html, headers=freshness(shown) | {"Content-Security-Policy": policy})


def _read(settings: Settings, role: Role, period: Period, audience: Audience, language: str) -> dict[str, Any]:
    with connect_to_read(settings, role.login) as connection:
        return content.read(connection, period, audience=audience, language=language)
