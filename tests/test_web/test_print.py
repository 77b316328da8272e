"""The map is printed to scale, on the paper that was chosen, with what a map on paper needs."""

import httpx
import pypdfium2
from playwright.sync_api import Page, expect
from pyproj import Geod

from tests.test_web.conftest import Open, Site
from tests.test_web.test_handout import written

INTO_ITSELF = "() => { window.print = () => { document.body.dataset.printed = 'yes'; }; }"
"""A headless browser has no dialog for printing; the sheet stays until `afterprint`."""
OUTLINED = """() => {
    const image = document.querySelector('#map-sheet img');
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < data.length; at += 4) {
        if (Math.abs(data[at] - 0x11) + Math.abs(data[at + 1] - 0x18) + Math.abs(data[at + 2] - 0x27) > 6) continue;
        const [x, y] = [(at / 4) % canvas.width, Math.floor(at / 4 / canvas.width)];
        [x, y].forEach((place, axis) => {
            box[axis] = Math.min(box[axis], place);
            box[axis + 2] = Math.max(box[axis + 2], place);
        });
    }
    return [(box[2] - box[0]) / canvas.width, (box[3] - box[1]) / canvas.height];
}"""
"""Which part of the picture's width and height the outline of the selection takes."""
PLOT = 3


def asked(page: Page, scale: int, paper: str) -> None:
    """Open the dialog, choose, and have the sheet made."""
    page.get_by_role("button", name="Drucken", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Drucken")
    dialog.get_by_label("Was").select_option(str(scale))
    dialog.get_by_label("Papier").select_option(paper)
    dialog.get_by_label("Überschrift").fill("Erweiterung Nord")
    page.evaluate(INTO_ITSELF)
    dialog.get_by_role("button", name="Drucken").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")


def test_a_map_to_scale_has_the_lengths_on_paper_that_the_ground_has(internal_site: Site, open_page: Open) -> None:
    """Those of a plot, by its outline, to half a millimetre; with bar, scale, north, day, legend and heading."""
    page = open_page(internal_site, f"selected=plots/{PLOT}", drawn=True)
    url = f"{internal_site.address}/api/collections/plots/items/{PLOT}"
    (ring,) = httpx.get(url).json()["geometry"]["coordinates"][0]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*ring, strict=True))
    x, y = (west + east) / 2, (south + north) / 2
    ground = Geod(ellps="GRS80")
    # North is up on the sheet, unlike in the city's reference system.
    sizes = (ground.inv(west, y, east, y)[2], ground.inv(x, south, x, north)[2])
    scale = 2500
    asked(page, scale, "a4-landscape")
    paper = (277, 146)
    # The line's middle is the outline; it is 3 pixels wide on a screen.
    line = 3 * 25.4 / 96
    for part, of, size in zip(page.evaluate(OUTLINED), paper, sizes, strict=True):
        assert abs(part * of - line - size / scale * 1000) < 0.5
    content = page.pdf(prefer_css_page_size=True)
    text = written(content)
    for told in ("Erweiterung Nord", "Maßstab 1:2.500", "100 m", "Nur für den Dienstgebrauch", "verfügbar"):
        assert told in text
    assert text.endswith(" N")
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) == 1
        width, height = document[0].get_size()
        assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == (297, 210)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#map-sheet")).to_have_count(0)


def test_a_paper_takes_one_sheet_and_the_view_stays(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "", drawn=True)
    before = page.url
    for paper, size in {"a4-portrait": (210, 297), "a3-landscape": (420, 297)}.items():
        page.evaluate("delete document.body.dataset.printed")
        asked(page, 50_000, paper)
        with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
            assert len(document) == 1
            width, height = document[0].get_size()
            assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == size
        page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.url == before


def test_a_sheet_says_that_something_on_it_could_not_be_loaded(internal_site: Site, open_page: Open) -> None:
    """The streets' tiles fail: on paper they would look like a place without any."""
    page = open_page(internal_site, "", drawn=True, expected=("Failed to load resource",))
    header = page.locator("#map-sheet header")
    asked(page, 10_000, "a4-landscape")
    expect(header).not_to_contain_text("Unvollständig")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.evaluate("delete document.body.dataset.printed")
    page.route("**/tiles/**", lambda route: route.fulfill(status=503))
    asked(page, 5000, "a4-landscape")
    expect(header).to_contain_text("Unvollständig: Nicht alles ließ sich laden")


def test_without_a_scale_the_view_is_printed_as_before(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "f.zoning=GE")
    page.get_by_role("button", name="Drucken", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Drucken")
    expect(dialog.get_by_label("Papier")).to_have_count(0)
    page.evaluate(INTO_ITSELF)
    dialog.get_by_role("button", name="Drucken").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    expect(dialog).to_have_count(0)


def test_the_map_tells_its_scale_in_numbers_too(internal_site: Site, open_page: Open) -> None:
    """That of a screen of 96 dots per inch, in two digits, in the page's notation, at each zoom."""
    page = open_page(internal_site, f"selected=plots/{PLOT}")
    ground = Geod(ellps="GRS80")
    sign = page.locator(".scale-sign")
    for zoom in (11, 15.5):
        page.evaluate("zoom => app.map.map.jumpTo({ zoom })", zoom)
        (west, east) = page.evaluate("[200, 500].map(x => app.map.map.unproject([x, 250]).toArray())")
        metres = ground.inv(*west, *east)[2] / 300
        scale = float(f"{metres * 96 / 0.0254:.2g}")
        expect(sign).to_have_text(f"1:{scale:,.0f}".replace(",", "."))
