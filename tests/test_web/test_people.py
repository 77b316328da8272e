"""What people keep on the page: saved searches, shortlists on the server, and what they watch."""

import json
from datetime import date
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from geo.access import Role
from geo.land import plot_filters
from geo.land.reservations import today
from geo.store.database import conninfo
from tests.records import one
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

VALUES = {
    "name": "Hafen 100%_a\\b Ä",
    "remaining_m2": "5000..20000",
    "divisible": "0",
    "zoning": "GE,GI",
    "restriction": "minor",
    "status": "available",
    "reserved_until": "14",
    "checked_on": "2024-01-31",
    "asking_price_eur_m2": "..80.5",
    "fibre_m": "0",
    "motorway_m": "3",
}


def ask(site: Site, name: str, path: str) -> Any:
    """What the service answers somebody."""
    headers = {"Authorization": f"Bearer {site.token(Role.EDITOR, name)}"}
    return httpx.get(f"{site.address}{path}", headers=headers).raise_for_status().json()


def write(site: Site, query: str, *values: object) -> Any:
    """Write to the city's records."""
    with psycopg.connect(conninfo(site.database_url)) as connection:
        return one(connection, query, *values)


def deeds(page: Page, name: str) -> None:
    """Show what can be done with a saved search."""
    page.get_by_label(f"Mehr zu {name}").click()


