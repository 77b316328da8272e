"""What the page hands out: exposés, the shortlist, the filtered list, and paper."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyogrio
import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, expect

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import property_names
from tests.jobs import handouts_in_this_process
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

PANEL = "panel=handout"
PUBLIC = set(property_names(LAYERS["plots"], Audience.PUBLIC))


@pytest.fixture(scope="module", autouse=True)
def jobs() -> Iterator[None]:
    """Hand-outs are made in this process; that at the end of a call (test_match) is not."""
    with handouts_in_this_process():
        yield


def fetched(page: Page, button: Locator) -> tuple[str, bytes]:
    """What a button saves: the file's name and its bytes."""
    with page.expect_download(timeout=60_000) as saving:
        button.click()
    return saving.value.suggested_filename, Path(saving.value.path()).read_bytes()


def written(content: bytes) -> str:
    """The text of a PDF, each gap one space."""
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.parametrize(
    ("label", "words"), [("Exposé (PDF)", "Lage in der Stadt"), ("Exposé, englisch (PDF)", "Location in the city")]
)
def test_a_plots_drawer_has_its_expose_in_both_languages(
    internal_site: Site, open_page: Open, label: str, words: str
) -> None:
    page = open_page(internal_site, "selected=plots/6")
    name, content = fetched(page, page.locator(".drawer").get_by_role("button", name=label))
    assert name.startswith("Exposé-Aplerbeck-Ost-Fläche-6-")
    text = written(content)
    assert "Aplerbeck Ost, Fläche 6" in text
    assert words in text
    expect(page.locator(".toast")).to_contain_text(f"{name} ist gespeichert.")


def test_plots_are_kept_by_their_stars_put_in_order_and_handed_out(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "f.zoning=GE&f.status=available")
    stars = page.locator("#list .star")
    for at in range(3):
        stars.nth(at).click()
    expect(page.locator("#list .star[aria-pressed=true]")).to_have_count(3)
    expect(page.locator(".drawer")).to_have_count(0)
    names = page.locator("#list tbody .link").all_inner_texts()[:3]
    page.get_by_role("button", name="Ausgabe").click()
    listed = page.locator(".shortlist .link")
    assert listed.all_inner_texts() == names
    page.get_by_role("button", name=f"{names[2]} nach oben").click()
    page.get_by_role("button", name=f"{names[0]} von der Merkliste nehmen").click()
    assert listed.all_inner_texts() == [names[2], names[1]]
    section = page.locator(".handout section", has=page.get_by_role("heading", name="Merkliste"))
    text = written(fetched(page, section.get_by_role("button", name="PDF"))[1])
    assert text.index(names[2]) < text.index(names[1])
    _, content = fetched(page, section.get_by_role("button", name="Excel"))
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == [names[2], names[1]]
    page.get_by_role("radio", name="Englisch").check()
    assert "commercial plots" in written(fetched(page, section.get_by_role("button", name="PDF"))[1])


def test_kept_plots_that_are_not_public_are_named_and_handed_out_only_with_a_yes(
    internal_site: Site, open_page: Open
) -> None:
    page = open_page(internal_site)
    offered, hidden = (
        page.evaluate(
            "(isOffered) => { const found = app.plots.records.find(({ properties: p }) => p.on_offer === isOffered);"
            " return [found.id, found.properties.name]; }",
            is_offered,
        )
        for is_offered in (True, False)
    )
    page.evaluate("(ids) => app.store.set({ shortlist: ids, panel: 'handout' })", f"{offered[0]},{hidden[0]}")
    section = page.locator(".handout section", has=page.get_by_role("heading", name="Merkliste"))
    expect(section).to_contain_text(f"Nicht öffentlich: {hidden[1]}.")
    text = written(fetched(page, section.get_by_role("button", name="PDF"))[1])
    assert offered[1] in text
    assert hidden[1] not in text
    section.get_by_label("Auch diese ausgeben").check()
    section.get_by_role("button", name="PDF").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(hidden[1])
    text = written(fetched(page, question.get_by_role("button", name="Ausgeben"))[1])
    assert hidden[1] in text


