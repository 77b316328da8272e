"""The page as a whole: by keyboard, for screen readers, on a tablet, in English, and when the service is away."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect
from psycopg import sql

from tests.browser import wait_until
from tests.conftest import create_database, database, drop_database
from tests.test_web.conftest import Open, Site, serving

AXE = Path(__file__).resolve().parents[2] / "maps" / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SIZES = [(1440, 900), (1024, 768), (768, 1024), (390, 800)]

# What is on its way is there, and nothing fades in any more.
SETTLED = """() => !document.querySelector("[aria-busy=true]")
    && document.getAnimations().every((one) => one.playState !== "running")"""

# Selectors of thousands of elements that are all right, and their way here, take twice as long as looking at them.
VIOLATIONS = """async (tags) => {
    const { violations } = await axe.run({ runOnly: tags, resultTypes: ["violations"], selectors: false });
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}"""


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.1 AA, serious or worse, with the element it found it at."""
    page.wait_for_function(SETTLED, timeout=60_000)
    # Evaluated by the test, not by the page, whose content policy would not have it.
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(VIOLATIONS, WCAG)


@pytest.mark.parametrize("state", ["", "f.zoning=GE&selected=plots/3", "f.remaining_m2=99999999.."])
def test_axe_finds_nothing_serious(internal_site: Site, open_page: Open, state: str) -> None:
    assert violations(open_page(internal_site, state)) == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_at_any_size(internal_site: Site, open_page: Open, width: int, height: int) -> None:
    page = open_page(internal_site, "selected=plots/3", width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas
    assert canvas["width"] > 0.3 * min(width, 800)
    drawer = page.locator(".drawer").bounding_box()
    assert drawer
    assert drawer["x"] >= 0
    assert drawer["x"] + drawer["width"] <= width


CORNERS = """() => {
    const { map, bounds } = app.map;
    const frame = map.getContainer().getBoundingClientRect();
    const legend = document.querySelector("#legend").getBoundingClientRect();
    const [one, other] = [map.project([bounds[0], bounds[3]]), map.project([bounds[2], bounds[1]])];
    return { one, other, legend: legend.right - frame.left, width: frame.width, height: frame.height };
}"""


def test_the_whole_city_is_seen_beside_the_legend(internal_site: Site, open_page: Open) -> None:
    """On usual screens, where the legend is open; as long as nobody has moved the map, no link has a view of it."""
    for width, height in ((1280, 800), (1440, 900), (1920, 1080)):
        page = open_page(internal_site, width=width, height=height, fresh=width == 1280)
        if width == 1280:
            assert "view=" not in page.url
        seen = page.evaluate(CORNERS)
        assert seen["legend"] < seen["one"]["x"] < seen["other"]["x"] < seen["width"], width
        assert 0 < seen["one"]["y"] < seen["other"]["y"] < seen["height"], width


def test_everything_is_reachable_by_keyboard_and_shows_its_focus(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "f.remaining_m2=30000..", fresh=True)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zur Liste")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#list .rows")).to_be_focused()
    # A row begins with the box that chooses it.
    while page.evaluate("document.activeElement.closest('tbody th') === null"):
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator(".drawer h2")).to_have_text(name)
    expect(page.locator(".drawer h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".drawer")).to_have_count(0)


def test_the_page_speaks_english_on_request(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "f.zoning=GE&selected=plots/3", lang="en")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.get_by_role("heading", name="Find")).to_be_visible()
    assert "Remaining area" in page.locator("#panel").inner_text()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Suchen")).to_be_visible()
    assert "f.zoning=GE" in page.url


def test_no_request_leaves_the_host_and_the_page_is_fetched_once(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, fresh=True)
    again = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert again
    assert all(url.startswith(internal_site.address) for url in again)
    scripts = [url for url in again if url.endswith((".js", ".mjs", ".css", ".json"))]
    assert [url for url, times in Counter(scripts).items() if times > 1] == []


@pytest.fixture
def failing_site(server_url: str, sample_template: str) -> Iterator[tuple[Site, str]]:
    """A service whose database can be taken away: the site, and the database's name."""
    name = "web_failing"
    create_database(server_url, name, sample_template)
    with serving(database(server_url, name), anonymous_audience="internal") as site:
        yield site, name
    drop_database(server_url, name)


def test_the_page_says_that_the_service_is_away_and_comes_back_by_itself(
    failing_site: tuple[Site, str], server_url: str, open_page: Open
) -> None:
    site, name = failing_site
    away = ("503", "Failed to load resource")
    allow = sql.SQL("alter database {name} allow_connections {allowed}")
    page = open_page(site, "f.zoning=GE", expected=away)
    hits = page.locator(".hits").inner_text()
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(allow.format(name=sql.Identifier(name), allowed=sql.SQL("false")))
        connection.execute("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s", [name])
        page.evaluate("app.reload().catch(() => {})")
        expect(page.get_by_role("alert")).to_contain_text("Der Dienst antwortet gerade nicht")
        # What is there remains usable.
        assert page.locator(".hits").inner_text() == hits
        fresh = open_page(site, "f.zoning=GE", expected=away, wait=False)
        expect(fresh.get_by_role("alert")).to_contain_text("Der Dienst antwortet gerade nicht")
        connection.execute(allow.format(name=sql.Identifier(name), allowed=sql.SQL("true")))
    expect(page.get_by_role("alert")).to_have_count(0, timeout=30_000)
    wait_until(lambda: fresh.evaluate("document.documentElement.dataset.ready === 'true'"), "the page to recover")
    assert fresh.locator(".hits").inner_text() == hits


def test_texts_of_records_are_text_only(shared_site: Site, open_page: Open) -> None:
    """Markup in a plot's name is shown as it was written."""
    name = "<img src=x onerror=alert(1)>${1+1}"
    with psycopg.connect(shared_site.database_url) as connection:
        connection.execute("update flurwerk.plots set name = %s where id = 2", [name])
    page = open_page(shared_site, "selected=plots/2")
    expect(page.locator(".drawer h2")).to_have_text(name)
    assert json.dumps(name) in page.evaluate("JSON.stringify(app.plots.byId.get(2).properties)")