def named(page: Page, name: str, button: str) -> None:
    """Give the name that a dialog asks for."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name=button).click()


def test_a_search_is_saved_opened_shared_and_deleted_and_the_deletion_undone(
    shared_site: Site, open_page: Open
) -> None:
    page = open_page(shared_site, "f.zoning=GE&f.status=available", token=shared_site.token(Role.EDITOR, "wanda"))
    hits = page.locator(".hits strong").inner_text()
    page.get_by_role("button", name="Suche speichern").click()
    named(page, "Gewerbe <b>frei</b>", "Speichern")
    saved = page.locator(".kept").get_by_role("button", name="Gewerbe <b>frei</b>", exact=True)
    expect(saved).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Filter zurücksetzen").click()
    expect(saved).to_have_attribute("aria-current", "false")
    saved.click()
    expect(page.locator(".hits strong")).to_have_text(hits)
    deeds(page, "Gewerbe <b>frei</b>")
    page.get_by_role("button", name="Für alle freigeben").click()
    expect(page.locator(".kept .tag")).to_have_text("für alle")
    [shared] = ask(shared_site, "xaver", "/api/saved-searches")["searches"]
    assert (shared["name"], shared["owner"], shared["is_own"]) == ("Gewerbe <b>frei</b>", "wanda", False)
    page.get_by_role("button", name="Löschen").click()
    page.get_by_role("dialog").get_by_role("button", name="Löschen").click()
    expect(saved).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(saved).to_be_visible()
    deeds(page, "Gewerbe <b>frei</b>")
    page.get_by_role("button", name="Löschen").click()
    page.get_by_role("dialog").get_by_role("button", name="Löschen").click()
    expect(saved).to_have_count(0)


def test_a_name_that_there_is_already_is_overwritten_on_purpose_only(shared_site: Site, open_page: Open) -> None:
    page = open_page(
        shared_site, "f.zoning=GE", token=shared_site.token(Role.EDITOR, "wanda"), expected=("status of 409",)
    )
    for zoning in ("GE", "GI"):
        page.evaluate("(zoning) => void app.store.set({ 'f.zoning': zoning })", zoning)
        page.get_by_role("button", name="Suche speichern").click()
        named(page, "Doppelt", "Speichern")
        expect(page.locator(".kept li")).to_have_count(1)
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("„Doppelt“ gibt es schon.")
    question.get_by_role("button", name="Abbrechen").click()
    [kept] = ask(shared_site, "wanda", "/api/saved-searches")["searches"]
    assert kept["filters"] == {"zoning": "GE"}
    write(shared_site, "delete from flurwerk_access.saved_searches returning id")


def test_the_page_and_the_service_mean_the_same_by_each_filter(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    assert {plot_filters.BY_PROPERTY[name].kind for name in VALUES} == {one.kind for one in plot_filters.FILTERS}
    found = page.evaluate(
        """async (values) => {
            const { conditions } = await import(`${document.body.dataset.assets}/js/land/filters.js`);
            const state = Object.fromEntries(Object.entries(values).map(([name, value]) => [`f.${name}`, value]));
            return JSON.stringify(Object.fromEntries(conditions(state)));
        }""",
        VALUES,
    )
    properties = [*plot_filters.SEARCHED, *VALUES]
    own = {
        name: plot_filters.condition(plot_filters.BY_PROPERTY[name], value, today(), properties)
        for name, value in VALUES.items()
    }
    assert json.loads(found) == json.loads(json.dumps(own))


def test_the_browsers_shortlist_is_taken_over_at_sign_in_and_two_tabs_lose_nothing(
    shared_site: Site, open_page: Open
) -> None:
    page = open_page(shared_site, fresh=True)
    stars = page.locator("#list .star")
    for at in (2, 0):
        stars.nth(at).click()
    names = page.locator("#list tbody .link").all_inner_texts()
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_label("Zugangs").fill(shared_site.token(Role.EDITOR, "yvonne"))
    page.get_by_role("dialog").get_by_role("button", name="Anmelden").click()
    expect(page.locator(".toast")).to_contain_text("Die Merkliste dieses Browsers ist übernommen (2).")
    assert page.evaluate("localStorage.getItem('flurwerk.shortlist')") is None
    [kept] = ask(shared_site, "yvonne", "/api/shortlists")["shortlists"]
    assert (kept["name"], len(kept["plots"])) == ("Merkliste", 2)
    # In another tab, at the same time.
    other = page.context.new_page()
    other.goto(f"{shared_site.address}/?lang=de")
    expect(other.locator("#list .star[aria-pressed=true]")).to_have_count(2)
    other.locator("#list .star").nth(4).click()
    expect(other.locator("#list .star[aria-pressed=true]")).to_have_count(3)
    stars.nth(5).click()
    expect(page.locator("#list .star[aria-pressed=true]")).to_have_count(4)
    other.close()
    [kept] = ask(shared_site, "yvonne", "/api/shortlists")["shortlists"]
    assert len(kept["plots"]) == 4
    page.locator("#rail-handout").click()
    listed = page.locator(".shortlist .link")
    assert listed.all_inner_texts()[:2] == [names[2], names[0]]
    page.get_by_role("button", name=f"{names[0]} nach oben").click()
    expect(listed.first).to_have_text(names[0])
    page.get_by_role("button", name="Neue Merkliste").click()
    named(page, "Ortstermin", "Anlegen")
    expect(listed).to_have_count(0)
    page.get_by_label("Geöffnete Merkliste").select_option(label="Merkliste (4)")
    expect(listed).to_have_count(4)


def test_what_happens_to_a_watched_plot_is_in_the_panel_until_it_was_seen(shared_site: Site, open_page: Open) -> None:
    page = open_page(shared_site, "selected=plots/6", token=shared_site.token(Role.EDITOR, "wanda"))
    page.locator(".drawer").get_by_role("button", name="Beobachten", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Grundstück: Aplerbeck Ost, Fläche 6 wird beobachtet.")
    page.locator(".toast").get_by_role("button", name="Beobachtet").click()
    expect(page.locator(".watch")).to_contain_text("Nichts Neues.")
    price = write(shared_site, "select asking_price_eur_m2 from plots where id = 6")
    write(shared_site, "update plots set asking_price_eur_m2 = 77 where id = 6 returning id")
    page.evaluate("app.watching.load()")
    expect(page.locator(".watch li")).to_contain_text("auf 77\u00a0€/m²")
    expect(page.locator("#panel .hits")).to_have_text("Eine Änderung")
    assert violations(page) == []
    page.get_by_role("button", name="Alles gesehen").click()
    expect(page.locator(".watch")).to_contain_text("Nichts Neues.")
    page.get_by_label("E-Mail-Adresse").fill("wanda@example.org")
    page.get_by_role("button", name="Bestellen").click()
    expect(page.locator(".toast")).to_contain_text("Die Tagesübersicht geht an wanda@example.org.")
    page.get_by_role("button", name="Abbestellen").click()
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value("")
    page.locator(".watch").get_by_role("button", name="nicht mehr beobachten").click()
    expect(page.locator("#panel")).to_contain_text("Noch wird nichts beobachtet.")
    write(shared_site, "update plots set asking_price_eur_m2 = %s where id = 6 returning id", price)


def test_who_has_not_signed_in_keeps_the_list_in_the_browser_and_sees_nothing_of_this(
    public_site: Site, open_page: Open
) -> None:
    page = open_page(public_site)
    page.locator("#list .star").first.click()
    assert page.evaluate("localStorage.getItem('flurwerk.shortlist')")
    for name in ("Suche speichern", "Beobachtet", "Beobachten"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.locator("#list .star").first.click()


@pytest.mark.parametrize("value", ["2024-02-30", "31.01.2024", "x"])
def test_a_day_that_is_none_is_no_filter(value: str) -> None:
    with pytest.raises(plot_filters.UnusableFilter):
        plot_filters.condition(plot_filters.BY_PROPERTY["checked_on"], value, date(2024, 1, 1))
