"""Finding a plot: filters, list and map in step, permalinks."""

import json
import re
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.browser import wait_until
from tests.test_web.conftest import Open, Site

CALL = "f.remaining_m2=8000..&f.zoning=GE&f.divisible=1"


def hits(page: Page) -> int:
    """How many plots the panel says fit."""
    return int(page.locator(".hits strong").inner_text().replace(".", ""))


def matched(site: Site, page: Page) -> int:
    """How many plots the API finds by the same filter."""
    asked = page.evaluate("JSON.stringify(app.plots.filter)")
    parameters: dict[str, Any] = {"limit": 1}
    if asked != "null":
        parameters |= {"filter": asked, "filter-lang": "cql2-json"}
    answer = httpx.get(f"{site.address}/api/collections/plots/items", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()["numberMatched"]


IN_STEP = """(state) => {
    const wanted = Object.fromEntries(new URLSearchParams(state));
    return JSON.stringify(wanted) === JSON.stringify(app.store.state);
}"""
MIDDLE_OF_PLOT = """(id) => {
    const points = app.plots.byId.get(id).geometry.coordinates.flat(2).slice(1);
    const middle = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
    const { x, y } = app.map.map.project(middle);
    return { x, y };
}"""
STATES = (
    CALL,
    "f.zoning=GE,GI&f.horizon=immediate,short",
    "f.remaining_m2=..5000",
    "f.asking_price_eur_m2=50..120",
    "f.restriction=none",
    "f.restriction=minor&f.ownership=public",
    "f.brownfield=0",
    "f.name=fl%C3%A4che%202",
    "f.name=S%C3%9CD&f.servicing=serviced",
    "f.checked_on=2024-01-01",
    "f.district=Aplerbeck,H%C3%B6rde&f.status=available",
    "f.divisible=1&f.remaining_m2=999999999..",
    "",
)


def test_the_page_and_the_api_find_the_same_plots(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    for state in STATES:
        page.evaluate("(state) => { location.hash = state; }", state)
        page.wait_for_function(IN_STEP, arg=state)
        assert hits(page) == matched(internal_site, page), state


def test_filters_combine_and_show_their_hits_at_once(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    everything = hits(page)
    page.get_by_label("Restfläche, von").fill("8000")
    large = hits(page)
    page.get_by_text("Art der baulichen Nutzung").click()
    offered = page.locator("label.check", has_text=re.compile("^\\s*Gewerbegebiet"))
    told = int(offered.locator(".count").inner_text())
    offered.get_by_role("checkbox").check()
    assert everything > large > hits(page) == told > 0
    page.get_by_role("button", name="Filter zurücksetzen").first.click()
    assert hits(page) == everything


def test_list_and_map_show_the_same_plots(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, CALL)
    everything = page.evaluate("app.plots.records.map(({ id }) => id)")

    def is_in_step() -> bool:
        listed = page.evaluate("app.plots.hits.map(({ id }) => id)")
        faded = page.evaluate("app.plots.records.filter(({ id }) => app.map.isFaded(id)).map(({ id }) => id)")
        is_shown = page.locator(".list tbody tr").count() == min(len(listed), 50)
        return is_shown and sorted(listed + faded) == sorted(everything) and 0 < len(listed) < len(everything)

    assert is_in_step()
    # The map follows the list a frame later.
    for state in ("f.zoning=GI", "f.remaining_m2=8000.."):
        page.evaluate("(state) => { location.hash = state; }", state)
        page.wait_for_function(IN_STEP, arg=state)
        wait_until(is_in_step, f"the map to follow {state}")


def test_a_column_sorts_the_list_and_a_second_time_backwards(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    heading = page.get_by_role("button", name="Restfläche")
    for direction in ("ascending", "descending"):
        heading.click()
        areas = page.evaluate("app.plots.hits.map(({ properties }) => properties.remaining_m2)")
        assert areas == sorted(areas, reverse=direction == "descending")
        assert page.locator("th[aria-sort]", has=heading).get_attribute("aria-sort") == direction


def test_a_permalink_restores_filters_view_and_selection(internal_site: Site, open_page: Open) -> None:
    first = open_page(internal_site, CALL)
    first.locator(".list tbody button").first.click()
    expect(first.locator(".drawer h2")).to_be_visible()
    wait_until(lambda: "view=" in first.url and not first.evaluate("app.map.map.isMoving()"), "the map to rest")
    second = open_page(internal_site, first.url.partition("#")[2])
    assert hits(second) == hits(first)
    assert second.locator(".drawer h2").inner_text() == first.locator(".drawer h2").inner_text()
    assert second.evaluate("app.map.view") == first.evaluate("app.map.view")
    second.get_by_role("complementary", name="Auswahl").get_by_role("button", name="Schließen").click()
    expect(second.locator(".drawer")).to_have_count(0)


def test_a_click_on_the_map_opens_the_plot(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "selected=plots/3")
    page.evaluate("app.detail.show()")
    wait_until(lambda: not page.evaluate("app.map.map.isMoving()"), "the map to rest")
    page.evaluate("app.select('')")
    page.wait_for_function("() => app.map.map.getContainer().clientWidth === app.map.map.getCanvas().clientWidth")
    place = page.evaluate(MIDDLE_OF_PLOT, 3)
    page.locator("#map canvas").click(position=place)
    expect(page.locator(".drawer h2")).to_have_text("Aplerbeck Ost, Fläche 3")


def test_nothing_found_says_what_to_do(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "f.remaining_m2=99999999..")
    expect(page.get_by_text("Kein Grundstück passt zu allen Filtern")).to_be_visible()
    page.locator(".empty").get_by_role("button", name="Filter zurücksetzen").click()
    assert hits(page) > 0


def test_the_signed_out_see_public_plots_and_columns_only(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site)
    seen = set(page.evaluate("[...app.properties.keys()]"))
    assert not seen & {"checked_on", "contact", "fibre_m", "note"}
    assert "Geprüft seit" not in page.locator("#panel").inner_text()
    assert hits(page) == matched(public_site, page)
    answer = httpx.get(f"{public_site.address}/maps/interactive").json()
    assert "trenches" not in json.dumps(answer)


def test_legend_entries_show_and_hide_layers_and_are_kept_in_the_permalink(
    internal_site: Site, open_page: Open
) -> None:
    page = open_page(internal_site)
    shown = "app.map.map.getLayoutProperty('plots-planned:fill', 'visibility')"
    assert page.evaluate(shown) == "visible"
    page.get_by_role("checkbox", name="geplant").first.uncheck()
    assert page.evaluate(shown) == "none"
    again = open_page(internal_site, page.url.partition("#")[2])
    assert again.evaluate(shown) == "none"
    assert not again.get_by_role("checkbox", name="geplant").first.is_checked()


def test_the_signed_out_see_connections_by_cells_of_three_and_more(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site, "view=12/51.5136/7.4653")
    expect(page.get_by_role("checkbox", name="Anschlüsse je 100-m-Zelle, heute")).to_be_visible()
    cells = httpx.get(f"{public_site.address}/maps/cells").json()["features"]
    assert len(cells) > 10
    assert min(one["properties"]["connections"] for one in cells) >= 3
    assert {name for one in cells for name in one["properties"]} == {"class", "connections", "cell"}
    drawn = "app.map.map.queryRenderedFeatures({ layers: ['cells-few:fill', 'cells-some:fill', 'cells-many:fill'] })"
    wait_until(lambda: page.evaluate(f"{drawn}.length") > 10, "cells on the map")
