"""Addresses: clients follow them as they are, so they are absolute."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from fastapi import Request

from api.records.ogc.formats import Format
from api.records.ogc.models import WebLink

OF_A_PAGE = ("limit", "cursor", "count")
"""What a file has no use for: all that is selected stands in it."""


def address(request: Request, path: str, **parameters: str) -> str:
    """The absolute address of a path of this service, below wherever a proxy has put it."""
    query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
    return f"{str(request.base_url).rstrip('/')}{path}{query}"


def items(key: str) -> str:
    """The path of a layer's features."""
    return f"/api/collections/{quote(key)}/items"


def own(request: Request, path: str, chosen: Format) -> WebLink:
    """The link to the document itself, with the parameters that made it."""
    href = address(request, path, **dict(request.query_params))
    return WebLink(href=href, rel="self", type=chosen.media_type)


def others(request: Request, path: str, offered: Sequence[Format], chosen: Format, language: str) -> list[WebLink]:
    """The links to the same in the other formats; a file has all that is selected, not this page of it."""
    return [
        WebLink(
            href=in_format(request, path, known),
            rel="alternate",
            type=known.media_type,
            title=known.title.in_language(language),
        )
        for known in offered
        if known is not chosen
    ]


def in_format(request: Request, path: str, known: Format) -> str:
    """The address of the same in a format."""
    kept = without(request.query_params, "f", *(OF_A_PAGE if known.file else ()))
    return address(request, path, **kept, f=known.key)


def next_page(request: Request, path: str, chosen: Format, cursor: str, as_of: datetime | None = None) -> WebLink:
    """The link to the page behind, with all that was asked for; ``today`` has become the instant of the first page."""
    parameters = {**request.query_params, "cursor": cursor}
    if as_of:
        parameters["as_of"] = as_of.isoformat()
    return WebLink(href=address(request, path, **parameters), rel="next", type=chosen.media_type)


def without(parameters: Mapping[str, str], *names: str) -> dict[str, str]:
    """The parameters but these."""
    return {name: text for name, text in parameters.items() if name not in names}


def with_links(text: str, links: list[WebLink]) -> str:
    """A GeoJSON object with its links. The text is PostgreSQL's, and nobody parses it: they go in before its end."""
    written = json.dumps([link.model_dump(exclude_none=True) for link in links], separators=(",", ":"))
    return f'{text.removesuffix("}")},"links":{written}}}'
