"""The report's page of one part of the city, and split by another level than the districts."""

from playwright.sync_api import expect

from tests.test_web.conftest import Open, Site
from tests.test_web.test_report import LINES, REPORT, editor


def test_one_parts_report_is_chosen_and_read_but_not_filled_in(internal_site: Site, open_page: Open) -> None:
    """It names the part, has its own split, and leaves out what there is of the whole only; so do its documents."""
    page = open_page(internal_site, path=REPORT)
    page.get_by_label("Teil", exact=True).select_option("Hörde")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bericht Hörde 2. Halbjahr 2023")
    expect(page.locator(".part-note")).to_contain_text("gilt nur für Hörde (Schlüssel 08)")
    assert "part=08" in page.url
    expect(page.get_by_text("laufender Prozess")).to_have_count(0)
    for absent in ("#releases", "#schedule", "#corrections"):
        expect(page.locator(absent)).to_have_count(0)
    expect(page.get_by_label("Aufteilung")).to_have_count(0)
    page.locator("[id='figure-trench_planned_km'] summary").click()
    split = page.locator("[id='figure-trench_planned_km'] .split")
    assert split.locator("th").all_inner_texts()[0] == "Statistische Bezirke"
    expect(split).to_contain_text("Wellinghofen")
    expect(split).not_to_contain_text("Mengede")
    href = page.evaluate("page.pathOf('/file', { f: 'pdf' })")
    assert href == "/api/reports/2023-H2/file?f=pdf&part=08"
    page.get_by_label("Zeitraum").select_option("2023-H1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bericht Hörde 1. Halbjahr 2023")


def test_the_report_is_split_by_another_level(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=REPORT)
    page.get_by_label("Aufteilung").select_option("Statistische Bezirke")
    page.locator("[id='figure-trench_planned_km'] summary").click()
    split = page.locator("[id='figure-trench_planned_km'] .split")
    expect(split).to_contain_text("Wellinghofen")
    assert split.locator("th").all_inner_texts()[0] == "Statistische Bezirke"
    expect(page.locator("#table tbody tr:not(.area, .product)")).to_have_count(LINES)


def test_editors_change_nothing_in_one_parts_report(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, path=f"{REPORT}?part=08")
    expect(page.locator(".part-note")).to_contain_text("geändert wird nur dort")
    expect(page.locator("[id^='cell-']")).to_have_count(0)


def test_an_unknown_part_is_said_to_be_unknown(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=f"{REPORT}?part=99", expected=("status of 404",))
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is no part “99”")
