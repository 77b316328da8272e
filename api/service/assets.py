"""Serves the pages' scripts, styles and images at URLs that change with their content and can be cached forever."""

import asyncio
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from mimetypes import guess_type
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.service.problems import Refusal
from api.service.weights import accepted_encoding
from geo.ground.backgrounds import hosts
from geo.records.tiles import compress
from geo.records.tiles.cache import Encoding
from maps.page_design import SHEET, page_design
from maps.page_texts import LANGUAGES, catalogue

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
LEAFLET = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png", "images/marker-icon.png")
OWN = ("pages.css", "map.js")
WEB = ("js", "css", "messages", "images", "vendor")
"""The folders of the advisors' map whose files browsers may fetch."""
CSS = "web/css/"
SERVED = {".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".css": "text/css"}
SERVED |= {".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2", ".png": "image/png"}
PACKED = (".png", ".woff", ".woff2")
"""Compressing these once more would save nothing."""
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A picture that is opened by itself runs nothing."""
SOURCE_MAP = b"//# sourceMappingURL"

router = APIRouter()


@cache
def contents() -> dict[str, bytes]:
    """Return the content of every asset by name."""
    vendored, own = files("maps").joinpath("vendor", "leaflet"), files("api.records.ogc.html").joinpath("static")
    found = {f"leaflet/{name}": vendored.joinpath(name).read_bytes() for name in LEAFLET}
    found |= {name: own.joinpath(name).read_bytes() for name in OWN}
    web = files("maps").joinpath("web")
    for folder in WEB:
        found |= dict(_files_in(web.joinpath(folder), f"web/{folder}"))
    found |= {f"web/messages/{language}.json": catalogue(language) for language in LANGUAGES}
    found |= {f"web/{name}": content for name, content in page_design().items()}
    # A source map would be one more file to serve.
    return {name: content.partition(SOURCE_MAP)[0] if _is_script(name) else content for name, content in found.items()}


def _files_in(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        inner = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _files_in(entry, inner)
        elif _suffix(inner) in SERVED:
            yield inner, entry.read_bytes()


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]


def _is_script(name: str) -> bool:
    return _suffix(name) in (".js", ".mjs")


def sheets() -> list[str]:
    """Return the names of the style sheets in maps/web/css and its subfolders."""
    return [name.removeprefix(CSS) for name in contents() if name.startswith(CSS)]


def sheets_of(folder: str, shared: Iterable[str]) -> list[str]:
    """Return the sheets of a page: those that it shares, those of its folder, and that of the agency's design."""
    own = sorted(name for name in sheets() if name.startswith(f"{folder}/"))
    return [*shared, *own, *agency_sheets()]


def agency_sheets() -> list[str]:
    """Return the name of the style sheet of the agency's design, if it has one."""
    return [name for name in sheets() if f"css/{name}" == SHEET]


@cache
def digest() -> str:
    """Return a hash of all assets, in twelve hexadecimal digits."""
    return sha256(b"".join(name.encode() + content for name, content in sorted(contents().items()))).hexdigest()[:12]


def path(name: str) -> str:
    """Return the URL path of an asset."""
    return f"/assets/{digest()}/{name}"


def policy(others: Iterable[str] = ()) -> str:
    """Return the content security policy of a page: this host only, and these ``others`` for pictures and data."""
    more = "".join(f" {host}" for host in others)
    return (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' data: blob:{more}; connect-src 'self'{more}; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@cache
def compressed(name: str, encoding: Encoding) -> bytes:
    """Return an asset, compressed once for all requests."""
    return compress(contents()[name], encoding, thoroughly=True)


@router.get("/assets/{version}/{name:path}", include_in_schema=False)
async def asset(request: Request, version: Annotated[str, Path()], name: Annotated[str, Path()]) -> Response:
    """Return an asset of the running version."""
    if version != digest() or name not in contents():
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no asset “{name}” in version “{version}”.")
    media_type = SERVED.get(_suffix(name)) or guess_type(name)[0]
    encoding = accepted_encoding(request.headers.get("accept-encoding"))
    # A web worker follows the policy sent with its own script.
    headers = dict(IMMUTABLE)
    if _is_script(name):
        headers["Content-Security-Policy"] = policy(hosts())
    elif _suffix(name) == ".svg":
        headers["Content-Security-Policy"] = SVG_POLICY
    if encoding is None or _suffix(name) in PACKED:
        return Response(contents()[name], headers=headers, media_type=media_type)
    body = await asyncio.to_thread(compressed, name, encoding)
    return Response(body, headers=headers | {"Content-Encoding": encoding}, media_type=media_type)
