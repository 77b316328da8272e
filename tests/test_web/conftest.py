"""The page in a browser, served from the sample data; whatever goes wrong there fails the test."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create_app
from geo.access import Role
from geo.access.tokens import create
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.browser import READY, launched, wait_until
from tests.conftest import create_database, database, drop_database, own_database
from tests.test_api.helpers import running
from tests.test_web.pages import HEIGHT, WIDTH, Contexts, Kept, Watched, wait_for_page

DAY = date(2024, 3, 15)


@dataclass(frozen=True)
class Site:
    """A running service and the database behind it."""

    address: str
    database_url: str
    is_read_only: bool = False
    is_shared: bool = False
    """Whether tests write to it one after the other."""
    tokens: dict[tuple[Role, str], str] = field(default_factory=dict)

    def token(self, role: Role, name: str) -> str:
        """The token of somebody for the service."""
        if (role, name) not in self.tokens:
            with psycopg.connect(conninfo(self.database_url)) as connection:
                self.tokens[role, name] = create(connection, name, role)
        return self.tokens[role, name]


Open = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    # As long as for the page itself: what is awaited comes in milliseconds, but not where many tests run at once.
    expect.set_options(timeout=60_000)
    with launched() as browser:
        yield browser


@contextmanager
def serving(database_url: str, *, is_read_only: bool = False, **settings: object) -> Iterator[Site]:
    """The service on a port of its own."""
    # One server has the connections of all these services. Pages that stay open must not follow what other tests write.
    app = create_app(load_settings(database_url=database_url, **{"pool_size": 3, "live_changes": False, **settings}))
    served = app if is_read_only else unstored(app)
    with socket.create_server(("127.0.0.1", 0)) as listener, running(served, listener):
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", database_url, is_read_only)


def unstored(app: ASGIApp) -> ASGIApp:
    """The application without answers that a browser keeps, but for the page's own files.

    Tests get another database behind the same address, and its versions begin anew.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_unstored(message: Message) -> None:
            if message["type"] == "http.response.start" and not scope["path"].startswith("/assets/"):
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            await send(message)

        await app(scope, receive, send_unstored)

    return serve


@pytest.fixture(scope="package")
def public_site(sample_url: str) -> Iterator[Site]:
    """The sample city as everybody sees it; to be read only."""
    with serving(sample_url, is_read_only=True) as site:
        yield site


@pytest.fixture(scope="package")
def internal_site(sample_url: str) -> Iterator[Site]:
    """The sample city as readers see it, without signing in; to be read only."""
    with serving(sample_url, is_read_only=True, anonymous_audience="internal") as site:
        yield site


@pytest.fixture(scope="package")
def editable_site(server_url: str) -> Iterator[Site]:
    """A service where people sign in with tokens; `own_site` makes its database."""
    with serving(database(server_url, "web")) as site:
        yield site


@pytest.fixture
def own_site(editable_site: Site, server_url: str, sample_template: str) -> Iterator[Site]:
    """The sample city in a database of the test's own, to be written to; people sign in with tokens."""
    create_database(server_url, "web", sample_template)
    yield replace(editable_site, tokens={})
    drop_database(server_url, "web")


@pytest.fixture(scope="package")
def shared_site(server_url: str, sample_template: str) -> Iterator[Site]:
    """The sample city, written to by one test after the other, in any order; people sign in with tokens.

    Tests find records that others have left: they look for one that suits them, and for what they have written
    themselves. What others could not do without, they leave as it was.
    """
    with own_database(server_url, sample_template) as url, serving(url) as site:
        yield replace(site, is_shared=True)


@pytest.fixture(scope="package")
def kept_pages() -> dict[str, Kept]:
    """The pages that stay open, by their site and who is signed in; a test takes one out and puts it back."""
    return {}


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> Contexts:
    """The windows that pages are opened in, one test after the other."""
    return Contexts(browser)


@pytest.fixture
def open_page(browser: Browser, contexts: Contexts, kept_pages: dict[str, Kept]) -> Iterator[Open]:
    """Opens the page of a site (``#…`` for a state), as soon as map and list are there; or the one at another ``path``.

    ``token`` signs in before. The map of a site that is only read is shown by a page that stays open, which goes to the
    state, and so is that of the shared site to whom `Site.token` has named; a ``fresh`` page is loaded with it, as is a
    second one of the same person in the same test. A page whose looks differ afterwards from those that it had at first
    is not used again. Only a ``fresh`` page moves the map step by step and finds the browser's cache empty, and only a
    ``drawn`` one has pixels in its map.

    After the test nothing may have gone wrong: no error or warning in the console, no violation of the content policy,
    no request to another host; ``expected`` names texts that may be complained of.
    """
    watched: list[tuple[Watched, tuple[str, ...]]] = []
    taken: list[Kept] = []
    with ExitStack() as closing:

        def open_it(
            site: Site,
            state: str = "",
            *,
            lang: str = "de",
            token: str | None = None,
            width: int = WIDTH,
            height: int = HEIGHT,
            expected: tuple[str, ...] = (),
            wait: bool = True,
            path: str = "/",
            fresh: bool = False,
            drawn: bool = False,
        ) -> Page:
            is_usual = lang == "de" and width >= 1000 and path == "/" and wait and not fresh and not drawn
            whose = f"{site.address} {token or ''}"
            is_kept = site.is_read_only or (site.is_shared and token in site.tokens.values())
            if is_kept and is_usual and all(whose != one.whose for one in taken):
                kept = kept_pages.pop(whose, None) or Kept(browser, site.address, token)
                taken.append(kept)
                watched.append((kept, expected))
                return kept.show(state, width, height)
            context = closing.enter_context(contexts.lend(is_fresh=fresh, is_drawn=drawn))
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
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
        for kept in taken:
            if kept.is_restored():
                kept_pages[kept.whose] = kept
            else:
                kept.page.context.close()
        for one, expected in watched:
            bad = [text for text in one.complaints if not any(word in text for word in expected)]
            assert bad == []
