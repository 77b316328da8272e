"""The maps under test: drawn once from the sample data, opened from disk without a network."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from geo.records.layers.layer import Audience
from geo.store.database import conninfo
from maps.folium_map.overview import overview
from tests.browser import Opened, launched, open_offline
from tests.test_maps.helpers import PERIOD

OpenMap = Callable[[str], Opened]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of maps."""
    with launched() as browser:
        yield browser


@pytest.fixture
def open_map(browser: Browser, tmp_path: Path) -> Iterator[OpenMap]:
    """A function that opens a document from disk; fails at the end if there was a request or an error."""
    opened: list[Opened] = []

    def open_document(html: str) -> Opened:
        path = tmp_path / f"map{len(opened)}.html"
        path.write_text(html, "utf-8")
        opened.append(open_offline(browser, path))
        return opened[-1]

    yield open_document
    for result in opened:
        result.page.close()
        assert result.requests == []
        assert result.errors == []


@pytest.fixture(scope="package")
def internal_page(browser: Browser, internal: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The internal overview, opened once."""
    path = tmp_path_factory.mktemp("maps") / "internal.html"
    path.write_text(internal, "utf-8")
    opened = open_offline(browser, path)
    yield opened
    opened.page.close()


@pytest.fixture(scope="package")
def clicked_page(browser: Browser, internal: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The internal overview, opened once more."""
    path = tmp_path_factory.mktemp("maps") / "clicked.html"
    path.write_text(internal, "utf-8")
    opened = open_offline(browser, path)
    yield opened
    opened.page.close()


@pytest.fixture
def clicked_map(clicked_page: Opened) -> Iterator[Opened]:
    """The internal overview for tests that search and click, one after another; fails as `internal_map` does."""
    clicked_page.evaluate("void Flurwerk.map.closePopup()")
    expect(clicked_page.page.locator(".leaflet-popup")).to_have_count(0)
    yield clicked_page
    assert clicked_page.requests == []
    assert clicked_page.errors == []


@pytest.fixture
def internal_map(internal_page: Opened) -> Iterator[Opened]:
    """The internal overview for tests that do not change it; fails at the end if there was a request or an error."""
    yield internal_page
    assert internal_page.requests == []
    assert internal_page.errors == []


@pytest.fixture(scope="package")
def internal(sample_url: str) -> str:
    """The internal overview of the sample data."""
    return _render(sample_url, Audience.INTERNAL)


@pytest.fixture(scope="package")
def public(sample_url: str) -> str:
    """The public overview of the sample data."""
    return _render(sample_url, Audience.PUBLIC)


def _render(url: str, audience: Audience) -> str:
    with psycopg.connect(conninfo(url)) as connection:
        return overview(connection, PERIOD, audience=audience)
