"""The report's page of one part of the city, and split by another level than the districts."""

from playwright.sync_api import expect

from tests.test_web.conftest import Open, Site
from tests.test_web.test_report import LINES, REPORT, ask, editor, opened, saved


def test_one_parts_report_is_chosen_and_read_but_not_filled_in(internal_site: Site, open_page: Open) -> None:
    """It names the part, has its own split, and leaves out what there is of the whole only; so do its documents."""
    page = open_page(internal_site, path=REPORT)
    page.get_by_label("Teil", exact=True).select_option("Hörde")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bericht Hörde 2. Halbjahr 2023")
    expect(page.locator(".part-note")).to_contain_text("Dieser Bericht gilt nur einem Teil: Hörde (Schlüssel 08).")
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


def test_editors_type_targets_of_one_part_and_nothing_else_in_its_report(own_site: Site, open_page: Open) -> None:
    """The whole's target stays; what is there of the whole only is changed in its report."""
    key, targets = "public_land_m2", "select array_agg((part, value) order by part nulls first)::text from targets"
    of_half_year = f"{targets} where kpi = %s and period = '2023-H2'"
    before = ask(own_site, of_half_year, key)
    page = editor(own_site, open_page, path=f"{REPORT}?part=08")
    expect(page.locator(".part-note")).to_contain_text("geändert werden sie dort")
    expect(page.locator("#table .hint").first).to_contain_text(
        "Zielwerte dieses Teils lassen sich in der Tabelle ändern."
    )
    expect(page.locator("[id^='cell-remark'], [id^='cell-actual']")).to_have_count(0)
    opened(page, f"target-{key}-2023-H2").fill("1.250")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator(f"[id='cell-target-{key}-2023-H2']")).to_contain_text("1.250")
    assert ask(own_site, of_half_year, key) == before.replace("}", ',"(08,1250)"}')
    opened(page, f"target-{key}-2023-H2").fill("")
    page.keyboard.press("Enter")
    saved(page)
    assert ask(own_site, of_half_year, key) == before


def test_an_unknown_part_is_said_to_be_unknown(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=f"{REPORT}?part=99", expected=("status of 404",))
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is no part “99”")
