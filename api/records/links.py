"""Builds the links in responses. All URLs are absolute, because clients follow them unchanged."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Request
from pydantic import BaseModel, Field

from api.records.formats import GEOJSON, Format

OF_A_PAGE = ("limit", "cursor", "count")
"""Parameters without meaning for a file, which contains the whole selection."""


class WebLink(BaseModel):
    """An absolute link (RFC 8288)."""

    href: Annotated[str, Field(examples=["https://example.org/api/collections/plots/items"])]
    rel: Annotated[str, Field(examples=["items"])]
    type: Annotated[str, Field(examples=[GEOJSON])]
    title: str | None = None
    hreflang: str | None = None


def absolute_url(request: Request, path: str, **parameters: str) -> str:
    """Return the absolute URL of a path of this service, below the prefix of a proxy, if any."""
    query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
    return f"{str(request.base_url).rstrip('/')}{path}{query}"


def items(key: str) -> str:
    """Return the path of a layer's features."""
    return f"/api/collections/{quote(key)}/items"


def self_link(request: Request, path: str, chosen: Format) -> WebLink:
    """Return the link to the document itself, with the parameters of the request."""
    href = absolute_url(request, path, **dict(request.query_params))
    return WebLink(href=href, rel="self", type=chosen.media_type)


def alternate_links(
    request: Request, path: str, offered: Sequence[Format], chosen: Format, language: str
) -> list[WebLink]:
    """Return the links to the other formats. A file contains the whole selection, not only this page."""
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
    """Return the URL of the same resource in another format."""
    kept = without(request.query_params, "f", *(OF_A_PAGE if known.file else ()))
    return absolute_url(request, path, **kept, f=known.key)


def next_page(request: Request, path: str, chosen: Format, cursor: str, as_of: datetime | None = None) -> WebLink:
    """Return the link to the next page with the request's parameters; ``as_of`` is that of the first page."""
    parameters = {**request.query_params, "cursor": cursor}
    if as_of:
        parameters["as_of"] = as_of.isoformat()
    return WebLink(href=absolute_url(request, path, **parameters), rel="next", type=chosen.media_type)


def without(parameters: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return the parameters except those with these names."""
    return {name: text for name, text in parameters.items() if name not in names}


def with_links(text: str, links: list[WebLink]) -> str:
    """Return a GeoJSON text with links. They are inserted before its last brace, so that it need not be parsed."""
    written = json.dumps([link.model_dump(exclude_none=True) for link in links], separators=(",", ":"))
    return f'{text.removesuffix("}")},"links":{written}}}'
