"""The indicators' panel: cards for a period, trends with a table beside each, and the records behind a figure."""

import re

import httpx
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import wait_until
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

PERIOD = "panel=indicators&indicators.period=2023-H2"
LAND = "davon: Grundstücksgröße Verkauf / Erbpacht öffentlicher Grundstücke in m²"
CONNECTIONS = "Anzahl umgesetzter geförderter Breitbandanschlüsse"
DRAWN = """() => {
    const canvases = [...document.querySelectorAll('.trend canvas')];
    return canvases.length > 0 && canvases.every((canvas) => canvas.width > 0 && canvas.style.height);
}"""


def card(page: Page, label: str) -> Locator:
    """The card of an indicator."""
    return page.locator(".indicator", has=page.get_by_role("heading", name=label))


def with_two_decimals(route: Route) -> None:
    """Answer as the API does, but that all figures have two decimals."""
    response = route.fetch()
    route.fulfill(response=response, json=[{**figure, "decimals": 2} for figure in response.json()])


def answered(site: Site, path: str) -> list[dict[str, object]]:
    """What the API answers."""
    response = httpx.get(f"{site.address}{path}", params={"period": "2023-H2"})
    assert response.status_code == 200, response.text
    return response.json()


def test_every_indicator_has_a_card_with_actual_target_and_what_that_means(
    internal_site: Site, open_page: Open
) -> None:
    page = open_page(internal_site, PERIOD)
    expect(page.locator(".indicator")).to_have_count(len(answered(internal_site, "/api/kpis")))
    land = card(page, LAND)
    expect(land.get_by_role("button", name="54.900 m²")).to_be_visible()
    expect(land).to_contain_text("Ziel 5.000 m²")
    expect(land).to_contain_text("✓ Ziel erreicht: 1.098 %".replace(" %", "\N{NO-BREAK SPACE}%"))
    expect(card(page, "Anfragen nach Gewerbeimmobilien")).to_contain_text("zu 99\N{NO-BREAK SPACE}% erreicht")
    expect(card(page, "Trassen in Planung")).to_contain_text("ohne Ziel")
    assert "Zustimmung zum Verkauf" in land.inner_text()


def test_another_period_shows_its_figures_and_is_kept_in_the_permalink(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PERIOD)
    page.get_by_label("Zeitraum").select_option("2023")
    expect(card(page, "Anfragen nach Gewerbeimmobilien")).to_contain_text("Ziel 400")
    assert "indicators.period=2023&" in f"{page.url}&"
    again = open_page(internal_site, page.url.partition("#")[2])
    expect(again.get_by_label("Zeitraum")).to_have_value("2023")


def test_trends_are_charts_with_the_same_values_in_a_table(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PERIOD)
    page.wait_for_function(DRAWN)
    trend = next(one for one in answered(internal_site, "/api/kpis/trend") if one["key"] == "inquiries")
    points = trend["points"]
    assert isinstance(points, list)
    inquiries = card(page, "Anfragen nach Gewerbeimmobilien")
    inquiries.get_by_text("Werte der letzten Halbjahre").click()
    rows = inquiries.locator("tbody tr")
    expect(rows).to_have_count(6)
    shown = [text.split("\t") for text in rows.all_inner_texts()]
    expected = [
        ["–" if point["target"] is None else str(point["target"]), str(point["actual_rounded"])] for point in points
    ]
    assert [row[1:] for row in shown] == expected
    assert shown[-1][0] == "2. Halbjahr 2023"
    assert "1. Halbjahr 2021 bis 2. Halbjahr 2023" in (inquiries.locator("canvas").get_attribute("aria-label") or "")


