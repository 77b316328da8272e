"""The HTML pages: valid, safe and readable, in a browser whose only network is the service."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import psycopg
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from api.app import create_app
from api.service import assets
from geo.access import Caller, Role
from geo.settings import Settings, load_settings
from geo.store.database import conninfo
from tests.browser import launched
from tests.records import insert, plot, two_districts
from tests.test_api.helpers import Api, answer_as, api, problem, running
from tests.test_ogc.conftest import PERSON, PLOTS, SECRET
from tests.test_ogc.helpers import ITEMS, items

HTML = {"Accept": "text/html"}
ATTACK = "</script><script>alert(1)</script><img src=x onerror=alert(1)>'\"{{ 7*7 }}"
VOID = {"meta", "link", "br", "img", "input", "hr"}
DESCRIPTIVE = ("/api", "/api/conformance", "/api/collections", "/api/collections/plots")
PAGES = (*DESCRIPTIVE, "/api/collections/plots/queryables", ITEMS.format("plots"))


class Markup(HTMLParser):
    """Parses a document into its elements with their attributes, and collects faults in the nesting."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.feed(text)
        self.faults += [f"{tag} is left open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            self.faults.append(f"{tag} has an attribute twice")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} is closed where it is not open")

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(client: Api, url: str, **parameters: object) -> str:
    response = client.request("GET", url, params=parameters or None, headers=HTML)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_page_is_valid_and_has_no_inline_script_or_style(
    request: pytest.FixtureRequest, audience: str, lang: str
) -> None:
    client: Api = request.getfixturevalue(audience)
    plot_url = f"{ITEMS.format('plots')}/{items(client, 'plots')['features'][0]['id']}"
    for url in (*PAGES, plot_url):
        text = read(client, url, lang=lang)
        markup = Markup(text)
        assert markup.faults == [], url
        assert text.startswith("<!DOCTYPE html>")
        assert markup.all("html")[0]["lang"] == lang
        assert len(markup.all("h1")) == len(markup.all("title")) == len(markup.all("main")) == 1
        identifiers = [attributes["id"] for _, attributes in markup.elements if "id" in attributes]
        assert len(set(identifiers)) == len(identifiers)
        assert not markup.all("style")
        for _, attributes in markup.elements:
            assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for script in markup.all("script"):
            assert "src" in script or script["type"] == "application/json"
        assert all("scope" in head for head in markup.all("th"))
        assert "<built-in" not in text


