"""Reservations in the page: advisors see what is promised of a plot, keep it up to date, and see in time what ends.

The tests share a page and a city, each with plots of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from geo.access import Role
from geo.periods import CITY_TIME
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.conftest import create_database, drop_database
from tests.records import insert, one, plot
from tests.test_web.conftest import Site
from tests.test_web.pages import Contexts, Watched, wait_for_page

TODAY = datetime.now(CITY_TIME).date()
EXPECTED = ("status of 412", "status of 422")


@dataclass
class Advisor:
    """Erika at her page of the city."""

    page: Page
    site: Site
    plots: int = 0

    def write(self, table: str, **values: object) -> int:
        """Insert a record as Anna would."""
        with psycopg.connect(conninfo(self.site.database_url)) as connection:
            connection.execute("select set_config('flurwerk.actor', 'Anna', true)")
            if table == "plots":
                self.plots += 1
                values = {
                    "x": 392000 + 200 * self.plots,
                    "offered_on": "2023-01-01",
                    "official_area_m2": 10_000,
                } | values
                return plot(connection, **values)  # pyright: ignore[reportArgumentType]
            return insert(connection, table, **values)

    def ask(self, query: str, *values: object) -> Any:
        """What the database answers."""
        with psycopg.connect(conninfo(self.site.database_url)) as connection:
            return one(connection, query, *values)

    def inquiry(self, number: str) -> int:
        """An open inquiry of a company."""
        party = self.write("parties", kind="company", name=f"Werk {number} GmbH")
        return self.write("inquiries", number=number, kind="plot", received_on="2023-05-01", party=party)

    def open(self, where: int) -> Locator:
        """The drawer's reservations of a plot, as they are now."""
        self.page.evaluate("async () => { await app.plots.load(); app.select(''); app.refresh(); }")
        self.page.evaluate("(id) => app.select(`plots/${id}`)", where)
        section = self.page.locator(".drawer").get_by_role("region", name="Reservierungen")
        expect(section.locator("[aria-busy]")).to_have_count(0)
        return section

    def begin(self, entry: Locator, deed: str) -> Locator:
        """The form of what is done with an entry."""
        entry.get_by_role("button", name=deed, exact=True).click()
        form = self.page.locator("#form")
        expect(form.get_by_role("button", name="Speichern")).to_be_visible()
        return form

    def save(self, form: Locator, told: str) -> None:
        """Save a form; what is told afterwards."""
        form.get_by_role("button", name="Speichern", exact=True).click()
        expect(self.page.locator(".toast")).to_contain_text(told)
        expect(form).to_be_empty()


@pytest.fixture(scope="module")
def advisor(editable_site: Site, server_url: str, sample_template: str, contexts: Contexts) -> Iterator[Advisor]:
    create_database(server_url, "web", sample_template)
    with contexts.lend(is_fresh=False, is_drawn=False) as context:
        page = context.new_page()
        watched = Watched(page, editable_site.address)
        token = editable_site.token(Role.EDITOR, "Erika")
        context.request.post(f"{editable_site.address}/api/session", data={"token": token})
        page.goto(f"{editable_site.address}/?lang=de")
        wait_for_page(page)
        yield Advisor(page, editable_site)
        assert [text for text in watched.complaints if not any(word in text for word in EXPECTED)] == []
    drop_database(server_url, "web")


