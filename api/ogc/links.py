"""Addresses: clients follow them as they are, so they are absolute."""

import json
from datetime import datetime
from urllib.parse import quote, urlencode

from fastapi import Request

from api.ogc.models import GEOJSON, WebLink


def address(request: Request, path: str, **parameters: str) -> str:
    """The absolute address of a path of this service, below wherever a proxy has put it."""
    query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
    return f"{str(request.base_url).rstrip('/')}{path}{query}"


def items(key: str) -> str:
    """The path of a layer's features."""
    return f"/api/collections/{quote(key)}/items"


def own(request: Request, path: str, media_type: str) -> WebLink:
    """The link to the document itself, with the parameters that made it."""
    return WebLink(href=address(request, path, **dict(request.query_params)), rel="self", type=media_type)


def next_page(request: Request, path: str, cursor: str, as_of: datetime | None = None) -> WebLink:
    """The link to the page behind, with all that was asked for; ``today`` has become the instant of the first page."""
    parameters = {**request.query_params, "cursor": cursor}
    if as_of:
        parameters["as_of"] = as_of.isoformat()
    return WebLink(href=address(request, path, **parameters), rel="next", type=GEOJSON)


def with_links(text: str, links: list[WebLink]) -> str:
    """A GeoJSON object with its links. The text is PostgreSQL's, and nobody parses it: they go in before its end."""
    written = json.dumps([link.model_dump(exclude_none=True) for link in links], separators=(",", ":"))
    return f'{text.removesuffix("}")},"links":{written}}}'