@pytest.mark.parametrize("url", PAGES)
def test_a_page_may_load_from_its_own_server_only(public: Api, url: str) -> None:
    response = public.request("GET", url, headers=HTML)
    policy = dict(rule.strip().split(" ", 1) for rule in response.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"


def test_no_link_is_broken(public: Api) -> None:
    waiting, seen = ["http://test/api"], set[str]()
    while waiting:
        url = waiting.pop()
        if url in seen or url.startswith("data:"):
            continue
        seen.add(url)
        # For a file, the headers are enough.
        is_file = re.search(r"[?&]f=(csv|xlsx|gpkg|fgb|parquet)", url)
        response = public.request("HEAD" if is_file else "GET", url, headers={"Accept": "text/html, */*;q=0.1"})
        assert response.status_code in (200, 307), (url, response.text)
        if "/api" in url and response.headers["content-type"].startswith("text/html"):
            linked = [at.get("href") or at.get("src") or "" for _, at in Markup(response.text).elements]
            waiting += [str(response.url.join(to)) for to in linked if to and not to.startswith("#")]
    assert len(seen) > 100
    assert all(url.startswith("http://test/") for url in seen)


def test_links_keep_the_language(public: Api) -> None:
    markup = Markup(read(public, ITEMS.format("plots"), lang="en"))
    own = [one["href"] or "" for one in markup.all("a") if "lang" not in one]
    assert [href for href in own if "/items/" in href]
    assert all("lang=en" in href for href in own if "/api" in href)


def test_values_are_formatted_and_codes_shown_as_labels(public: Api) -> None:
    text = read(public, ITEMS.format("plots"), limit=2)
    assert f"<strong>2</strong> von <strong>{PLOTS}</strong> Datensätzen" in text
    for shown in ("Industriegebiet", "verfügbar", "01.02.2022", "10.100", "nein", "Fläche 01", "€/m²"):
        assert shown in text
    english = read(public, ITEMS.format("plots"), limit=2, lang="en")
    for shown in ("Industrial area", "available", "1 Feb 2022", "10,100"):
        assert shown in english


def test_a_selection_is_shown_and_kept_for_downloads_and_pages(public: Api) -> None:
    text = read(public, ITEMS.format("plots"), zoning="GE", limit=5, sortby="name")
    assert "zoning = GE" in text
    links = [one["href"] or "" for one in Markup(text).all("a")]
    downloads = [href for href in links if re.search("f=(csv|xlsx|gpkg|fgb|parquet)", href)]
    assert len(downloads) == 7
    assert all("zoning=GE" in href and "limit" not in href for href in downloads)
    (following,) = (one["href"] or "" for one in Markup(text).all("a") if one.get("rel") == "next")
    next_page = read(public, following)
    assert "Fläche 11" in next_page
    assert "Zum Anfang" in next_page
    assert "Kein Datensatz entspricht der Auswahl" in read(public, ITEMS.format("plots"), name="gibt es nicht")


def test_references_lead_to_their_records(internal: Api) -> None:
    restriction = items(internal, "plot_restrictions")["features"][0]
    text = read(internal, f"{ITEMS.format('plot_restrictions')}/{restriction['id']}")
    target = f"http://test{ITEMS.format('plots')}/{restriction['properties']['plot']}"
    assert target in [one["href"] for one in Markup(text).all("a")]


def test_pages_show_the_public_only_public_records_and_columns(public: Api, internal: Api) -> None:
    for layer in ("plots", "transactions", "plot_restrictions"):
        text = read(public, ITEMS.format(layer))
        assert all(secret not in text for secret in (PERSON, SECRET, "987654", "Noch nicht"))
        assert "Dienstgebrauch" not in text
    assert SECRET in read(internal, ITEMS.format("plots"))
    assert "Dienstgebrauch" in read(internal, ITEMS.format("plots"))
    assert PERSON not in read(internal, ITEMS.format("parties"))
    problem(public.request("GET", ITEMS.format("parties"), headers=HTML), 404)


def test_assets_may_be_cached_for_ever_and_old_versions_are_not_found(public: Api) -> None:
    for name in assets.contents():
        response = public.get(assets.path(name))
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert public.get(assets.path("map.js")).headers["content-type"].startswith("text/javascript")
    public.problem(404, "/assets/000000000000/map.js")
    public.problem(404, assets.path("../../../pyproject.toml").replace("..", "%2e%2e"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    with launched() as browser:
        yield browser


Open = Callable[[str], Page]


@contextmanager
def opened(browser: Browser, app: FastAPI) -> Iterator[Open]:
    """Yield a function that opens a path in the browser. Fails at the end on any error or request to another host."""
    errors: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
        root = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def open_path(path: str) -> Page:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.on(
                "console", lambda message: errors.append(message.text) if message.type in {"error", "warning"} else None
            )
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("dialog", lambda dialog: errors.append(dialog.message))
            page.on(
                "request",
                lambda request: errors.append(request.url) if not request.url.startswith((root, "data:")) else None,
            )
            response = page.goto(root + path)
            assert response
            assert response.status == 200
            if page.query_selector("#map"):
                page.wait_for_selector("html[data-ready=true]", state="attached")
            return page

        yield open_path
    assert errors == []


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_a_browser_shows_every_page_without_errors(browser: Browser, city_url: str, audience: str) -> None:
    app = create_app(load_settings(database_url=city_url, anonymous_audience=audience))
    with opened(browser, app) as open_path:
        for path in PAGES:
            open_path(path).close()
        page = open_path(ITEMS.format("plots"))
        # The plots lie over the two districts.
        assert page.locator("#map .leaflet-overlay-pane path").count() == PLOTS + (audience == "internal")
        assert page.locator("#map .leaflet-tile-pane path").count() == 2
        assert page.locator(".district").all_inner_texts() == ["West", "Ost"]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.click("tbody th a")
        page.wait_for_selector("dl.facts")
        assert page.inner_text("h1") == "Fläche 00"
        page.set_viewport_size({"width": 360, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_text_of_records_never_becomes_markup(browser: Browser, settings: Settings) -> None:
    assert settings.database_url
    with psycopg.connect(conninfo(settings.database_url), autocommit=True) as city:
        two_districts(city)
        record = plot(city, name=ATTACK, description=ATTACK, offered_on="2023-01-01", parcels=[ATTACK[:20]])
        city.execute("update flurwerk.districts set name = %s where key = '01'", [ATTACK])
    with opened(browser, create_app(settings)) as open_path:
        page = open_path(ITEMS.format("plots"))
        assert page.inner_text("tbody th") == ATTACK
        assert ATTACK in page.locator(".district").all_inner_texts()
        page.hover("#map .leaflet-overlay-pane path")
        assert ATTACK in page.locator(".leaflet-tooltip:not(.district)").inner_text()
        assert open_path(f"{ITEMS.format('plots')}/{record}").inner_text("h1") == ATTACK
        selected = open_path(f"{ITEMS.format('plots')}?name=%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>alert(1)</script>" in selected.inner_text(".selection")
        assert page.locator("img[src=x]").count() == 0


def test_maps_need_neither_records_nor_places_nor_districts(browser: Browser, settings: Settings) -> None:
    assert settings.database_url
    app = create_app(settings)
    answer_as(app, lambda _: Caller(Role.READER, "reader"))
    with opened(browser, app) as open_path:
        for layer in ("plots", "districts", "trenches", "operators"):
            assert "noch keine Datensätze" in open_path(ITEMS.format(layer)).inner_text(".empty")
        with psycopg.connect(conninfo(settings.database_url), autocommit=True) as city:
            record = insert(city, "inquiries", kind="plot", received_on="2023-08-01")
            insert(city, "operators", name="Netz GmbH", kind="carrier")
        page = open_path(ITEMS.format("inquiries"))
        assert "keine Lage" in page.inner_text(".map-frame").replace("Keiner dieser Datensätze hat eine", "keine")
        assert open_path(f"{ITEMS.format('inquiries')}/{record}").locator("#map").count() == 1
        assert open_path(ITEMS.format("operators")).locator("#map").count() == 0


def test_an_editor_sees_personal_columns_in_pages(city_url: str) -> None:
    with api(load_settings(database_url=city_url)) as client:
        answer_as(client.app, lambda _: Caller(Role.EDITOR, "editor"))
        text = read(client, ITEMS.format("parties"))
        assert PERSON in text
        assert (
            client.request("GET", ITEMS.format("parties"), headers=HTML).headers["cache-control"] == "private, no-store"
        )
