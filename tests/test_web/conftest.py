"""The page in a browser, served from the sample data; whatever goes wrong there fails the test."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

import psycopg
import psycopg.conninfo
import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from geo.access import Role
from geo.access.tokens import create
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.browser import READY, launched, wait_until
from tests.conftest import create_database, database, drop_database
from tests.test_api.helpers import running

DAY = date(2024, 3, 15)


@dataclass(frozen=True)
class Site:
    """A running service and the database behind it."""

    address: str
    database_url: str

    def token(self, role: Role, name: str) -> str:
        """A new token for the service."""
        with psycopg.connect(conninfo(self.database_url)) as connection:
            return create(connection, name, role)


class Watched:
    """A page that notes what went wrong: errors and warnings of the console, and requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url, address))

    def _said(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        # Software rendering is slow, and Chromium says so.
        if kind in {"error", "warning"} and "GPU stall" not in text:
            self.complaints.append(text)

    def _asked(self, url: str, address: str) -> None:
        self.asked.append(url)
        if not url.startswith((address, "data:", "blob:")):
            self.complaints.append(f"asked for {url}")


Open = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    # As long as for the page itself: what is awaited comes in milliseconds, but not where many tests run at once.
    expect.set_options(timeout=60_000)
    with launched() as browser:
        yield browser


@contextmanager
def serving(database_url: str, **settings: object) -> Iterator[Site]:
    """The service on a port of its own."""
    app = create_app(load_settings(database_url=database_url, **settings))
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", database_url)


@pytest.fixture(scope="package")
def public_site(sample_url: str) -> Iterator[Site]:
    """The sample city as everybody sees it; to be read only."""
    with serving(sample_url) as site:
        yield site


@pytest.fixture(scope="package")
def internal_site(sample_url: str) -> Iterator[Site]:
    """The sample city as readers see it, without signing in; to be read only."""
    with serving(sample_url, anonymous_audience="internal") as site:
        yield site


@pytest.fixture
def own_site(server_url: str, sample_url: str, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The sample city in a database of the test's own, to be written to; people sign in with tokens."""
    name = f"web_{abs(hash(request.node.nodeid)) % 10**9}"
    sample_name = conninfo_name(sample_url)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s",
            [sample_name],
        )
    create_database(server_url, name, sample_name)
    with serving(database(server_url, name)) as site:
        yield site
    drop_database(server_url, name)


def conninfo_name(url: str) -> str:
    """The database's name."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    assert isinstance(name, str)
    return name


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens the page of a site (``#…`` for a state), as soon as map and list are there; or the one at another ``path``.

    ``token`` signs in before. After the test nothing may have gone wrong: no error or warning in the console, no
    violation of the content policy, no request to another host; ``expected`` names texts that may be complained of.
    """
    watched: list[tuple[Watched, tuple[str, ...]]] = []
    with ExitStack() as closing:

        def open_it(
            site: Site,
            state: str = "",
            *,
            lang: str = "de",
            token: str | None = None,
            width: int = 1440,
            height: int = 900,
            expected: tuple[str, ...] = (),
            wait: bool = True,
            path: str = "/",
        ) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="de-DE", timezone_id="UTC"
            )
            closing.callback(context.close)
            page = context.new_page()
            watched.append((Watched(page, site.address), expected))
            if token:
                context.request.post(f"{site.address}/api/session", data={"token": token})
            query = "&" if "?" in path else "?"
            page.goto(f"{site.address}{path}{query}lang={lang}#{state}")
            if wait and path == "/":
                wait_for_page(page)
            elif wait:
                wait_until(lambda: page.evaluate(READY), path)
            return page

        yield open_it
        for one, expected in watched:
            bad = [text for text in one.complaints if not any(word in text for word in expected)]
            assert bad == []


def wait_for_page(page: Page) -> None:
    """Return when the plots are on the map and in the list, and the map has nothing left to draw."""
    wait_until(lambda: page.evaluate(READY), "map and list")
    wait_until(lambda: page.evaluate("app.map.map.loaded() && !app.map.map.isMoving()"), "the map to be drawn")
