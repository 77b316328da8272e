"""Rows of the list are chosen and used together: kept, compared, given out, changed and reserved."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import psycopg
from playwright.sync_api import Locator, Page, expect

from geo.access import Role
from geo.store.database import conninfo
from tests.records import one
from tests.test_web.conftest import Open, Site
from tests.test_web.test_handout import fetched
from tests.test_web.test_page import violations

HITS = "app.plots.hits.length"
CHOSEN = "app.table.selection.plots.map(({ id }) => id)"


def tick(page: Page, row: int, *modifiers: Any) -> None:
    page.locator("#list tbody .pick input").nth(row).click(modifiers=list(modifiers))


def bar(page: Page) -> Locator:
    return page.get_by_role("group", name="Auswahl", exact=True)


def ask(site: Site, query: str) -> Any:
    with psycopg.connect(conninfo(site.database_url)) as connection:
        return one(connection, query)


def test_rows_are_chosen_singly_as_a_range_and_all_and_stay_chosen_while_filters_change(
    internal_site: Site, open_page: Open
) -> None:
    """What is chosen but no hit any more is said; up to four are compared; a click on a box opens no drawer."""
    page = open_page(internal_site)
    hits = page.evaluate(HITS)
    tick(page, 1)
    tick(page, 4, "Shift")
    expect(bar(page)).to_contain_text("4 ausgewählt")
    assert page.evaluate(CHOSEN) == page.evaluate("app.plots.hits.slice(1, 5).map(({ id }) => id)")
    expect(page.locator(".drawer")).to_have_count(0)
    page.get_by_role("button", name="Weiter").click()
    tick(page, 0, "Shift")
    expect(bar(page)).to_contain_text("50 ausgewählt")
    expect(bar(page).get_by_role("button", name="Vergleichen")).to_be_disabled()
    bar(page).get_by_role("button", name=f"Alle {hits} Treffer").click()
    assert len(page.evaluate(CHOSEN)) == hits
    page.evaluate("app.store.set({ 'f.zoning': 'GE' })")
    left = page.evaluate(HITS)
    expect(bar(page)).to_contain_text(f"{hits} ausgewählt davon {hits - left} kein Treffer mehr")
    page.locator("#list thead .pick input").click()
    expect(bar(page)).to_contain_text(f"{hits - left} ausgewählt")
    bar(page).get_by_role("button", name="Auswahl aufheben").click()
    expect(bar(page)).to_have_count(0)
    for row in range(2):
        tick(page, row)
    assert violations(page) == []
    names = page.locator("#list tbody .link").all_inner_texts()[:2]
    bar(page).get_by_role("button", name="Merken").click()
    expect(page.locator("#list .star[aria-pressed=true]")).to_have_count(2)
    bar(page).get_by_role("button", name="Vergleichen").click()
    for name in names:
        expect(page.get_by_role("dialog")).to_contain_text(name)
    page.keyboard.press("Escape")
    bar(page).get_by_role("button", name="Auswahl aufheben").click()


def test_the_list_is_given_out_as_it_is_shown_hits_or_chosen_rows(internal_site: Site, open_page: Open) -> None:
    """In the order of the screen, in words; the public's columns unless it is for insiders, which the file says."""
    page = open_page(internal_site, "f.zoning=GE&sort=-name")
    section = page.locator(".handout section", has=page.get_by_role("heading", name="Liste wie am Bildschirm"))
    shown = page.evaluate("app.plots.hits.map(({ properties: p }) => p.name)")
    offered = page.evaluate(
        "app.plots.hits.filter(({ properties: p }) => p.on_offer).map(({ properties: p }) => p.name)"
    )
    page.get_by_role("button", name="Ausgabe").click()
    name, content = fetched(page, section.get_by_role("button", name="Excel", exact=True))
    assert re.fullmatch(r"Gewerbegrundstücke-\d{4}-\d\d-\d\d\.xlsx", name)
    head, *rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    assert [row[0] for row in rows] == offered
    assert head[:4] == ("Bezeichnung", "Status", "Restfläche (m²)", "Art der baulichen Nutzung")
    assert not any("Glasfaser" in str(heading) for heading in head)
    for row in (2, 0):
        tick(page, row)
    section.get_by_label("Mit internen Spalten").check()
    name, content = fetched(page, section.get_by_role("button", name="CSV für Excel"))
    assert re.fullmatch(r"Gewerbegrundstücke-intern-\d{4}-\d\d-\d\d\.csv", name)
    mark, head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert mark == ["intern – nicht zur Weitergabe"]
    assert len(head) == page.locator("#list thead th:has(button)").count()
    assert [row[0] for row in rows] == [shown[0], shown[2]]
    section.get_by_label(f"Alle Treffer ({len(shown)})").check()
    _, content = fetched(page, section.get_by_role("button", name="CSV für Excel"))
    _, _, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [row[0] for row in rows] == shown
    bar(page).get_by_role("button", name="Auswahl aufheben").click()


