"""The report's page: read on the screen, filled in by editors, opened down to its records, told by whom."""

import re
from datetime import date
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from geo.access import Role
from geo.access.tokens import create
from geo.figures.releases.publishing import publish
from geo.figures.report.documents import Document
from geo.figures.report.schedule import run_due_duties
from geo.periods import parse_period
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.records import one
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

REPORT = "/report/2023-H2"
LINES = 52
PERCENT, SQUARE_METRES = ({"de": symbol, "en": symbol} for symbol in ("%", "m²"))
SHARE = {
    **{"period": "2023-H1", "key": "share", "label": {"de": "Anteil", "en": "Share"}, "unit": PERCENT, "decimals": 2},
    **{"exact": "-0.1", "shown": "-0.10"},
    "causes": [
        {"layer": "plots", "id": 1, "source_id": "p", "amount": amount, "what": {"de": word, "en": word}, **side}
        for amount, word, side in (
            ("-200000.00", "Feld", {"side": {"key": "share:numerator", "unit": SQUARE_METRES}}),
            ("-1", "Fest", {"side": {"key": "share:denominator", "unit": None}}),
            ("-5", "Satz", {}),
        )
    ],
}
"""A correction of a share: records of its sides, in m² and counted, and one in its own unit."""
REFUSED = ("status of 422",)


def editor(site: Site, open_page: Open, name: str = "Erika", path: str = REPORT, **options: Any) -> Page:
    return open_page(site, token=site.token(Role.EDITOR, name), path=path, **options)


def ask(site: Site, query: str, *values: object) -> Any:
    """What the database answers."""
    with psycopg.connect(conninfo(site.database_url)) as connection:
        return one(connection, query, *values)


def opened(page: Page, cell: str) -> Locator:
    """The field of a cell."""
    page.locator(f"[id='cell-{cell}']").click()
    field = page.locator("#cell-field")
    expect(field).to_be_focused()
    return field


def saved(page: Page) -> None:
    expect(page.locator(".toast")).to_contain_text("Gespeichert")
    expect(page.locator("#cell-field")).to_have_count(0)


def test_the_whole_table_is_there_in_the_reports_form(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=REPORT)
    table = page.locator("#table table")
    heads = ["Kennzahl", "Ziel 2023", "Ist 1. Halbjahr", "Ziel 2. Halbjahr", "Ist 2. Halbjahr", "Bemerkung"]
    assert table.locator("thead th").all_inner_texts() == heads
    assert table.locator("tbody tr:not(.area, .product)").count() == LINES
    row = table.get_by_role("row").filter(has_text="Verkauf / Erbpacht öffentlicher")
    expect(row).to_contain_text("54.900\N{NO-BREAK SPACE}m²")
    expect(page.locator("#table .goals")).to_contain_text("Strukturwandel")
    expect(page.get_by_text("laufender Prozess")).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("221\N{NO-BREAK SPACE}km in Planung")
    expect(page.locator(".report-head")).to_contain_text("Entwurf")
    # What is read only has nothing to type into.
    assert page.locator("#table button.cell:not(.asks), #table input, #table textarea").count() == 0


def test_a_figure_opens_down_to_its_records(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=REPORT)
    page.locator("#table a.opens").filter(has_text="54.900").click()
    details = page.locator("details[id='figure-public_land_m2']")
    expect(details.locator("summary")).to_be_focused()
    expect(details).to_contain_text("Was zählt")
    expect(details.get_by_role("heading", name="Datensätze: 2")).to_be_visible()
    records = details.locator(".records tbody tr")
    assert records.count() == 2
    href = records.first.get_by_role("link").get_attribute("href")
    assert href
    assert href.startswith("/#selected=transactions/")
    expect(details.locator(".split tbody tr")).not_to_have_count(0)


@pytest.mark.parametrize("path", [REPORT, "/report", "/report/2023-H9", f"{REPORT}#figure-public_land_m2"])
def test_axe_finds_nothing_serious(internal_site: Site, open_page: Open, path: str) -> None:
    page = open_page(internal_site, path=path.partition("#")[0], state=path.partition("#")[2], expected=("404",))
    assert violations(page) == []