def german(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def test_a_plots_drawer_says_for_whom_it_is_reserved_until_when_and_by_whom_that_was_entered(advisor: Advisor) -> None:
    where = advisor.write("plots", name="Am Kanal")
    mine = advisor.inquiry("A 1/2026")
    advisor.write(
        "reservations",
        plot=where,
        inquiry=mine,
        area_m2=4000,
        reserved_on="2023-05-02",
        expires_on=TODAY + timedelta(40),
    )
    advisor.write("reservations", plot=where, area_m2=5000, reserved_on="2023-05-03", expires_on=TODAY, note="Vorstand")
    advisor.write("reservations", plot=where, reserved_on="2023-01-03", expires_on=TODAY - timedelta(1))
    section = advisor.open(where)
    soon, later = section.locator(":scope > ul > li").all()
    expect(soon).to_contain_text("⚠ endet heute")
    expect(soon).to_contain_text("ohne Anfrage")
    expect(soon).to_contain_text("Vorstand")
    expect(later).to_contain_text("A 1/2026")
    expect(later).to_contain_text("Werk A 1/2026 GmbH")
    expect(later).to_contain_text(f"4.000\u00a0m² · seit 02.05.2023, bis {german(TODAY + timedelta(40))}")
    expect(later).to_contain_text("endet in 40 Tagen")
    expect(later).to_contain_text(f"Eingetragen von Anna am {german(TODAY)}")
    section.get_by_text("1 frühere").click()
    expect(section.locator("details li")).to_contain_text("seit gestern abgelaufen")
    expect(advisor.page.locator(".drawer .summary")).to_contain_text("⚠ endet heute")
    expect(advisor.page.locator("#list tr.selected")).to_contain_text("⚠ endet heute")


def test_a_reservation_is_extended_changed_and_released_and_each_can_be_taken_back(advisor: Advisor) -> None:
    where = advisor.write("plots", name="Am Hafen")
    held = advisor.write(
        "reservations",
        plot=where,
        inquiry=advisor.inquiry("A 2/2026"),
        area_m2=4000,
        reserved_on="2023-05-02",
        expires_on="2050-01-31",
    )
    entry = advisor.open(where).locator(".promise")
    form = advisor.begin(entry, "Verlängern")
    expect(form.get_by_label("Reserviert bis")).to_have_value("28.02.2050")
    expect(form.get_by_role("button", name="Löschen")).to_have_count(0)
    advisor.save(form, "Die Reservierung von „Am Hafen“ ist verlängert.")
    expect(entry).to_contain_text("bis 28.02.2050")
    advisor.page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(entry).to_contain_text("bis 31.01.2050")

    form = advisor.begin(entry, "Ändern")
    form.get_by_label("Fläche").fill("99.999")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-area_m2-error")).to_contain_text("Am Hafen: 99.999 m² von 10.000 m²")
    form.get_by_label("Fläche").fill("2.500")
    advisor.save(form, "ist geändert")
    expect(entry).to_contain_text("2.500\u00a0m²")

    form = advisor.begin(entry, "Freigeben")
    expect(form.get_by_label("Freigegeben am")).to_have_value(german(TODAY))
    form.get_by_label("Notiz").fill("Standort in Unna gewählt")
    advisor.save(form, "ist freigegeben")
    expect(advisor.page.locator(".drawer .summary")).to_contain_text("verfügbar")
    row = "select released_on || ' ' || note || ' ' || area_m2 from flurwerk.reservations where id = %s"
    assert advisor.ask(row, held) == f"{TODAY} Standort in Unna gewählt 2500.00"
    advisor.page.locator("#rail-act").click()
    change = advisor.page.locator("ul.own li").first
    expect(change).to_contain_text("freigegeben: Notiz eingetragen")
    change.get_by_role("button", name="Zurücknehmen").click()
    expect(advisor.page.locator(".drawer .summary")).to_contain_text("teilweise reserviert")
    advisor.page.locator("#rail-find").click()


def test_the_second_of_two_advisors_is_told_what_the_first_has_changed(advisor: Advisor) -> None:
    """Also when the first has released what the second extends: nothing is overwritten in silence."""
    where = advisor.write("plots", name="Am Gleis")
    held = advisor.write("reservations", plot=where, area_m2=4000, reserved_on="2023-05-02", expires_on="2050-01-31")
    form = advisor.begin(advisor.open(where).locator(".promise"), "Verlängern")
    anna = {"Authorization": f"Bearer {advisor.site.token(Role.EDITOR, 'Anna')}"}
    url = f"{advisor.site.address}/api/collections/reservations/items/{held}"
    tag = httpx.get(url, headers=anna).headers["etag"]
    patch = {"Content-Type": "application/merge-patch+json", "If-Match": tag}
    sent = {"properties": {"expires_on": "2050-06-30", "released_on": str(TODAY)}}
    assert httpx.patch(url, json=sent, headers=anna | patch).is_success
    form.get_by_role("button", name="Speichern").click()
    expect(form.get_by_role("heading", name="Inzwischen geändert")).to_be_focused()
    expect(form).to_contain_text("Anna hat diesen Datensatz am")
    until = form.get_by_role("group", name="Reserviert bis")
    expect(until.get_by_role("radio", name="Anna: 30.06.2050")).not_to_be_checked()
    until.get_by_role("radio", name="Anna").check()
    form.get_by_role("button", name="So speichern").click()
    expect(form).to_be_empty()
    assert advisor.ask("select expires_on || ' ' || released_on from flurwerk.reservations where id = %s", held) == (
        f"2050-06-30 {TODAY}"
    )


def test_a_sale_to_whom_it_is_reserved_for_fulfils_the_promise_without_being_asked(advisor: Advisor) -> None:
    where = advisor.write("plots", name="Am Turm", ground_value_eur_m2=100)
    mine = advisor.inquiry("A 3/2026")
    advisor.write(
        "reservations", plot=where, inquiry=mine, area_m2=4000, reserved_on="2023-05-02", expires_on="2050-01-31"
    )
    advisor.write("reservations", plot=where, area_m2=6000, reserved_on="2023-05-02")
    section = advisor.open(where)
    expect(section.locator(".promise").filter(has_text="ohne Anfrage")).to_contain_text("nur für eine Anfrage")
    form = advisor.begin(section.locator(".promise").filter(has_text="A 3/2026"), "Verkauf erfassen")
    expect(form.locator("#field-area_m2")).to_have_value("4.000")
    expect(form.locator("#field-inquiry")).to_have_value(re.compile("A 3/2026"))
    expect(form.locator("#field-party")).to_have_value(re.compile("^Werk A 3/2026 GmbH"))
    expect(form.locator("#field-despite_reservation")).to_have_count(0)
    advisor.save(form, "Der Verkauf von „Am Turm“ ist erfasst.")
    section.get_by_text("1 frühere").click()
    expect(section.locator("details li")).to_contain_text("erfüllt")
    assert advisor.ask("select despite_reservation is null from flurwerk.transactions where plot = %s", where)
    expect(advisor.page.locator(".drawer").get_by_role("region", name="Geschäfte")).to_contain_text("4.000")


def test_who_comes_second_waits_and_is_next_once_the_first_gives_back(advisor: Advisor) -> None:
    where = advisor.write("plots", name="Am Wald")
    advisor.write(
        "reservations",
        plot=where,
        inquiry=advisor.inquiry("A 4/2026"),
        reserved_on="2023-05-02",
        expires_on="2050-01-31",
    )
    advisor.inquiry("A 5/2026")
    section = advisor.open(where)
    deeds = advisor.page.get_by_role("group", name="Mit diesem Grundstück")
    expect(deeds.get_by_role("button", name="Reservieren", exact=True)).to_have_count(0)
    form = advisor.begin(deeds, "Auf die Warteliste")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-inquiry-error")).not_to_be_empty()
    form.get_by_label("Anfrage").fill("A 5/2026")
    form.get_by_label("Fläche").fill("6000")
    advisor.save(form, "auf der Warteliste von „Am Wald“")
    waiting = section.locator("ol .promise")
    expect(waiting).to_contain_text("Platz 1")
    expect(waiting.get_by_role("button", name="Jetzt reservieren")).to_have_count(0)
    expect(advisor.page.locator(".drawer .summary")).to_contain_text("1 auf der Warteliste")

    form = advisor.begin(section.locator(":scope > ul .promise"), "Freigeben")
    advisor.save(form, "ist freigegeben")
    expect(waiting).to_contain_text("an der Reihe: die Fläche ist frei")
    assert not advisor.ask("select exists (select from flurwerk.holding_reservations where plot = %s)", where)

    # Whoever reserves for somebody else now is asked.
    form = advisor.begin(deeds, "Reservieren")
    expect(form.get_by_text("steht schon jemand")).to_be_visible()
    form.get_by_role("button", name="Abbrechen").click()
    form = advisor.begin(waiting, "Jetzt reservieren")
    advisor.save(form, "ist für den Ersten der Warteliste reserviert")
    expect(section.locator(":scope > ul .promise")).to_contain_text("6.000\u00a0m² · seit")
    expect(waiting).to_have_count(0)
    state = "select state from flurwerk.reservation_states where plot = %s and held_m2 = 6000"
    assert advisor.ask(state, where) == "holds"


def test_the_list_of_what_ends_leads_to_the_plots_and_says_when_there_is_nothing(advisor: Advisor) -> None:
    page = advisor.page
    with psycopg.connect(conninfo(advisor.site.database_url)) as connection:
        connection.execute("update flurwerk.reservations set released_on = flurwerk.today() where released_on is null")
    page.locator("#rail-reservations").click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("In den nächsten 14 Tagen läuft keine Reservierung ab")
    where = advisor.write("plots", name="Am Deich")
    for days, note in ((3, "drei"), (12, "zwölf"), (29, "neunundzwanzig")):
        advisor.write(
            "reservations",
            plot=where,
            area_m2=1000,
            reserved_on="2023-05-02",
            expires_on=TODAY + timedelta(days),
            note=note,
        )
    advisor.write("reservations", plot=where, area_m2=1000, reserved_on="2023-05-02", expires_on=TODAY - timedelta(2))
    advisor.write("reservations", plot=where, inquiry=advisor.inquiry("A 6/2026"), area_m2=7000, queued_on="2023-05-04")
    advisor.write("reservations", plot=where, area_m2=8000, queued_on="2023-05-05")
    page.evaluate("async () => { await app.plots.load(); }")
    panel.get_by_label("Was abläuft in den nächsten").select_option("30")
    expect(panel.locator("section")).to_have_count(5)
    told = [
        (re.sub(r"\s*\d+$", "", group.get_by_role("heading").inner_text()), group.get_by_role("listitem").count())
        for group in panel.locator("section").all()
    ]
    assert told == [
        ("An der Reihe", 1),
        ("Läuft in den nächsten sieben Tagen ab", 1),
        ("Läuft danach ab", 2),
        ("Abgelaufen", 1),
        ("Warteliste", 1),
    ]
    panel.get_by_role("button", name="Am Deich").first.click()
    expect(page.locator(".drawer h2")).to_have_text("Am Deich")
    page.locator("#rail-find").click()
    page.get_by_label("Reservierung endet").select_option("7")
    wait_until(lambda: page.evaluate("app.plots.hits.map((one) => one.properties.name)") == ["Am Deich"], "the filter")
    page.get_by_label("Reservierung endet").select_option("")


def test_it_reads_well_in_english(advisor: Advisor) -> None:
    where = advisor.write("plots", name="Am Markt")
    advisor.write("reservations", plot=where, area_m2=4000, reserved_on="2023-05-02", expires_on=TODAY + timedelta(1))
    advisor.write("reservations", plot=where, queued_on="2023-05-03")
    page = advisor.page
    page.goto(f"{advisor.site.address}/?lang=en#selected=plots/{where}&panel=reservations")
    wait_for_page(page)
    section = page.locator(".drawer").get_by_role("region", name="Reservations")
    held, waiting = section.locator(".promise").all()
    expect(held).to_contain_text("⚠ ends tomorrow")
    expect(held).to_contain_text("4,000\u00a0m² · since 02/05/2023, until")
    expect(held.get_by_role("button")).to_have_text(["Extend", "Change", "Release"])
    expect(waiting).to_contain_text("Place 1")
    expect(page.locator("#panel")).to_contain_text("Ends within the next seven days")