def test_readers_of_the_public_view_choose_rows_too_and_get_public_files_alone(
    public_site: Site, open_page: Open
) -> None:
    """In English; a list without rows has its headings; nothing that only editors or insiders do is offered."""
    page = open_page(public_site, "panel=handout", lang="en")
    tick(page, 0)
    chosen = page.get_by_role("group", name="Selection", exact=True)
    expect(chosen).to_contain_text("1 selected")
    expect(chosen.get_by_role("button", name="Set a field")).to_have_count(0)
    expect(chosen.get_by_role("button", name="Reserve")).to_have_count(0)
    expect(page.get_by_label("With internal columns")).to_have_count(0)
    section = page.locator(".handout section", has=page.get_by_role("heading", name="List as on the screen"))
    name, content = fetched(page, section.get_by_role("button", name="CSV for Excel"))
    assert re.fullmatch(r"Plots-\d{4}-\d\d-\d\d\.csv", name)
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert head[:3] == ["Name", "Status", "Remaining area (m²)"]
    assert [row[0] for row in rows] == [page.locator("#list tbody .link").first.inner_text()]
    page.evaluate("app.store.set({ 'f.remaining_m2': '900000000..', 'handout.rows': 'hits' })")
    _, content = fetched(page, section.get_by_role("button", name="CSV for Excel"))
    assert content.decode("utf-8-sig").splitlines() == [";".join(head)]


def test_editors_set_a_field_of_many_and_reserve_them_all_or_none_and_take_all_back(
    own_site: Site, open_page: Open
) -> None:
    """What is refused is said by plot, and may be left out; one undo takes everything back."""
    page = open_page(own_site, "f.status=available", token=own_site.token(Role.EDITOR, "Erika"), expected=("422",))
    for row in range(3):
        tick(page, row)
    ids = page.evaluate(CHOSEN)
    listed = ",".join(map(str, ids))
    prices = f"select array_agg(asking_price_eur_m2::text order by id) from flurwerk.plots where id in ({listed})"
    before = ask(own_site, prices)
    bar(page).get_by_role("button", name="Feld setzen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Feld", exact=True).select_option(label="Angebotspreis")
    expect(dialog).to_contain_text("Ohne Wert wird „Angebotspreis“ bei 3 Grundstücken gelöscht.")
    dialog.get_by_label("Angebotspreis").fill("99,50")
    with psycopg.connect(conninfo(own_site.database_url), autocommit=True) as connection:
        connection.execute("update flurwerk.plots set note = 'x' where id = %s", [ids[1]])
    dialog.get_by_role("button", name="Bei 3 setzen").click()
    names = page.locator("#list tbody .link").all_inner_texts()[:3]
    expect(dialog.get_by_role("alert")).to_contain_text("Nichts ist geändert: 1 von 3 Änderungen werden abgelehnt.")
    expect(dialog.get_by_role("listitem")).to_contain_text(names[1])
    assert ask(own_site, prices) == before
    assert violations(page) == []
    dialog.get_by_role("button", name="Diese aus der Auswahl nehmen").click()
    dialog.get_by_role("button", name="Bei 2 setzen").click()
    expect(page.locator(".toast")).to_contain_text("„Angebotspreis“ ist bei 2 Grundstücken gesetzt.")
    assert sum(price == "99.50" for price in ask(own_site, prices)) == 2
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("zurückgenommen")
    assert ask(own_site, prices) == before

    reserved = f"select count(*) from flurwerk.reservations where plot in ({listed}) and released_on is null"
    already = ask(own_site, reserved)
    bar(page).get_by_role("button", name="Reservieren").click()
    box = dialog.get_by_role("combobox").first
    box.click()
    dialog.get_by_role("option").first.click()
    until = date.today() + timedelta(days=60)  # noqa: DTZ011
    dialog.get_by_label("Reserviert bis").fill(f"{until:%d.%m.%Y}")
    dialog.get_by_role("button", name="2 reservieren").click()
    expect(page.locator(".toast")).to_contain_text("2 Grundstücke sind reserviert.")
    assert ask(own_site, reserved) == already + 2
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("zurückgenommen")
    assert ask(own_site, reserved) == already
