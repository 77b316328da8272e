"""Renders pages from templates, with texts, links and the content security policy."""

from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.records.formats import AS_HTML, Format
from api.records.links import absolute_url, in_format, without
from api.records.ogc.html.words import words
from api.records.ogc.negotiation import VARY
from api.service import assets
from api.service.dependencies import freshness
from geo.records.layers.layer import Audience
from geo.settings import Language
from maps.page_design import logo_on_pages

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def templates() -> Environment:
    """Return the templates. All values are escaped."""
    return Environment(
        loader=PackageLoader("api.records.ogc.html"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def page(
    request: Request,
    language: Language,
    audience: Audience,
    template: str,
    formats: tuple[Format, ...],
    *,
    title: str,
    crumbs: tuple[tuple[str, str], ...] = (),
    **values: Any,
) -> HTMLResponse:
    """Return the page of a template. ``crumbs`` are the titles and paths of the pages above it."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    kept = {"lang": request.query_params["lang"]} if "lang" in request.query_params else {}

    def url(to: str, **parameters: Any) -> str:
        return absolute_url(request, to, **{name: str(value) for name, value in parameters.items()}, **kept)

    other = "de" if language == "en" else "en"
    text = (
        templates()
        .get_template(f"{template}.html")
        .render(
            t=words(language),
            language=language,
            title=title,
            crumbs=crumbs,
            url=url,
            asset=lambda name: absolute_url(request, assets.path(name)),
            agency_sheets=[f"web/css/{name}" for name in assets.agency_sheets()],
            logo=logo_on_pages(),
            is_internal=audience is not Audience.PUBLIC,
            translation=absolute_url(request, path, **{**without(request.query_params, "lang"), "lang": other}),
            other_language=other,
            alternates=[
                (known, known.title.in_language(language), in_format(request, path, known))
                for known in formats
                if known is not AS_HTML
            ],
            **values,
        )
    )
    return HTMLResponse(text, headers={**freshness(audience), **VARY, "Content-Security-Policy": POLICY})
