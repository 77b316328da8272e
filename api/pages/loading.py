"""The page on which editors load files. It is the same for everyone; its scripts request what the user may do."""

import json

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.pages.advisors import template
from api.pages.place import place_facts
from api.pages.report import SHARED_SHEETS
from api.service import assets
from api.service.dependencies import CurrentService, RequestedLanguage
from geo.records.layers.layer import Text
from geo.units import for_pages

FOLDER = "load"
FIRST_MODULES = ("shared/api.js", "shared/catalogue.js", "lib/lit.js", "loading/page.js")
TITLE = Text("Dateien laden", "Load files")
WITHOUT_SCRIPTS = Text(
    "Diese Seite braucht JavaScript. Ohne lädt „flurwerk load“ Ihre Dateien.",
    "This page needs JavaScript. Without it, “flurwerk load” loads your files.",
)

router = APIRouter(include_in_schema=False)


@router.get("/load")
async def page(service: CurrentService, language: RequestedLanguage) -> HTMLResponse:
    """Return the page."""
    config = {
        "language": language,
        "largest": service.settings.largest_delivery,
        "units": for_pages(),
        "facts": place_facts(language),
    }
    html = template("load.html").render(
        language=language,
        title=TITLE.in_language(language),
        assets=assets.path("web"),
        sheets=assets.sheets_of(FOLDER, SHARED_SHEETS),
        modules=FIRST_MODULES,
        config=json.dumps(config, ensure_ascii=False),
        without_scripts=WITHOUT_SCRIPTS.in_language(language),
    )
    headers = {"Content-Security-Policy": assets.policy(), "Cache-Control": "no-cache"}
    return HTMLResponse(html, headers=headers)
