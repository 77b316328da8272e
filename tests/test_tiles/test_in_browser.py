"""The vendored map library, MapLibre, draws the tiles in a browser."""

import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser
from starlette.responses import FileResponse

from api.app import create_app
from geo.settings import load_settings
from tests.browser import READY, Opened, launched, wait_until
from tests.test_api.helpers import running

REPOSITORY = Path(__file__).resolve().parents[2]
VENDOR = REPOSITORY / "maps" / "web" / "vendor" / "maplibre-gl"
PAGE = Path(__file__).with_name("page.html")
WIDTH, HEIGHT = 600, 450


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(dense_url: str) -> Iterator[str]:
    """One site with the service and a page with a map."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.router.lifespan_context(service):
            yield

    site = FastAPI(lifespan=lifespan)
    service = create_app(load_settings(database_url=dense_url, anonymous_audience="internal"))
    site.add_api_route("/page", lambda: FileResponse(PAGE))
    site.mount("/vendor", StaticFiles(directory=VENDOR))
    site.mount("/", service)
    with socket.create_server(("127.0.0.1", 0)) as listener, running(site, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def open_map(browser: Browser, site: str, zoom: float) -> Opened:
    """Open the page at a zoom level, and wait until everything is drawn."""
    # Software draws the map here, which takes as long as it is large.
    opened = Opened(browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}))
    opened.page.on("console", lambda message: opened.errors.append(message.text) if message.type == "error" else None)
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.goto(f"{site}/page?zoom={zoom}")
    wait_until(lambda: opened.evaluate(READY) or bool(opened.errors), "the map to be drawn")
    return opened


@pytest.mark.parametrize(
    ("zoom", "layers"),
    [
        (9, {"counts", "trenches", "plots"}),
        (12, {"counts", "trenches", "plots"}),
        (14, {"connections", "trenches", "plots"}),
    ],
)
def test_maplibre_draws_the_tiles_at_every_scale_and_requests_them_by_version_from_this_site_only(
    browser: Browser, site: str, zoom: float, layers: set[str], tmp_path: Path
) -> None:
    opened = open_map(browser, site, zoom)
    assert opened.errors == []
    seen = Counter(feature["layer"] for feature in opened.evaluate("window.features"))
    assert set(seen) == layers
    assert min(seen.values()) >= 3
    picture = opened.page.screenshot(path=tmp_path / f"zoom-{zoom}.png")
    colours = opened.colours({"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
    assert len(picture) > 10_000
    assert len(colours) > 20
    tile_urls = [url for url in opened.requests if "/WebMercatorQuad/" in url]
    assert tile_urls
    assert all("?v=i" in url for url in tile_urls)
    assert all(url.startswith((site, "blob:")) for url in opened.requests)
    opened.page.close()
