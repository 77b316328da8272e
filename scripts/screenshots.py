"""Takes the pictures of the documentation: ``make pictures``, with the sample data in the private database."""

import socket
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from api.app import create_app
from geo.access import Role
from geo.access.tokens import create, revoke
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.records.layers.layer import Audience
from geo.settings import Settings, load_settings
from maps.folium_map.overview import overview
from scripts.report_page_pictures import take_report
from tests.browser import READY, launched, open_offline, wait_until
from tests.test_api.helpers import running

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = DOCS / "pictures"
PERIOD = "2023-H2"
TOKEN = "Beratung"
CALL = "match.min_m2=8000&match.zoning=GE&match.divisible=1&match.fibre_required=1&match.access=motorway"


class View(NamedTuple):
    """A view of the page: its state, the size of the window, and what to click before taking the picture."""

    name: str
    state: str
    size: tuple[int, int] = (1440, 900)
    language: str = "de"
    clicks: tuple[str, ...] = ()
    is_dark: bool = False


EDIT = ".deeds button >> nth=0"
VIEWS = (
    View("find", "f.remaining_m2=5000..&f.zoning=GE,GI&f.restriction=minor"),
    View("plot", "selected=plots/2&shown=trenches-planned", clicks=(".drawer header button.icon >> nth=0",)),
    View("match", f"panel=match&{CALL}", clicks=("a.to-results, button.to-results",)),
    View("broadband", "panel=broadband"),
    View("to-come", "panel=broadband&broadband.tab=ahead"),
    View("mobile", "panel=mobile"),
    View("activity", "panel=activity"),
    View("indicators", "panel=indicators"),
    View("edit", "panel=act"),
    View("nothing", "f.remaining_m2=900000.."),
    View("tablet", "f.zoning=GE", (768, 1024)),
    View("phone", "", (390, 800)),
    View("narrow-form", "selected=plots/3", (640, 400), clicks=(EDIT,)),
    View("narrow-outline", "selected=plots/3", (640, 400), clicks=(EDIT, ".outline > button")),
    View("narrow-match", f"panel=match&{CALL}", (320, 512), clicks=("#rail-match", "button.to-results")),
    View("dark", f"panel=match&{CALL}", clicks=("button.to-results",), is_dark=True),
    View("english", "f.zoning=GE&selected=plots/2", language="en"),
)


def main() -> None:
    """Take pictures of the overview map of the sample's half-year, of the advisors' map and of the report."""
    # A page that listens for changes is never done fetching.
    settings = load_settings().model_copy(update={"database_url": None, "period": PERIOD, "live_changes": False})
    PICTURES.mkdir(exist_ok=True)
    with connect_migrated(settings) as connection:
        html = overview(connection, parse_period(PERIOD), audience=Audience.INTERNAL)
        token = create(connection, TOKEN, Role.EDITOR)
    try:
        with tempfile.TemporaryDirectory() as folder, launched() as browser:
            page = Path(folder) / "overview.html"
            page.write_text(html, encoding="utf-8")
            open_offline(browser, page).page.screenshot(path=DOCS / "overview.png")
            take(browser, settings, token)
            take_report(browser, settings, PICTURES)
    finally:
        with connect_migrated(settings) as connection:
            revoke(connection, TOKEN)


def take(browser: Browser, settings: Settings, token: str) -> None:
    """Serve the page, sign in, and take a picture of each view."""
    with socket.create_server(("127.0.0.1", 0)) as listener, running(create_app(settings), listener):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for view in VIEWS:
            width, height = view.size
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="de-DE",
                color_scheme="dark" if view.is_dark else "light",
            )
            context.request.post(f"{address}/api/session", data={"token": token})
            page = context.new_page()
            page.goto(f"{address}/?lang={view.language}#{view.state}")
            wait_until(lambda page=page: page.evaluate(READY), "the page")
            settle(page)
            for selector in view.clicks:
                page.locator(selector).first.click()
                settle(page)
            page.screenshot(path=PICTURES / f"{view.name}.png")
            print(PICTURES / f"{view.name}.png")
            context.close()


def settle(page: Page) -> None:
    """Wait until nothing more is fetched or drawn."""
    page.wait_for_load_state("networkidle")
    wait_until(lambda: page.evaluate("app.map.map.loaded() && !app.map.map.isMoving()"), "the map")
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
