"""The advisors' map: the page at the root, and the routes that provide its map's style and cells."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined, Template
from psycopg.rows import class_row
from pydantic import BaseModel, Field

from api.pages.place import levels_of_parts, place_facts
from api.records.tiles.caching import tag
from api.service import assets
from api.service.dependencies import (
    AutocommitConnection,
    CurrentCaller,
    CurrentService,
    FiguresConnection,
    RequestedLanguage,
    freshness,
)
from api.service.openapi import problem_responses
from geo.access import Role
from geo.figures.kpis import INDICATORS
from geo.ground import backgrounds, overlays
from geo.land.matching.uses import uses_in
from geo.land.plot_filters import for_page
from geo.land.reservations import notice_days
from geo.records.layers import LAYERS
from geo.records.layers.columns import PARTY
from geo.records.layers.layer import Audience, Text
from geo.records.tiles import Tile, TileRequest, view
from geo.rhythm import own_rhythm
from geo.settings import Language, Settings
from geo.units import for_pages
from maps.cells import cells
from maps.interactive import (
    DISTRICTS,
    SURROUNDINGS,
    District,
    absent_parts,
    legend,
    missing_layers,
    style,
    tiled,
)
from maps.texts import WORDS

FIRST_MODULES = ("page/app.js", "shared/api.js", "map/map.js", "shared/state.js", "lib/lit.js", "lib/maplibre.js")
"""Modules for the browser to preload before it has parsed the module that imports them."""
WITHOUT_SCRIPTS = Text(
    "Diese Karte braucht JavaScript. Ohne geht es hier weiter:", "This map needs JavaScript. Without it, go here:"
)
OVERVIEW = Text("Übersichtskarte", "Overview map")

router = APIRouter(tags=["Pages"])


class MapDocument(BaseModel):
    """The map's style and legend, depending on the caller."""

    # The members are not declared: they follow a specification of a hundred pages and are built in one place.
    style: dict[str, Any] = Field(description="A style of the MapLibre Style Specification, with `bounds`.")
    legend: list[dict[str, Any]] = Field(description="Groups of the map's layers, with their signs.")
    lacking: dict[str, list[str]] = Field(
        description="By the id of a panel: layers that it needs but the caller sees only in public form or not at all."
    )
    uses: dict[str, str] = Field(
        description="Names of the kinds of use in the requested language, by their names in any language."
    )


@router.get("/", include_in_schema=False)
async def home(service: CurrentService, language: RequestedLanguage) -> HTMLResponse:
    """Return the page. It is the same for everyone; its scripts request what the user may see."""
    headers = {"Content-Security-Policy": assets.policy(backgrounds.hosts()), "Cache-Control": "no-cache"}
    return HTMLResponse(page(service.settings, language), headers=headers)


@router.get("/maps/interactive", responses=problem_responses(401, 503))
async def interactive(
    service: CurrentService,
    connection: AutocommitConnection,
    caller: CurrentCaller,
    language: RequestedLanguage,
    response: Response,
) -> MapDocument:
    """Return the interactive map's style and legend."""

    def audience_of(layer: str) -> Audience:
        return caller.audience_of(layer).impersonal

    async with connection.cursor(row_factory=class_row(District)) as cursor:
        await cursor.execute(DISTRICTS)
        districts = await cursor.fetchall()
    surroundings = await (await connection.execute(SURROUNDINGS)).fetchone() or ()
    # Any tile of a layer will do, as all of them have the layer's version.
    tiles = {key: TileRequest((view(LAYERS[key], audience_of(key)),), Tile(0, 0, 0)) for key in tiled(audience_of)}
    versions = {key: tag(tile, await service.tiles.version(tile)) for key, tile in tiles.items()}
    response.headers.update(freshness(Audience.PUBLIC if caller.role is Role.PUBLIC else Audience.INTERNAL))
    return MapDocument(
        style=style(audience_of, language, districts, surroundings, versions),
        legend=legend(audience_of, language),
        lacking=missing_layers(audience_of, language),
        uses=uses_in(language),
    )


@router.get(
    "/maps/cells",
    response_class=Response,
    responses={
        200: {
            "description": "Cells as GeoJSON features, without those with fewer than three connections.",
            "content": {"application/geo+json": {"schema": {"type": "object"}}},
        },
        **problem_responses(401, 503),
    },
)
async def connections_by_cell(connection: FiguresConnection) -> Response:
    """Return connections in their public form: counted in the 100-metre cells of the INSPIRE grid."""
    query = cells()
    cursor = await connection.execute(query.statement, query.parameters)
    row = await cursor.fetchone()
    assert row is not None
    return Response(row[0], media_type="application/geo+json", headers=freshness(Audience.PUBLIC))


def page(settings: Settings, language: Language) -> str:
    """Return the page's HTML. It loads everything else from this host, except for the profile's backgrounds."""
    config = settings_of_page(settings, language)
    return template("index.html").render(
        language=language,
        title=WORDS["title"].in_language(language),
        assets=assets.path("web"),
        # Sheets in subfolders belong to other pages.
        sheets=sorted(name for name in assets.sheets() if "/" not in name),
        modules=FIRST_MODULES,
        config=json.dumps(config, ensure_ascii=False),
        without_scripts=WITHOUT_SCRIPTS.in_language(language),
        overview=OVERVIEW.in_language(language),
    )


def settings_of_page(settings: Settings, language: Language) -> dict[str, Any]:
    """Return what the page's modules need to know of the installation, its profile and the registry."""
    return {
        "language": language,
        "backgrounds": backgrounds.for_page(language),
        "overlays": overlays.for_page(language),
        "period": settings.period,
        "reported_months": own_rhythm().months,
        "notice_days": notice_days(),
        "units": for_pages(indicator.unit for indicator in INDICATORS),
        "absent": absent_parts(),
        "layers": list(LAYERS),
        "facts": place_facts(language),
        "filters": for_page(),
        "levels": levels_of_parts(language),
        "largest_attachment": settings.largest_attachment,
        "retention_days": settings.retention_days,
        "party_layers": [
            {"layer": layer.key, "title": layer.title.in_language(language)}
            for layer in LAYERS.values()
            if PARTY in layer.columns
        ],
        "live": settings.live_changes,
    }


@cache
def template(name: str) -> Template:
    """Return the template with this file name in maps/web."""
    source = files("maps").joinpath("web", name).read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True, undefined=StrictUndefined).from_string(source)
