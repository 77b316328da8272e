"""Scripts, styles and pictures of the pages, under an address that changes with them and may so be kept for ever."""

from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from mimetypes import guess_type
from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.problems import Refusal

KEPT_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
LEAFLET = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png", "images/marker-icon.png")
OWN = ("pages.css", "map.js")

router = APIRouter()


@cache
def contents() -> dict[str, bytes]:
    """Every asset by its name."""
    vendored, own = files("maps").joinpath("vendor", "leaflet"), files("api.ogc.html").joinpath("static")
    found = {f"leaflet/{name}": vendored.joinpath(name).read_bytes() for name in LEAFLET}
    # A source map beside the script would be one more file to fetch.
    found["leaflet/leaflet.js"] = found["leaflet/leaflet.js"].partition(b"//# sourceMappingURL")[0]
    return found | {name: own.joinpath(name).read_bytes() for name in OWN}


@cache
def digest() -> str:
    """What the assets are, in twelve characters."""
    return sha256(b"".join(name.encode() + content for name, content in sorted(contents().items()))).hexdigest()[:12]


def path(name: str) -> str:
    """The path of an asset."""
    return f"/assets/{digest()}/{name}"


@router.get("/assets/{version}/{name:path}", include_in_schema=False)
async def asset(version: Annotated[str, Path()], name: Annotated[str, Path()]) -> Response:
    """An asset of the version that runs here."""
    if version != digest() or name not in contents():
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no asset “{name}” of the version “{version}”.")
    return Response(contents()[name], headers=KEPT_FOR_EVER, media_type=guess_type(name)[0])