def test_a_click_opens_the_records_behind_a_figure_in_list_and_map(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PERIOD)
    card(page, LAND).get_by_role("button", name="54.900 m²").click()
    listed = page.locator("#list")
    expect(listed.get_by_role("heading", name=LAND)).to_be_visible()
    expect(listed).to_contain_text("2 Datensätze")
    amounts = listed.locator("tbody td.number").all_inner_texts()
    assert sum(float(text.split("\N{NO-BREAK SPACE}")[0].replace(".", "")) for text in amounts) > 54_000
    drawn = "app.map.map.querySourceFeatures('contributions').length"
    wait_until(lambda: page.evaluate(drawn) > 0, "the records on the map")
    listed.get_by_role("button", name="Datum").click()
    expect(listed.locator("th[aria-sort=ascending]")).to_contain_text("Datum")
    listed.locator("tbody button").first.click()
    expect(page.locator(".drawer")).to_be_visible()
    assert "selected=transactions/" in page.url
    again = open_page(internal_site, page.url.partition("#")[2])
    expect(again.locator("#list").get_by_role("heading", name=LAND)).to_be_visible()
    listed.get_by_role("button", name="Zurück zu den Grundstücken").click()
    expect(listed.get_by_role("button", name="Restfläche")).to_be_visible()
    wait_until(lambda: page.evaluate(drawn) == 0, "the records to leave the map")


def test_leaving_the_panel_gives_the_list_back_to_the_plots(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{PERIOD}&indicators.open=trench_laid_km")
    expect(page.locator("#list .list-head")).to_be_visible()
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("#list .list-head")).to_have_count(0)
    expect(page.locator("#list").get_by_role("button", name="Restfläche")).to_be_visible()


def test_the_signed_out_see_figures_but_not_the_records_that_are_internal(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site, PERIOD)
    expect(card(page, CONNECTIONS)).to_contain_text("606")
    expect(card(page, CONNECTIONS).get_by_role("button", name="Datensätze zeigen")).to_have_count(0)
    assert "Kampfmittelfreigabe" not in page.locator("#panel").inner_text()
    expect(card(page, LAND).get_by_role("button", name="Datensätze zeigen")).to_have_count(0)


def test_axe_finds_nothing_serious_in_the_cards_and_the_records(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{PERIOD}&indicators.open=inquiries")
    page.wait_for_function(DRAWN)
    page.locator("details.values summary").first.click()
    expect(page.locator("#list tbody tr").first).to_be_visible()
    assert violations(page) == []


def test_cards_are_reached_and_opened_by_keyboard(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, PERIOD)
    button = card(page, LAND).get_by_role("button", name="Datensätze zeigen")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_contain_text("2 Datensätze")
    expect(card(page, LAND).get_by_role("button", name="Datensätze ausblenden")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#list .list-head")).to_have_count(0)


def test_a_figure_is_split_on_its_card_by_the_level_that_the_reader_chooses(
    internal_site: Site, open_page: Open
) -> None:
    page = open_page(internal_site, PERIOD)
    planned = card(page, "Trassen in Planung").locator("details.split")
    planned.locator("summary").click()
    rows = planned.locator("tbody tr")
    expect(rows.filter(has_text="Hörde")).to_have_count(1)
    planned.get_by_label("Nach").select_option("Statistische Bezirke")
    expect(rows.filter(has_text="Wellinghofen")).to_contain_text("km")
    expect(rows.filter(has_text="Mengede")).not_to_have_count(0)
    assert "indicators.by=statistical" in page.url
    land = card(page, LAND).locator("details.split")
    land.locator("summary").click()
    expect(land.get_by_label("Nach")).to_have_value("statistical")
    found = httpx.get(
        f"{internal_site.address}/api/kpis/trench_planned_km", params={"period": "2023-H2", "by": "statistical"}
    ).json()
    expect(rows).to_have_count(len(found["parts"]))
    assert all(re.fullmatch(r"[\d.]+,\d\skm|0,0\skm", text) for text in planned.locator("td.number").all_inner_texts())
    # No indicator of the sample city has two decimals.
    page.route(re.compile(r"/api/kpis\?"), with_two_decimals)
    page.reload()
    land.locator("summary").click()
    expect(land.locator("td.number").first).to_have_text(re.compile(r",\d\d\sm²$"))


def test_the_public_is_offered_splits_of_flows_by_districts_alone(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site, f"{PERIOD}&indicators.by=statistical")
    expect(card(page, "Trassen in Planung").locator("details.split")).to_have_count(0)
    inquiries = card(page, "Anfragen nach Gewerbeimmobilien").locator("details.split")
    inquiries.locator("summary").click()
    expect(inquiries.locator("tbody tr")).not_to_have_count(0)
    expect(inquiries.locator("thead")).to_contain_text("Stadtbezirke")
    expect(inquiries.locator("select")).to_have_count(0)
