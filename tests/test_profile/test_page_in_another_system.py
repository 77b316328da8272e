"""The page of a city in another reference system measures and takes typed coordinates as its records do."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pyproj import Transformer

from geo.access import Role
from geo.access.tokens import create
from geo.loading.grids import use_installed_grids
from geo.profile.reference_system import definition_of
from geo.store.database import conninfo
from tests.browser import launched
from tests.records import one
from tests.test_profile.conftest import City
from tests.test_web.pages import wait_for_page

use_installed_grids()
pytestmark = pytest.mark.parametrize("city", [25833], indirect=True)

MEASURED = """async (places) => {
    const path = document.body.dataset.assets;
    await (await import(path + "/js/map/plane.js")).ready();
    const { area, length } = await import(path + "/js/map/metres.js");
    return [length(places), area(places)];
}"""
CONVERTED = """async ([definition, places]) => {
    const { proj4 } = await import(document.body.dataset.assets + "/js/lib/proj4.js");
    const converter = proj4(definition);
    return places.map((place) => [converter.forward([...place]), converter.inverse(converter.forward([...place]))]);
}"""
FETCHED = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('proj4')).length"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    expect.set_options(timeout=60_000)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def window(browser: Browser, city: City, service: httpx.Client) -> Iterator[BrowserContext]:
    """A window in which an editor has signed in."""
    with psycopg.connect(conninfo(city.url)) as connection:
        token = create(connection, "Erika", Role.EDITOR)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.request.post(f"{service.base_url}/api/session", data={"token": token})
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext, service: httpx.Client) -> Iterator[Page]:
    """The city's page; nothing may go wrong on it."""
    complaints: list[str] = []
    page = window.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{service.base_url}/?lang=de")
    wait_for_page(page)
    yield page
    page.close()
    assert complaints == []


def degrees(city: City, *places: tuple[float, float]) -> list[list[float]]:
    """Longitude and latitude of places in the city's system."""
    transform = Transformer.from_crs(city.srid, 4326, always_xy=True).transform
    return [list(transform(x, y)) for x, y in places]


def test_lengths_and_areas_on_the_page_are_those_of_the_records(city: City, page: Page) -> None:
    """10,000.000 m and 100,000.000 m², and what converts is fetched only now."""
    assert page.evaluate(FETCHED) == 0
    length, _ = page.evaluate(MEASURED, degrees(city, city.at(1000, 3000), city.at(11_000, 3000)))
    assert length == pytest.approx(10_000, abs=0.001)
    square = [city.at(2000, 1000), city.at(2400, 1000), city.at(2400, 1250), city.at(2000, 1250)]
    _, area = page.evaluate(MEASURED, degrees(city, *square))
    assert area == pytest.approx(100_000, abs=0.001)


def test_a_line_drawn_on_the_map_measures_what_the_database_says(city: City, page: Page) -> None:
    page.get_by_role("button", name="Strecke messen").click()
    frame = page.locator("#map").bounding_box()
    assert frame
    for x in (0.55, 0.75):
        page.mouse.click(frame["x"] + x * frame["width"], frame["y"] + 0.5 * frame["height"])
    box = page.get_by_role("region", name="Strecke messen")
    expect(box.get_by_role("status")).to_contain_text("km")
    (west, south), (east, north) = page.evaluate("app.tools.measure.points")
    query = (
        "select st_distance(st_transform(st_point(%s, %s, 4326), srid), st_transform(st_point(%s, %s, 4326), srid)) "
    )
    with psycopg.connect(conninfo(city.url)) as connection:
        metres = one(connection, query + "from flurwerk.place", west, south, east, north)
    told = box.get_by_role("status").inner_text().split("\u00a0")[0]
    assert float(told.replace(",", ".")) == pytest.approx(metres / 1000, abs=0.05)


def test_typed_corners_are_stored_where_they_were_typed(city: City, page: Page) -> None:
    """Easting and northing in the system that the field names; what lies elsewhere is refused there."""
    page.evaluate("app.select(`plots/${app.plots.records[0].id}`)")
    page.locator(".drawer").get_by_role("button", name="Bearbeiten", exact=True).click()
    page.get_by_role("button", name="Umriss ändern").click()
    page.get_by_role("button", name="Neu beginnen").click()
    page.get_by_text("Koordinaten der Ecken").press("Enter")
    field = page.get_by_label("Ein Punkt je Zeile: Ost- und Nordwert (EPSG:25833) oder Länge und Breite.")
    corners = [city.at(3000, 1000), city.at(3400, 1000), city.at(3400, 1250), city.at(3000, 1250)]
    field.fill("395000 1\n")
    expect(page.locator("#sketch-error")).not_to_be_empty()
    field.fill("\n".join(f"{x} {y}" for x, y in corners))
    expect(page.locator(".outline [role=status]")).to_contain_text("100.000\u00a0m²")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("ist gespeichert")
    written = ", ".join(f"{x} {y}" for x, y in [*corners, corners[0]])
    query = "select st_hausdorffdistance(geom, st_geomfromtext(%s, srid)) from flurwerk.plots cross join flurwerk.place"
    with psycopg.connect(conninfo(city.url)) as connection:
        assert one(connection, query, f"POLYGON(({written}))") < 0.001
        assert one(connection, "select area_m2 from flurwerk.plots") == pytest.approx(100_000, abs=0.01)


@pytest.mark.parametrize(
    ("srid", "accuracy"), [(25831, 0.001), (25832, 0.001), (25833, 0.001), (4647, 0.001), (5243, 0.001), (5677, 3)]
)
def test_the_page_converts_as_proj_does(city: City, page: Page, srid: int, accuracy: float) -> None:
    """In any system; that of another datum by seven parameters, where PROJ has a grid."""
    places = [[7.2, 51.3], [9.0, 48.2], [11.5, 53.9]] if srid != 25831 else [[6.0, 50.8], [6.9, 51.2]]
    transform = Transformer.from_crs(4326, srid, always_xy=True).transform
    found = page.evaluate(CONVERTED, [definition_of(srid), places])
    for (longitude, latitude), (there, back) in zip(places, found, strict=True):
        assert there == pytest.approx(transform(longitude, latitude), abs=accuracy)
        assert back == pytest.approx([longitude, latitude], abs=1e-8)