def test_the_shortlist_is_in_the_permalink_and_is_there_again_after_leaving(
    internal_site: Site, open_page: Open
) -> None:
    page = open_page(internal_site, f"{PANEL}&shortlist=6,2", fresh=True)
    expect(page.locator(".shortlist li")).to_have_count(2)
    page.get_by_role("button", name="Aplerbeck Ost, Fläche 2 nach oben").click()
    assert "shortlist=2,6" in page.url
    page.goto("about:blank")
    page.goto(f"{internal_site.address}/#{PANEL}")
    expect(page.locator(".shortlist li")).to_have_count(2)
    assert "shortlist=2,6" in page.url
    page.get_by_role("button", name="Liste leeren").click()
    expect(page.get_by_text("Noch ist kein Grundstück gemerkt")).to_be_visible()


def test_a_kept_plot_that_is_gone_is_said_to_be(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site, f"{PANEL}&shortlist=2,4711", expected=("404",))
    expect(page.get_by_text("Grundstück 4711: nicht mehr zu sehen")).to_be_visible()
    page.locator(".handout section", has=page.locator(".shortlist")).get_by_role("button", name="PDF").click()
    expect(page.locator(".toast.failed")).to_contain_text("There is no plot 4711 here.")


@pytest.mark.parametrize("sort", ["-remaining_m2", "fibre_m"])
def test_the_filtered_list_is_handed_out_with_public_columns_only(
    internal_site: Site, open_page: Open, sort: str, tmp_path: Path
) -> None:
    state = f"{PANEL}&f.zoning=GE&f.fibre_m=1000&f.status=available,planned&sort={sort}"
    page = open_page(internal_site, state, expected=("400",))
    wanted = page.evaluate(
        "app.plots.hits.filter(({ properties }) => properties.on_offer).map(({ properties }) => properties.name)"
    )
    assert 0 < len(wanted) < page.evaluate("app.plots.hits.length")
    section = page.locator(".handout section", has=page.get_by_role("heading", name="Gefilterte Liste"))
    expect(section).to_contain_text(f"{len(wanted)} Grundstücke im Angebot")
    name, content = fetched(page, section.get_by_role("button", name="GeoPackage"))
    path = tmp_path / name
    path.write_bytes(content)
    table = pyogrio.read_dataframe(path, read_geometry=False)
    assert {*table.columns} - {"id"} == PUBLIC
    assert sorted(table["name"]) == sorted(wanted)
    _, content = fetched(page, section.get_by_role("button", name="CSV"))
    assert len(content.decode().splitlines()) == len(wanted) + 1
    _, content = fetched(page, section.get_by_role("button", name="Excel"))
    (head, *rows) = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    assert not {"contact", "checked_on", "fibre_m", "note"} & set(map(str, head))
    if sort == "-remaining_m2":
        assert [row[1] for row in rows] == wanted


def test_paper_has_the_map_its_legend_the_filters_and_the_whole_list(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "f.zoning=GE&f.remaining_m2=8000..", drawn=True)
    hits = page.evaluate("app.plots.hits.map(({ properties }) => properties.name)")
    text = written(page.pdf(prefer_css_page_size=True))
    assert len(hits) > 50
    assert all(text.count(name) for name in hits)
    assert "Restfläche: von 8.000" in text
    assert "Nur für den Dienstgebrauch" in text
    assert "Filter zurücksetzen" not in text
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    colours = page.evaluate(
        """() => {
            const copy = document.querySelector('.print-map');
            const { data } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    assert colours > 20
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#print")).to_be_empty()


def test_paper_for_the_signed_out_is_not_marked(public_site: Site, open_page: Open) -> None:
    text = written(open_page(public_site).pdf(prefer_css_page_size=True))
    assert "Dienstgebrauch" not in text
    assert "Aplerbeck" in text


def test_a_drawer_on_paper_is_marked_for_official_use_for_insiders_only(
    internal_site: Site, public_site: Site, open_page: Open
) -> None:
    """It shows the fibre's distance and the history, which are internal."""
    for site, is_marked in ((internal_site, True), (public_site, False)):
        page = open_page(site, "selected=plots/6")
        expect(page.locator(".drawer h2")).to_be_visible()
        text = written(page.pdf(prefer_css_page_size=True))
        assert "Aplerbeck Ost, Fläche 6" in text
        assert ("Nur für den Dienstgebrauch" in text) is is_marked


def test_axe_finds_nothing_serious_in_the_hand_outs(internal_site: Site, open_page: Open) -> None:
    for state in (f"{PANEL}&shortlist=6,2,4711&selected=plots/6", PANEL):
        assert violations(open_page(internal_site, state)) == []