def test_nothing_is_cut_off_at_any_size(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=REPORT)
    for width, height in ((1440, 900), (768, 1024), (390, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(width) => innerWidth === width", arg=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("#table")).to_contain_text("54.900")


def test_who_has_not_signed_in_is_told_to_and_is_let_in(shared_site: Site, open_page: Open) -> None:
    page = open_page(shared_site, path=REPORT)
    expect(page.get_by_role("heading", name="Der Bericht ist intern")).to_be_visible()
    assert page.locator("#table").count() == 0
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.get_by_label("Zugangstoken").fill(shared_site.token(Role.READER, "Rita"))
    page.keyboard.press("Enter")
    expect(page.locator("#table")).to_contain_text("54.900")


def test_a_token_for_some_layers_is_told_that_it_is_not_enough(shared_site: Site, open_page: Open) -> None:
    with psycopg.connect(conninfo(shared_site.database_url)) as connection:
        token = create(connection, "Rosa", Role.READER, layers=["plots"])
    page = open_page(shared_site, path=REPORT, token=token, expected=("403",))
    expect(page.get_by_role("heading", name="Ihr Token reicht für den Bericht nicht")).to_be_visible()


def test_an_unknown_period_and_an_unknown_release_lead_on(internal_site: Site, open_page: Open) -> None:
    for path in ("/report/2023-H9", f"{REPORT}?release=9"):
        page = open_page(internal_site, path=path, expected=("404",))
        expect(page.get_by_role("heading", level=1)).to_contain_text("2023-H")
        page.get_by_role("link", name="Alle Berichte").click()
        page.get_by_role("link", name="2. Halbjahr 2023", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Bericht 2. Halbjahr 2023")


def test_a_period_without_anything_says_so(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, path="/report/2019-H1")
    expect(page.get_by_text("Für diesen Zeitraum liegt noch nichts vor.")).to_be_visible()


def test_the_causes_of_a_share_have_the_unit_of_its_side(internal_site: Site, open_page: Open) -> None:
    def with_share(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "corrections": [SHARE]})

    page = open_page(internal_site, path=REPORT)
    page.route(re.compile(r"/api/reports/2023-H2(\?|$)"), with_share)
    page.reload()
    found = page.locator(".corrections")
    expect(found).to_contain_text("−0,10\N{NO-BREAK SPACE}%")
    expect(found.locator("li li")).to_have_text(
        ["−200.000\N{NO-BREAK SPACE}m²: Feld", "−1: Fest", "−5\N{NO-BREAK SPACE}%: Satz"]
    )


def test_the_page_speaks_english_on_request(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=REPORT, lang="en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report H2 2023")
    expect(page.locator("#table")).to_contain_text("54,900\N{NO-BREAK SPACE}m²")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("#table")).to_contain_text("54.900\N{NO-BREAK SPACE}m²")


def test_an_editor_types_a_target_by_keyboard_and_takes_it_back(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, expected=REFUSED)
    value = "select value::float from flurwerk.targets where kpi = 'inquiries' and period = '2023-H2'"
    cell = page.locator("#cell-target-inquiries-2023-H2")
    cell.focus()
    page.keyboard.press("Enter")
    field = page.locator("#cell-field")
    expect(field).to_be_focused()
    expect(field).to_have_value("200")
    field.fill("2.1.5")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-error")).to_contain_text("keine Zahl")
    expect(field).to_have_attribute("aria-invalid", "true")
    # What only the database knows is told in the words of its rule.
    field.fill("-5")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-error")).to_contain_text("darf nicht negativ sein")
    expect(field).to_be_focused()
    field.fill("1.250,5")
    page.keyboard.press("Enter")
    saved(page)
    expect(cell).to_be_focused()
    expect(cell).to_contain_text("1.250,5")
    assert ask(shared_site, value) == 1250.5
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(cell).to_contain_text("200")
    assert ask(shared_site, value) == 200
    # Who wrote what is told where one writes.
    cell.press("Enter")
    expect(page.locator(".versions")).to_contain_text("Zuletzt geschrieben von Erika")
    expect(page.locator(".versions .history > li")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(cell).to_be_focused()


def test_what_another_team_reports_is_a_number_or_a_text_and_can_be_taken_away(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page)
    key = "company_contacts"
    said = """
        select coalesce(a.value::text, a.text) from flurwerk.manual_actuals as a
        join flurwerk.manual_indicators as i on i.id = a.indicator
        where i.key = %s and a.period = '2023-H2'
    """
    cell = page.locator(f"#cell-actual-{key}-2023-H2")
    opened(page, f"actual-{key}-2023-H2").fill("81")
    page.keyboard.press("Enter")
    saved(page)
    assert ask(shared_site, said, key) == "81"
    opened(page, f"actual-{key}-2023-H2")
    page.get_by_role("radio", name="Text statt einer Zahl").check()
    page.locator("#cell-field").fill("läuft")
    page.get_by_role("button", name="Speichern").click()
    saved(page)
    expect(cell).to_contain_text("läuft")
    assert ask(shared_site, said, key) == "läuft"
    opened(page, f"actual-{key}-2023-H2").fill("")
    page.keyboard.press("Enter")
    saved(page)
    count = (
        "select count(*) from flurwerk.manual_actuals as a join flurwerk.manual_indicators as i on i.id = a.indicator"
    )
    assert ask(shared_site, f"{count} where i.key = %s and a.period = '2023-H2'", key) == 0


def test_what_records_produce_cannot_be_typed(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    row = page.locator("#table tr").filter(has=page.locator("#cell-target-public_land_m2-2023-H2"))
    assert row.locator("td.actual button").count() == 0
    assert row.locator("td.target button").count() == 2
    # Nor the half-year's target of what has one of the year only.
    assert page.locator("#cell-target-unemployment_rate-2023-H2").count() == 0
    expect(page.locator("#cell-target-unemployment_rate-2023")).to_be_visible()
    expect(page.locator("#cell-actual-unemployment_rate-2023")).to_contain_text("11,5")


def test_a_remark_is_text_only(shared_site: Site, open_page: Open) -> None:
    text = '<script>alert(1)</script><img src=x onerror=alert(1)>\n=cmd|"/C calc"!A1'
    page = editor(shared_site, open_page)
    opened(page, "remark-inquiries-2023-H2").fill(text)
    page.keyboard.press("Control+Enter")
    saved(page)
    remark = page.locator("#cell-remark-inquiries-2023-H2 .said")
    assert remark.text_content() == text
    assert ask(shared_site, "select text from flurwerk.remarks where kpi = 'inquiries' and period = '2023-H2'") == text
    page.reload()
    expect(remark).to_be_visible()
    assert remark.text_content() == text
    assert page.locator("#content script, #content img").count() == 0


def test_the_second_of_two_editors_sees_what_the_first_wrote_and_decides(shared_site: Site, open_page: Open) -> None:
    """Whether both changed one, or both made the first one."""
    erika = editor(shared_site, open_page, expected=("status of 412", "status of 409", *REFUSED))
    anna = editor(shared_site, open_page, "Anna")
    for cell in ("target-public_land_m2-2023-H2", "remark-planning_law_consultations-2023-H2"):
        field = opened(erika, cell)
        opened(anna, cell).fill("210")
        anna.keyboard.press("Control+Enter")
        saved(anna)
        field.fill("220")
        erika.keyboard.press("Control+Enter")
        expect(erika.get_by_role("heading", name="Inzwischen geändert"), cell).to_be_focused()
        conflict = erika.locator(".conflict")
        expect(conflict, cell).to_contain_text("Anna hat diesen Datensatz")
        conflict.get_by_role("button", name="So speichern").click()
        expect(conflict, cell).to_contain_text("Bitte bei jedem Feld entscheiden")
        conflict.get_by_role("radio", name="Sie: 220").check()
        conflict.get_by_role("button", name="So speichern").click()
        saved(erika)
        expect(erika.locator(f"[id='cell-{cell}']")).to_contain_text("220")


def test_a_published_report_is_frozen_and_the_page_explains_what_is_different_since(
    own_site: Site, open_page: Open
) -> None:
    with psycopg.connect(conninfo(own_site.database_url)) as connection:
        publish(connection, parse_period("2023-H2"), accept="Die Hinweise sind bekannt.")
        connection.execute(
            """
            update flurwerk.transactions
            set cancelled_on = %s
            where sector = 'public' and role = 'seller' and agreed_on between '2023-07-01' and '2023-12-31'
            """,
            [date(2024, 2, 3)],
        )
    page = editor(own_site, open_page)
    expect(page.locator(".report-head")).to_contain_text("Veröffentlicht, Fassung 1")
    expect(page.locator("#table")).to_contain_text("54.900\N{NO-BREAK SPACE}m²")
    assert page.locator("#table button.cell:not(.asks)").count() == 0
    page.get_by_role("button", name="Vergleichen").click()
    diff = page.locator("#releases")
    expect(diff.get_by_role("row").filter(has_text="entfallen").first).to_contain_text("storniert am 03.02.2024")
    assert violations(page) == []
    page.get_by_role("link", name="Zum Entwurf").click()
    expect(page.locator(".report-head")).to_contain_text("Entwurf")
    expect(page.locator("#cell-target-inquiries-2023-H2")).to_be_visible()
    wait_until(lambda: page.locator("#version").input_value() == "draft", "the draft to be chosen")


def test_an_editors_list_of_periods_fits_on_a_phone(own_site: Site, open_page: Open) -> None:
    """With what a release and the timer's duties say of a period, which readers outside do not see."""
    documents = [Document("flurwerk-2023-H2-entwurf.csv", "text/csv; charset=utf-8", b"key\n")]
    with psycopg.connect(conninfo(own_site.database_url)) as connection:
        run_due_duties(connection, lambda _: documents, date(2024, 1, 2), by="anna.mustermann on applicationserver1")
        publish(connection, parse_period("2023-H1"), accept="Erfunden")
    page = open_page(own_site, token=own_site.token(Role.EDITOR, "Erika"), path="/report", width=390)
    expect(page.locator(".periods tr").filter(has_text="1. Halbjahr 2023")).to_contain_text("Veröffentlicht: ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []


def test_readers_only_read(shared_site: Site, open_page: Open) -> None:
    page = open_page(shared_site, path=REPORT, token=shared_site.token(Role.READER, "Rita"))
    assert page.locator("button.cell:not(.asks)").count() == 0
    # Who reported a figure is told to them, too.
    page.locator("#cell-actual-planning_law_consultations-2023-H2").click()
    expect(page.locator(".versions")).to_contain_text("Zuletzt geschrieben von")
    page.locator(".cell-form").get_by_role("button", name="Schließen").click()


def test_the_scheduled_drafts_documents_are_downloaded_from_its_duty(own_site: Site, open_page: Open) -> None:
    name = "flurwerk-2023-H2-entwurf.csv"
    documents = [Document(name, "text/csv; charset=utf-8", b"key\n")]
    with psycopg.connect(conninfo(own_site.database_url)) as connection:
        run_due_duties(connection, lambda _: documents, date(2024, 1, 2), by="anna on app1")
    page = open_page(own_site, token=own_site.token(Role.READER, "Rita"), path=REPORT)
    schedule = page.locator("#schedule")
    schedule.get_by_text("1 Dokument des Entwurfs").click()
    expect(schedule).to_contain_text("von anna on app1")
    with page.expect_download() as saving:
        schedule.get_by_role("button", name=name).click()
    assert saving.value.suggested_filename == name
    assert saving.value.path().read_bytes() == b"key\n"
