"""Understanding a plot: what surrounds it, who changed it, search, comparison, measuring, a link to the view."""

import re

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from geo.access import Role
from geo.periods import CITY_TIME
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

PLOT = "selected=plots/3"
MEASURED = """async ([path, places]) => {
    const { area, length } = await import(path + "/js/map/metres.js");
    await (await import(path + "/js/map/plane.js")).ready();
    return [length(places), area(places)];
}"""
REMAINING = "(ids) => ids.map((id) => app.value('remaining_m2', app.plots.byId.get(id).properties.remaining_m2))"
SHOWN = """
    app.legend.groups.flatMap(({ entries }) => entries).filter((one) => app.legend.isShown(one)).map(({ key }) => key)
"""
IN_RECORDS = """
    select st_length(line), st_area(st_makepolygon(st_addpoint(line, st_startpoint(line))))
    from (select st_transform(st_geomfromtext(%s, 4326), 25832) as line) as given
"""


def section(page: Page, name: str) -> Locator:
    """A section of the drawer, by its heading."""
    return page.locator(".drawer").get_by_role("region", name=name)


def test_insiders_see_what_surrounds_a_plot(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PLOT)
    told = page.request.get(f"{internal_site.address}/api/plots/3/surroundings?lang=de").json()
    expect(section(page, "Nachbarn bis 200 m").get_by_role("listitem")).to_have_count(len(told["neighbours"]))
    expect(section(page, "Verkehrsanbindung").get_by_role("listitem")).to_have_count(len(told["access_points"]))
    expect(section(page, "Nächste verlegte Glasfaser")).to_contain_text(told["fibre"]["cluster"])
    expect(section(page, "Restriktionen")).to_contain_text("Keine bekannt")
    expect(section(page, "Verlauf")).to_contain_text("Angelegt")


def test_the_way_to_the_fibre_is_drawn_and_goes_with_the_plot(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PLOT)
    section(page, "Nächste verlegte Glasfaser").get_by_role("button", name="Zeigen").click()
    drawn = "app.map.map.getSource('surroundings').serialize().data.features.length"
    wait_until(lambda: page.evaluate(drawn) == 2, "the way to be drawn")
    assert "trenches-laid" in page.evaluate(SHOWN)
    page.get_by_role("complementary", name="Auswahl").get_by_role("button", name="Schließen").click()
    assert page.evaluate(drawn) == 0


def test_a_neighbour_is_one_click_away(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PLOT)
    neighbour = section(page, "Nachbarn bis 200 m").get_by_role("button").first
    name = neighbour.inner_text()
    neighbour.click()
    expect(page.locator(".drawer h2")).to_have_text(name)


def test_the_public_sees_no_fibre_no_deals_and_no_history(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site)
    page.evaluate("app.select(`plots/${app.plots.hits[0].id}`)")
    expect(section(page, "Restriktionen")).to_be_visible()
    expect(section(page, "Nachbarn bis 200 m")).to_be_visible()
    expect(page.locator(".drawer [aria-busy=true]")).to_have_count(0)
    for name in ("Nächste verlegte Glasfaser", "Reservierungen", "Geschäfte", "Verlauf", "Verkehrsanbindung"):
        expect(section(page, name)).to_have_count(0)


def test_earlier_versions_are_fetched_page_by_page(own_site: Site, open_page: Open) -> None:
    """Of 240 changes the newest four are shown, then the page of a hundred, then the two pages before it."""
    with psycopg.connect(conninfo(own_site.database_url), autocommit=True) as connection:
        for at in range(240):
            connection.execute("update flurwerk.plots set note = %s where id = 3", [f"Fassung {at}"])
    page = open_page(own_site, "selected=plots/3", token=own_site.token(Role.READER, "Rita"))
    section = page.get_by_role("region", name="Verlauf")
    versions = section.locator("ol.history > li")
    expect(versions).to_have_count(4)
    section.get_by_role("button", name="96 frühere Einträge zeigen").click()
    expect(versions).to_have_count(100)
    earlier = section.get_by_role("button", name="Noch frühere Einträge laden")
    earlier.click()
    expect(versions).to_have_count(200)
    earlier.click()
    expect(versions).to_have_count(241)
    expect(earlier).to_have_count(0)
    expect(versions.last).to_contain_text("Angelegt")


