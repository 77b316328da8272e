"""What lies beneath the city's layers: backgrounds that the profile names, chosen in the legend and kept."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser import Opened, wait_until
from tests.map_service import COLOURS, HOSTILE, MapService, map_service
from tests.profiles import added
from tests.test_web.conftest import Open, Site, serving
from tests.test_web.pages import HEIGHT, WIDTH

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
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
        [[overlays]]
        key = "plans"
        title = "Bebauungspläne"
        kind = "wms"
        url = "{address}/plans"
        layers = "bplan"
        attribution = "© Planungsamt"
        info_format = "text/plain"
        [[overlays]]
        key = "flood"
        title = "Überschwemmungsgebiete"
        kind = "wms"
        url = "{address}/flood"
        layers = "hq100"
        attribution = "© Wasseramt"
        opacity = 0.5
        info_format = "application/json"
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


def test_the_citys_streets_lie_where_no_background_is(grounded_site: Site, maps: MapService, open_page: Open) -> None:
    """They give way to a background; whoever wants both ticks them. Their names are written along them."""
    page = open_page(grounded_site, "background=none&view=15/51.4934/7.5330", fresh=True, expected=(maps.address,))
    streets = page.get_by_label("Hauptstraße", exact=True)
    expect(streets).to_be_checked()
    drawn = "app.map.map.queryRenderedFeatures({ layers: ['streets-main:line', 'streets-local:line'] })"
    assert page.evaluate(f"{drawn}.map(({{ properties }}) => properties.name).includes('Schürener Heerstraße')")
    order = page.evaluate("app.map.map.getStyle().layers.map(({ id }) => id)")
    assert (
        order.index("industrial_areas:fill") < order.index("streets-local:line") < order.index("plots-available:fill")
    )
    choose(page, "aerial")
    expect(streets).not_to_be_checked()
    assert page.evaluate(f"{drawn}.length") == 0
    streets.check()
    wait_until(lambda: page.evaluate(f"{drawn}.length") > 0, "the streets")
    assert "shown=streets-main" in page.url


def test_the_background_has_pixels_beneath_the_plots_and_its_attribution_on_paper(
    grounded_site: Site, maps: MapService, open_page: Open
) -> None:
    page = open_page(grounded_site, "background=tiles", fresh=True, drawn=True, expected=(maps.address,))
    wait_until(lambda: page.evaluate("app.map.map.loaded()"), "the background")
    colours = Opened(page).colours(EVERYWHERE)
    assert colours.get("#" + bytes(COLOURS["xyz"]).hex(), 0) > 100_000
    assert colours.get("#00806a", 0) > 20
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print")).to_contain_text(f"Kartendienste: {ATTRIBUTION}")
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


def overlays_of(page: Page) -> list[tuple[str, float]]:
    """The overlays on the map from the lowest, with their opacity."""
    layers = page.evaluate("app.map.map.getStyle().layers.map(({ id, paint }) => [id, paint?.['raster-opacity']])")
    return [(name.removeprefix("overlay|"), opacity) for name, opacity in layers if name.startswith("overlay|")]


def test_overlays_are_chosen_faded_and_ordered_in_the_legend(
    grounded_site: Site, maps: MapService, open_page: Open
) -> None:
    """They lie above the ground and beneath the plots, with their legends and attributions; a link keeps them."""
    page = open_page(grounded_site, "background=none", fresh=True, expected=(maps.address,))
    maps.asked.clear()
    page.get_by_label("Überschwemmungsgebiete", exact=True).check()
    wait_until(lambda: overlays_of(page) == [("flood", 0.5)], "the first overlay")
    page.get_by_label("Bebauungspläne", exact=True).check()
    wait_until(lambda: overlays_of(page) == [("flood", 0.5), ("plans", 0.7)], "the second on top of it")
    expect(page.locator(".map-attribution")).to_have_text("© Planungsamt · © Wasseramt")
    expect(page.get_by_alt_text("Legende: Überschwemmungsgebiete")).to_be_visible()
    wait_until(lambda: any(asked.get("REQUEST") == "GetLegendGraphic" for asked in maps.parameters()), "a legend")
    assert any(asked.get("TRANSPARENT") == "TRUE" for asked in maps.parameters())
    page.get_by_label("Deckkraft: Überschwemmungsgebiete").fill("100")
    page.get_by_role("button", name="Überschwemmungsgebiete nach oben").click()
    wait_until(lambda: overlays_of(page) == [("plans", 0.7), ("flood", 1)], "the other order")
    assert "overlays=flood%3A100,plans%3A70" in page.url
    order = page.evaluate("app.map.map.getStyle().layers.map(({ id }) => id)")
    assert order.index("streets-main:line") < order.index("overlay|plans") < order.index("plots-available:fill")
    page.reload()
    wait_until(lambda: page.evaluate("document.documentElement.dataset.ready === 'true'"), "the page")
    wait_until(lambda: overlays_of(page) == [("plans", 0.7), ("flood", 1)], "what the link says")
    page.get_by_label("Überschwemmungsgebiete", exact=True).uncheck()
    page.get_by_label("Bebauungspläne", exact=True).uncheck()
    wait_until(lambda: overlays_of(page) == [], "no overlay")


def test_a_click_tells_what_the_services_know_of_a_place_as_text(
    grounded_site: Site, maps: MapService, open_page: Open
) -> None:
    """Each is asked through the page's own host, at the address of the profile; a hostile answer is only text."""
    state = "background=none&overlays=plans:70,flood:50&view=15/51.4934/7.5330"
    page = open_page(grounded_site, state, fresh=True, expected=(maps.address,))
    maps.info = ("application/json", json.dumps({"features": [{"properties": {"<b>Stufe</b>": HOSTILE}}]}))
    maps.asked.clear()
    page.get_by_role("button", name="Auskunft zur Kartenmitte").click()
    told = page.locator(".overlay-info")
    expect(told.locator("th")).to_have_text(["<b>Stufe</b>"] * 2)
    expect(told.locator("td")).to_have_text([HOSTILE] * 2)
    # The plans are asked for plain text and get JSON, which is read as what it is.
    expect(told.locator("h3")).to_have_text(["Bebauungspläne", "Überschwemmungsgebiete"])
    asked = [one for one in maps.parameters() if one.get("REQUEST") == "GetFeatureInfo"]
    assert {one["INFO_FORMAT"] for one in asked} == {"text/plain", "application/json"}
    maps.info = ("text/plain", HOSTILE)
    page.locator("#map canvas").click(position={"x": 450, "y": 300})
    expect(told.locator("pre")).to_have_text([HOSTILE, HOSTILE])
    assert page.title() != "owned"
    maps.mode = "broken"
    page.get_by_role("button", name="Auskunft zur Kartenmitte").click()
    expect(told.locator(".error")).to_have_text(["Der Kartendienst hat nicht geantwortet."] * 2)
    maps.mode = "ok"
    expect(page.locator(".banner")).to_have_count(0)
    told.get_by_role("button", name="Schließen").click()
    expect(told).to_be_hidden()


