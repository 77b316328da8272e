"""What lies beneath the city's layers: backgrounds that the profile names, chosen in the legend and kept."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser import Opened, wait_until
from tests.map_service import COLOURS, MapService, map_service
from tests.profiles import added
from tests.test_web.conftest import Open, Site, serving
from tests.test_web.pages import HEIGHT, WIDTH

ATTRIBUTION = "© Amt <b>für</b> Karten"
EVERYWHERE = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}


def tables(address: str) -> str:
    """The backgrounds of the profile, one of each kind; the WMTS comes first."""
    shared = f'attribution = "{ATTRIBUTION}"'
    return f"""
        [[backgrounds]]
        key = "topo"
        title = {{ de = "Amtliche Karte", en = "Official map" }}
        kind = "wmts"
        url = "{address}/wmts/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"
        matrix_set = "WEBMERCATOR"
        is_default = true
        {shared}
        [[backgrounds]]
        key = "aerial"
        title = "Luftbild"
        kind = "wms"
        url = "{address}/dop?map=nrw"
        layers = "rgb"
        {shared}
        [[backgrounds]]
        key = "tiles"
        title = "Kacheln"
        kind = "xyz"
        url = "{address}/xyz/{{z}}/{{x}}/{{y}}.png"
        {shared}
        [[backgrounds]]
        key = "vector"
        title = "Vektor"
        kind = "style"
        url = "{address}/style.json"
        in_print = "topo"
        {shared}
    """


@pytest.fixture(scope="module")
def maps() -> Iterator[MapService]:
    """The map service."""
    with map_service() as service:
        yield service


@pytest.fixture(scope="module")
def grounded_site(sample_url: str, maps: MapService) -> Iterator[Site]:
    """The sample city, whose profile names the map service."""
    with added(tables(maps.address)), serving(sample_url, is_read_only=True, anonymous_audience="internal") as site:
        yield site


def choose(page: Page, key: str) -> None:
    """Choose a background in the legend, and wait until the map is at rest."""
    page.locator("select[name=background]").select_option(key)
    wait_until(lambda: page.evaluate("app.map.map.loaded()"), "the background")


def ground_of(page: Page) -> list[str]:
    """The layers beneath the city's, from the lowest."""
    layers = page.evaluate("app.map.map.getStyle().layers.map(({ id }) => id)")
    assert layers[0] == "background"
    return [layer for layer in layers if layer.startswith("ground|")]


def test_without_backgrounds_nothing_leaves_the_host_and_there_is_nothing_to_choose(
    public_site: Site, open_page: Open
) -> None:
    """`open_page` fails if any other host is asked. It comes first: the others change the profile of this process."""
    page = open_page(public_site, "background=aerial")
    expect(page.locator("select[name=background]")).to_have_count(0)
    expect(page.locator(".map-attribution")).to_be_hidden()
    assert ground_of(page) == []


def test_a_background_is_chosen_in_the_legend_and_kept_in_link_and_browser(
    grounded_site: Site, maps: MapService, open_page: Open
) -> None:
    """Each kind is asked in its own way; the attribution is shown as text; a link brings the choice along."""
    page = open_page(grounded_site, fresh=True, expected=(maps.address,))
    attribution = page.locator(".map-attribution")
    expect(attribution).to_have_text(ATTRIBUTION)
    assert ground_of(page) == ["ground|pictures"]
    assert any(path.startswith("/wmts/WEBMERCATOR/") for path in maps.asked)
    assert page.evaluate("app.map.map.getPaintProperty('districts-district:fill', 'fill-opacity')") == 0
    maps.asked.clear()
    choose(page, "aerial")
    wms = maps.parameters()[0]
    assert {wms[name] for name in ("CRS", "REQUEST", "LAYERS", "MAP")} == {"EPSG:3857", "GetMap", "rgb", "nrw"}
    assert re.fullmatch(r"(-?[\d.]+,){3}-?[\d.]+", wms["BBOX"])
    assert "background=aerial" in page.url
    choose(page, "vector")
    assert ground_of(page) == ["ground|background", "ground|ground"]
    assert any(path.startswith("/xyz/") for path in maps.asked)
    maps.asked.clear()
    page.goto(page.url.partition("#")[0])
    expect(page.locator("select[name=background]")).to_have_value("vector")
    wait_until(lambda: bool(maps.asked), "the kept background")
    page.goto(page.url.partition("#")[0] + "#background=none")
    page.reload()
    expect(page.locator("select[name=background]")).to_have_value("none")
    expect(attribution).to_be_hidden()
    assert page.evaluate("app.map.map.getPaintProperty('districts-district:fill', 'fill-opacity')") == 1


def test_the_background_has_pixels_beneath_the_plots_and_its_attribution_on_paper(
    grounded_site: Site, maps: MapService, open_page: Open
) -> None:
    page = open_page(grounded_site, "background=tiles", fresh=True, drawn=True, expected=(maps.address,))
    wait_until(lambda: page.evaluate("app.map.map.loaded()"), "the background")
    colours = Opened(page).colours(EVERYWHERE)
    assert colours.get("#" + bytes(COLOURS["xyz"]).hex(), 0) > 100_000
    assert colours.get("#00806a", 0) > 20
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print")).to_contain_text(f"Hintergrund: {ATTRIBUTION}")
    page.evaluate("dispatchEvent(new Event('afterprint'))")


@pytest.mark.parametrize("mode", ["broken", "markup"])
def test_a_background_that_fails_is_said_and_takes_nothing_else_away(
    grounded_site: Site, maps: MapService, open_page: Open, mode: str
) -> None:
    """The page must not take the map service for its own."""
    maps.mode = mode
    try:
        expected = (maps.address, "Failed to load resource")
        page = open_page(grounded_site, "background=aerial", fresh=True, expected=expected)
        expect(page.locator(".toast")).to_contain_text("Der Hintergrund „Luftbild“ lädt nicht")
        expect(page.locator(".banner")).to_have_count(0)
        assert page.evaluate("app.plots.records.length") > 100
    finally:
        maps.mode = "ok"


def test_the_content_policy_names_exactly_the_configured_hosts(grounded_site: Site, maps: MapService) -> None:
    """For pictures and data of the map's page alone."""
    policies = {
        path: httpx.get(grounded_site.address + path).headers["content-security-policy"] for path in ("/", "/load")
    }
    assert f"img-src 'self' data: blob: {maps.address}; connect-src 'self' {maps.address};" in policies["/"]
    assert policies["/"].count("http") == 2
    assert "http" not in policies["/load"]