def test_history_tells_who_changed_what_in_words(own_site: Site, open_page: Open) -> None:
    with psycopg.connect(conninfo(own_site.database_url)) as connection:
        connection.execute("select set_config('flurwerk.actor', 'anna', true)")
        connection.execute("update flurwerk.plots set divisible = true, min_lot_m2 = 1234, zoning = 'GI' where id = 3")
        (at,) = connection.execute("select recorded_from from flurwerk.plots where id = 3").fetchone() or (None,)
    assert at is not None
    page = open_page(own_site, PLOT, token=own_site.token(Role.READER, "leserin"))
    newest = section(page, "Verlauf").get_by_role("listitem").first
    expect(newest).to_contain_text("Geändert")
    expect(newest).to_contain_text("anna")
    # In the city's time, though the browser is elsewhere.
    expect(newest).to_contain_text(f"{at.astimezone(CITY_TIME):%d.%m.%Y, %H:%M}")
    expect(newest).to_contain_text(re.compile(r"Teilbar:\s+vorher nein\s+→\s+jetzt ja"))
    expect(newest).to_contain_text("1.234\u00a0m²")
    expect(newest).to_contain_text("Industriegebiet")


def test_the_search_is_used_with_the_keyboard_alone(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    box = page.get_by_role("combobox", name=re.compile("Grundstück, Adresse"))
    box.press_sequentially("aplerbeck ost fl")
    hits = page.get_by_role("option")
    expect(hits.first).to_contain_text("Aplerbeck Ost, Fläche")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(hits.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", hits.nth(1).get_attribute("id") or "")
    name = hits.nth(1).locator(".option-title").inner_text()
    assert violations(page) == []
    box.press("Enter")
    expect(page.locator(".drawer h2")).to_have_text(name)
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")


def test_the_search_forgives_and_says_where_it_finds_nothing(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    box = page.get_by_role("combobox", name=re.compile("Grundstück, Adresse"))
    box.fill("Hoerde")
    expect(page.get_by_role("option").filter(has_text="Hörde").first).to_be_visible()
    box.fill("xqzw")
    expect(page.get_by_text("Nichts gefunden").first).to_be_visible()
    box.press("Escape")
    expect(page.locator(".options-none")).to_have_count(0)


def test_any_record_that_is_found_can_be_looked_at(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    box = page.get_by_role("combobox", name=re.compile("Grundstück, Adresse"))
    box.fill("Anschlussstelle Schüren")
    page.get_by_role("option").filter(has_text="Verkehrsanbindungen").first.click()
    expect(page.locator(".drawer h2")).to_have_text("Anschlussstelle Schüren")
    expect(section(page, "Angaben")).to_contain_text("Autobahnanschlussstelle")


def test_plots_are_compared_side_by_side_and_a_link_restores_it(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PLOT)
    page.get_by_role("button", name="Zum Vergleich hinzufügen").click()
    expect(page.get_by_role("button", name="1 Grundstück vorgemerkt")).to_be_disabled()
    page.evaluate("app.select('plots/7')")
    page.get_by_role("button", name="Zum Vergleich hinzufügen").click()
    page.get_by_role("button", name="2 Grundstücke vergleichen").click()
    dialog = page.get_by_role("dialog", name="Grundstücke im Vergleich")
    expect(dialog.get_by_role("columnheader")).to_have_count(2)
    told = page.evaluate(
        "[3, 7].map((id) => app.value('remaining_m2', app.plots.byId.get(id).properties.remaining_m2))"
    )
    row = dialog.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Restfläche"))
    assert row.get_by_role("cell").all_inner_texts() == told
    assert violations(page) == []
    other = open_page(internal_site, page.url.partition("#")[2])
    expect(other.get_by_role("dialog").get_by_role("columnheader")).to_have_count(2)
    dialog.get_by_role("button", name="aus dem Vergleich nehmen").first.click()
    expect(dialog.get_by_role("columnheader")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_more_than_four_are_not_compared(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "selected=plots/9&compare=1,2,3,4")
    expect(page.get_by_role("button", name="Zum Vergleich hinzufügen")).to_be_disabled()
    expect(page.get_by_text("Es sind schon 4 Grundstücke im Vergleich.")).to_be_visible()


def test_what_is_measured_is_what_the_records_would_say(
    internal_site: Site, open_page: Open, sample: psycopg.Connection
) -> None:
    page = open_page(internal_site)
    assets = page.evaluate("document.body.dataset.assets")
    for ring in (
        [[7.4661, 51.5136], [7.4702, 51.5139], [7.4698, 51.5112], [7.4650, 51.5108]],
        [[7.30, 51.42], [7.64, 51.43], [7.63, 51.60], [7.31, 51.59]],
        [[8.999, 51.5], [9.001, 51.5], [9.0, 51.501]],
    ):
        text = f"LINESTRING({', '.join(f'{x} {y}' for x, y in ring)})"
        row = sample.execute(IN_RECORDS, [text]).fetchone()
        assert row
        assert page.evaluate(MEASURED, [assets, ring]) == pytest.approx(list(row), rel=1e-9, abs=1e-3)


def test_an_area_is_measured_with_the_mouse(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "view=16/51.51/7.46")
    page.get_by_role("button", name="Fläche messen").click()
    frame = page.locator("#map").bounding_box()
    assert frame
    corners = [(0.55, 0.3), (0.7, 0.3), (0.7, 0.6)]
    for x, y in corners:
        page.mouse.click(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"])
    box = page.get_by_role("region", name="Fläche messen")
    expect(box.get_by_role("status")).to_have_text(re.compile(r"^[\d.]+\u00a0m².*Umfang"))
    assert page.evaluate("app.store.get('selected')") == ""
    measured = page.evaluate("app.tools.measure.points")
    assert len(measured) == 3
    assert violations(page) == []
    box.get_by_role("button", name="Fertig").click()
    expect(box).to_have_count(0)
    assert not page.evaluate("app.isDrawing")
    expect(page.get_by_role("button", name="Fläche messen")).to_be_focused()


def test_a_distance_is_measured_with_the_keyboard(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "view=16/51.51/7.46")
    page.get_by_role("button", name="Strecke messen").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map canvas")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    wait_until(lambda: not page.evaluate("app.map.map.isMoving()"), "the map to rest")
    page.keyboard.press("Enter")
    box = page.get_by_role("region", name="Strecke messen")
    expect(box.get_by_role("status")).to_have_text(re.compile(r"^[\d.,]+\u00a0k?m$"))
    first, second = page.evaluate("app.tools.measure.points")
    assert second[0] > first[0]
    assert second[1] == pytest.approx(first[1], abs=1e-6)
    page.keyboard.press("Backspace")
    expect(box.get_by_role("status")).to_have_text("Noch keine Strecke")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_role("button", name="Strecke messen")).to_be_focused()


def test_a_ring_that_crosses_itself_has_no_area(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "view=16/51.51/7.46")
    page.get_by_role("button", name="Fläche messen").click()
    frame = page.locator("#map").bounding_box()
    assert frame
    for x, y in ((0.5, 0.3), (0.7, 0.6), (0.7, 0.3), (0.5, 0.6)):
        page.mouse.click(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"])
    expect(page.get_by_role("region", name="Fläche messen").get_by_role("status")).to_have_text(
        "Die Linie kreuzt sich selbst."
    )


def test_the_link_to_the_view_is_copied(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"f.zoning=GE&{PLOT}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Link zu dieser Ansicht kopieren").click()
    expect(page.get_by_text("Der Link ist kopiert.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


COLOURS = """async () => {
    const image = document.querySelector("img.map-picture");
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_on_paper_the_map_is_a_picture_and_the_facts_are_there(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PLOT, drawn=True)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("img.map-picture")).to_be_visible()
    assert page.evaluate(COLOURS) > 20
    expect(page.locator(".imprint")).to_contain_text("selected=plots/3")
    expect(page.locator(".drawer h2")).to_be_visible()
    for hidden in ("#rail", "#panel", "#search", "#map-tools", "#list"):
        expect(page.locator(hidden)).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.locator("img.map-picture")).to_have_count(0)
    expect(page.locator("#map canvas")).to_be_visible()
