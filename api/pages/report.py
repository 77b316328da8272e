"""The report's pages. They are the same for everyone; their scripts request what the user may see."""

import json
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.pages.advisors import template
from api.pages.place import levels_of_parts, place_facts
from api.service import assets
from api.service.dependencies import CurrentService, RequestedLanguage
from geo.figures.kpis import INDICATORS
from geo.periods import Period, UnknownPeriod, parse_period
from geo.records.layers.layer import Text
from geo.settings import Language
from geo.units import for_pages

FOLDER = "report"
SHARED_SHEETS = (
    "1-base.css",
    "1-colours.css",
    "2-top.css",
    "2-pages.css",
    "3-parts.css",
    "3-typed.css",
    "4-act.css",
    "5-forced.css",
)
FIRST_MODULES = ("shared/api.js", "shared/catalogue.js", "lib/lit.js", "figures/report.js")
TITLE = Text("Bericht", "Report")
WITHOUT_SCRIPTS = Text(
    "Diese Seite braucht JavaScript. Als Dokument erzeugt den Bericht „flurwerk report“.",
    "This page needs JavaScript. “flurwerk report” writes the report as a document.",
)
Selection = Annotated[str | None, Query(max_length=20)]

router = APIRouter(include_in_schema=False)


@router.get("/report")
async def overview(service: CurrentService, language: RequestedLanguage) -> HTMLResponse:
    """Return the page that lists the periods."""
    return _page(language, None)


@router.get("/report/{period:path}")
async def report(
    request: Request,
    service: CurrentService,
    language: RequestedLanguage,
    period: Annotated[str, Path()],
    release: Selection = None,
    draft: Selection = None,
    part: Annotated[str | None, Query(max_length=500)] = None,
    by: Annotated[str | None, Query(max_length=30)] = None,
) -> Response:
    """Return the page of a period's report. Its scripts pass ``release``, ``draft``, ``part`` and ``by`` to the API."""
    try:
        found = parse_period(period)
    except UnknownPeriod:
        return _page(language, None, wrong=period)
    if found.name != period:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/report/{found.name}{query}", HTTPStatus.PERMANENT_REDIRECT)
    return _page(language, found, release=release, draft=draft, part=part, by=by)


def _page(
    language: Language,
    period: Period | None,
    *,
    wrong: str | None = None,
    release: str | None = None,
    draft: str | None = None,
    part: str | None = None,
    by: str | None = None,
) -> HTMLResponse:
    """Return the page. ``wrong`` is the requested text if it is not a period; the page then says so (404)."""
    config = {
        "language": language,
        "period": period.name if period else None,
        "wrong": wrong,
        "release": release,
        "isDraft": draft == "true",
        "part": part,
        "by": by,
        "levels": levels_of_parts(language),
        "units": for_pages(indicator.unit for indicator in INDICATORS),
        "facts": place_facts(language),
    }
    html = template("report.html").render(
        language=language,
        title=f"{TITLE.in_language(language)} {period.name if period else ''}".strip(),
        assets=assets.path("web"),
        sheets=assets.sheets_of(FOLDER, SHARED_SHEETS),
        modules=FIRST_MODULES,
        config=json.dumps(config, ensure_ascii=False),
        without_scripts=WITHOUT_SCRIPTS.in_language(language),
    )
    headers = {"Content-Security-Policy": assets.policy(), "Cache-Control": "no-cache"}
    return HTMLResponse(html, HTTPStatus.NOT_FOUND if wrong is not None else HTTPStatus.OK, headers=headers)