def test_only_overlays_that_tell_of_places_are_asked(grounded_site: Site, maps: MapService) -> None:
    """By their key: no address comes from the request."""
    maps.asked.clear()
    address = f"{grounded_site.address}/api/overlays"
    place = "longitude=7.5&latitude=51.5"
    assert httpx.get(f"{address}/aerial/info?{place}").status_code == 404
    assert httpx.get(f"{address}/plans/info?{place}&url=http://example.org/").status_code == 400
    assert httpx.get(f"{address}/plans/info?longitude=7.5&latitude=91").status_code == 400
    assert maps.asked == []
    maps.info = ("text/html", f"<table><tr><td>Plan</td><td>Hö 252</td></tr></table>{HOSTILE}")
    assert httpx.get(f"{address}/plans/info?{place}").json() == {
        "is_answered": True,
        "features": [],
        "text": "Plan\tHö 252",
    }
    for mode in ("elsewhere", "broken"):
        maps.mode = mode
        assert httpx.get(f"{address}/plans/info?{place}").json()["is_answered"] is False
    maps.mode = "ok"
    assert len(maps.asked) == 3


OWN = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"<b>Name</b>": HOSTILE, "leer": None},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[7.52, 51.49], [7.54, 51.49], [7.54, 51.5], [7.52, 51.5], [7.52, 51.49]]],
            },
        }
    ],
}
DROP = """([name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name));
    document.querySelector(".map-place").dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
}"""


def test_a_dropped_file_is_looked_at_and_kept_nowhere(grounded_site: Site, open_page: Open) -> None:
    """GeoJSON does not leave the browser; its names and values are texts."""
    page = open_page(grounded_site, "background=none", fresh=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    placeless = {"type": "Feature", "properties": {"a": 1}, "geometry": None}
    page.evaluate(DROP, ["<i>Eigene</i>.geojson", json.dumps(OWN | {"features": [*OWN["features"], placeless]})])
    expect(page.get_by_role("button", name="<i>Eigene</i>.geojson", exact=True)).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("Ein Objekt hat keinen Ort und ist nicht zu sehen.")
    drawn = "app.map.map.queryRenderedFeatures({ layers: ['file|1:fill'] }).length"
    wait_until(lambda: page.evaluate(f"app.map.map.loaded() && !app.map.map.isMoving() && {drawn}"), "the file")
    page.locator("#map canvas").click(position={"x": 517, "y": 256})
    told = page.locator(".overlay-info")
    expect(told.locator("th")).to_have_text("<b>Name</b>")
    expect(told.locator("td")).to_have_text(HOSTILE)
    assert page.title() != "owned"
    assert "POST" not in asked
    page.get_by_role("button", name="<i>Eigene</i>.geojson entfernen").click()
    assert page.evaluate("Boolean(app.map.map.getSource('file|1'))") is False
    page.evaluate(DROP, ["leer.geojson", '{"type": "FeatureCollection", "features": []}'])
    expect(page.locator(".toast.failed")).to_contain_text("leer.geojson enthält keine Geometrien.")
    assert "POST" not in asked


def test_another_format_is_chosen_by_the_keyboards_way_and_read_by_the_service(
    grounded_site: Site, open_page: Open
) -> None:
    page = open_page(grounded_site, "background=none", fresh=True)
    page.get_by_label("Datei wählen oder auf die Karte ziehen").set_input_files(SAMPLE / "access_points.gpkg")
    expect(page.get_by_role("button", name="access_points.gpkg", exact=True)).to_be_visible()
    drawn = "app.map.map.queryRenderedFeatures({ layers: ['file|1:point'] }).length"
    wait_until(lambda: page.evaluate(drawn) == 12, "the points")


def test_the_content_policy_names_exactly_the_configured_hosts(grounded_site: Site, maps: MapService) -> None:
    """For pictures and data of the map's page alone."""
    policies = {
        path: httpx.get(grounded_site.address + path).headers["content-security-policy"] for path in ("/", "/load")
    }
    assert f"img-src 'self' data: blob: {maps.address}; connect-src 'self' {maps.address};" in policies["/"]
    assert policies["/"].count("http") == 2
    assert "http" not in policies["/load"]
