"""Two people at once: each sees within seconds what the other changes, and nothing of the page is lost by it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, Route, expect

from geo.access import Role
from geo.records.changes import news
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, delete, insert, one
from tests.test_attachments.helpers import attach, picture
from tests.test_web.conftest import Open, Site, serving

STREAM = "**/api/changes/stream*"


@pytest.fixture(scope="module")
def live_site(server_url: str, sample_template: str) -> Iterator[Site]:
    """The sample city, whose pages follow what others change; tests write to different plots."""
    create_database(server_url, "web_live", sample_template)
    with serving(database(server_url, "web_live"), live_changes=True) as site:
        yield site
    # A worker that takes over the module's last tests sets it up again.
    drop_database(server_url, "web_live")


@pytest.fixture(scope="module")
def city(live_site: Site) -> Iterator[Connection]:
    """A connection in autocommit mode, which writes as Bert."""
    with psycopg.connect(conninfo(live_site.database_url), autocommit=True) as connection:
        connection.execute("select set_config('flurwerk.actor', 'Bert', false)")
        yield connection


@pytest.fixture
def open_live(open_page: Open, live_site: Site) -> Callable[..., Page]:
    """Opens the page for Anna, who edits, once it listens."""

    def open_it(state: str = "", **options: Any) -> Page:
        token = options.pop("token", live_site.token(Role.EDITOR, "Anna"))
        return open_page(live_site, state, token=token, fresh=True, **options)

    return open_it


def plots(city: Connection, count: int) -> list[tuple[int, str]]:
    """Ids and names of the plots that come first in the list."""
    found = city.execute("select id, name from flurwerk.plots where name is not null").fetchall()
    return sorted(found, key=lambda one: one[1].casefold())[:count]


def change(city: Connection, plot: int, column: str, value: object) -> None:
    city.execute(f"update flurwerk.plots set {column} = %s where id = %s", [value, plot])  # pyright: ignore[reportArgumentType]


def row(page: Page, name: str) -> Any:
    return page.locator("#list tbody tr").filter(has=page.get_by_role("button", name=name, exact=True))


def test_a_colleagues_change_appears_and_is_marked(open_live: Callable[..., Page], city: Connection) -> None:
    """In list, drawer and map, with who made it; scroll, selection and focus stay where they are."""
    (first, name), *others = plots(city, 30)
    page = open_live(f"selected=plots/{first}")
    rows = page.locator("#list .rows")
    rows.evaluate("(element) => element.scrollTo(0, 120)")
    focused = row(page, others[6][1]).get_by_role("button", name=others[6][1], exact=True)
    focused.evaluate("(element) => element.focus({ preventScroll: true })")
    before = focused.bounding_box()
    change(city, first, "asking_price_eur_m2", 123.45)
    expect(row(page, name)).to_contain_text("123,45")
    expect(row(page, name)).to_contain_text("gerade geändert von Bert")
    expect(page.locator("#detail .just-changed-line")).to_have_text("gerade geändert von Bert")
    # The row above has become higher by its mark, but what is looked at has not moved.
    after = focused.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2
    assert page.evaluate("document.activeElement.textContent") == others[6][1]
    assert f"selected=plots/{first}" in page.url
    drawn = "() => app.map.map.getStyle().sources.recent.data.features.length"
    assert page.evaluate(drawn) == 1


def test_what_belongs_to_the_shown_record_is_up_to_date(open_live: Callable[..., Page], city: Connection) -> None:
    """Its photos, memos and contact person change without the record itself."""
    plot = plots(city, 20)[17][0]
    contact = insert(city, "contacts", name="Frau Alt")
    change(city, plot, "contact_person", contact)
    page = open_live(f"selected=plots/{plot}")
    shown = page.locator("#detail")
    expect(shown).to_contain_text("Frau Alt")
    expect(shown).to_contain_text("Noch keine Vermerke.")
    memo = insert(city, "memos", plot=plot, text="Von Bert geschrieben")
    photo = attach(city, picture(), plot=plot)
    city.execute("update flurwerk.contacts set name = 'Frau Neu' where id = %s", [contact])
    expect(shown).to_contain_text("Von Bert geschrieben")
    expect(shown.locator(f"[data-attachment='{photo}'] img")).to_be_visible()
    expect(shown).to_contain_text("Frau Neu")
    delete(city, "attachments", photo)
    delete(city, "memos", memo)
    expect(shown.locator("[data-attachment]")).to_have_count(0)
    expect(shown).to_contain_text("Noch keine Vermerke.")


def test_own_changes_are_no_colleagues(open_live: Callable[..., Page], live_site: Site, city: Connection) -> None:
    """What Anna changes in one window is shown in her other one, and marked in neither."""
    (plot, name) = plots(city, 10)[8]
    page = open_live()
    with psycopg.connect(conninfo(live_site.database_url)) as connection:
        connection.execute("select set_config('flurwerk.actor', 'Anna', true)")
        connection.execute("update flurwerk.plots set asking_price_eur_m2 = 77.5 where id = %s", [plot])
    expect(row(page, name)).to_contain_text("77,5")
    expect(page.locator(".just-changed")).to_have_count(0)


def test_an_open_form_says_at_once_that_its_record_was_changed(
    open_live: Callable[..., Page], city: Connection
) -> None:
    """What has been entered stays; the new state is shown on request, field by field where both changed something."""
    plot = plots(city, 10)[9][0]
    change(city, plot, "asking_price_eur_m2", 50)
    page = open_live(f"selected=plots/{plot}")
    page.locator(".record-tools").get_by_role("button", name="Bearbeiten").click()
    form = page.locator("#form")
    form.get_by_label("Adresse", exact=True).fill("Neue Straße 1")
    change(city, plot, "asking_price_eur_m2", 60)
    told = form.locator(".form-news")
    expect(told).to_contain_text("Bert hat diesen Datensatz am")
    expect(form.get_by_label("Adresse", exact=True)).to_have_value("Neue Straße 1")
    told.get_by_role("button", name="Neuen Stand ansehen").click()
    expect(form.locator(".conflict")).to_contain_text("Angebotspreis")
    form.get_by_role("button", name="Übernehmen und weiter bearbeiten").click()
    expect(form.get_by_label("Adresse", exact=True)).to_have_value("Neue Straße 1")
    expect(form.get_by_label("Angebotspreis")).to_have_value("60")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("form")).to_have_count(0)
    row_now = city.execute(
        "select address, asking_price_eur_m2::int, recorded_by from flurwerk.plots where id = %s", [plot]
    )
    assert row_now.fetchone() == ("Neue Straße 1", 60, "Anna")


def test_an_open_form_says_that_its_record_was_changed_among_very_many(
    open_live: Callable[..., Page], city: Connection
) -> None:
    """Of more than are told one by one, the page is not told which."""
    plot = plots(city, 15)[14][0]
    page = open_live(f"selected=plots/{plot}")
    page.locator(".record-tools").get_by_role("button", name="Bearbeiten").click()
    form = page.locator("#form")
    form.get_by_label("Adresse", exact=True).fill("Neue Straße 1")
    assert city.execute("update flurwerk.plots set note = 'alle'").rowcount > news.MOST
    expect(form.locator(".form-news")).to_contain_text("hat diesen Datensatz am")
    expect(form.get_by_label("Adresse", exact=True)).to_have_value("Neue Straße 1")


def test_where_the_stream_is_refused_the_page_asks(
    open_live: Callable[..., Page], city: Connection, live_site: Site
) -> None:
    """With 429 for the stream, changes appear all the same."""
    (plot, name) = plots(city, 12)[11]
    page = open_live(expected=("429",), wait=False)

    def refuse(route: Route) -> None:
        route.fulfill(status=429, content_type="application/problem+json", body=json.dumps({"detail": "zu viele"}))

    page.route(STREAM, refuse)
    page.reload()
    expect(row(page, name)).to_have_count(1)
    page.evaluate("app.live.listening")
    change(city, plot, "asking_price_eur_m2", 88.25)
    expect(row(page, name)).to_contain_text("88,25")
    expect(row(page, name)).to_contain_text("gerade geändert von Bert")


def test_the_public_sees_what_changes_for_it_and_no_names(open_live: Callable[..., Page], city: Connection) -> None:
    """A price of a plot on offer changes; the mark does not say by whom."""
    found = city.execute("select id, name from flurwerk_for_public.plots order by name limit 1").fetchone()
    assert found is not None
    page = open_live(token=None)
    change(city, found[0], "asking_price_eur_m2", 99.75)
    expect(row(page, found[1])).to_contain_text("99,75")
    expect(row(page, found[1]).locator(".just-changed")).to_have_text("gerade geändert")


def test_what_has_been_done_is_told_until_it_is_read(
    open_live: Callable[..., Page], city: Connection, live_site: Site
) -> None:
    """New for Anna on every computer until she says that she has read it; an entry leads to its record on the map."""
    chosen = plots(city, 20)[13:16]
    (plot, name), *_ = chosen
    page = open_live("panel=activity")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("geladen (Gewerbegrundstücke): 400 neu")
    panel.get_by_role("button", name="Alles als gelesen markieren").click()
    expect(panel).to_contain_text("nichts Neues")
    change(city, plot, "asking_price_eur_m2", 250)
    change(city, plot, "asking_price_eur_m2", 270)
    city.execute("update flurwerk.plots set horizon = 'long' where id = any (%s)", [[one for one, _ in chosen]])
    new = panel.locator("section[aria-labelledby=activity-new] > ul > li")
    expect(new).to_have_count(3)
    expect(new.nth(0)).to_contain_text("Bert hat 3 Gewerbegrundstücke geändert: Zeithorizont der Verfügbarkeit auf „")
    sentence = f"Bert hat das Grundstück „{name}“ geändert: Angebotspreis von 250\u00a0€/m² auf 270\u00a0€/m²."
    expect(new.nth(1)).to_contain_text(sentence)
    # Looking at it elsewhere does not lose it.
    other = open_live("panel=activity", lang="en")
    told = other.locator("section[aria-labelledby=activity-new] > ul > li")
    expect(told).to_have_count(3)
    expect(told.nth(1)).to_contain_text(
        f"Bert changed the plot “{name}”: Asking price from 250\u00a0€/m² to 270\u00a0€/m²."
    )
    zoom = page.evaluate("app.map.map.getZoom()")
    new.nth(1).get_by_role("link").click()
    expect(page.locator("#detail h2")).to_have_text(name)
    wait_until(lambda: page.evaluate("app.map.map.getZoom()") > zoom + 2, "the map to be there")
    new.nth(0).get_by_text("3 Datensätze").click()
    expect(new.nth(0).get_by_role("link")).to_have_count(3)
    panel.get_by_role("button", name="Alles als gelesen markieren").click()
    expect(new).to_have_count(0)
    other.reload()
    expect(other.locator("#panel")).to_contain_text("Nothing new since")


def test_what_has_been_done_is_filtered(open_live: Callable[..., Page], city: Connection) -> None:
    """By person, by layer, by own or others'; the choice is in the address, and nothing found is said."""
    page = open_live("panel=activity")
    panel = page.locator("#panel")
    change(city, plots(city, 20)[17][0], "asking_price_eur_m2", 44)
    expect(panel).to_contain_text("Bert hat")
    panel.get_by_label("Person").select_option("Bert")
    expect(panel).not_to_contain_text("geladen")
    assert "activity.by=Bert" in page.url
    panel.get_by_label("Ebene").select_option("trenches")
    expect(panel).to_contain_text("Dazu gibt es keine Änderungen.")
    panel.get_by_label("Wessen Änderungen").select_option("own")
    panel.get_by_label("Ebene").select_option("")
    expect(panel).not_to_contain_text("Bert hat")


@pytest.mark.parametrize("place", ["&view=record", ""])
def test_a_link_from_elsewhere_shows_the_record_on_the_map(
    open_live: Callable[..., Page], city: Connection, place: str
) -> None:
    """Also of a layer whose records the page does not hold, and where the link says nothing of the map."""
    found = city.execute("select id from flurwerk.trenches order by id limit 1").fetchone()
    assert found is not None
    page = open_live(f"selected=trenches/{found[0]}{place}")
    wait_until(lambda: page.evaluate("app.map.map.getZoom()") > 13, "the map to be there")
    expect(page.locator("#detail h2")).to_be_visible()


def test_a_link_to_a_memo_or_photo_shows_the_record_that_it_belongs_to(
    open_live: Callable[..., Page], city: Connection
) -> None:
    """By a link as by “Was hat sich getan”; going back does not lead there again. A person has no history to show."""
    (plot, name) = plots(city, 20)[16]
    memo = insert(city, "memos", plot=plot, text="Von Bert geschrieben")
    contact = insert(city, "contacts", name="Frau Neu")
    page = open_live(f"selected=memos/{memo}&view=record")
    shown = page.locator("#detail")
    expect(shown.locator("h2")).to_have_text(name)
    expect(shown).to_contain_text("Von Bert geschrieben")
    wait_until(lambda: page.evaluate("app.map.map.getZoom()") > 13, "the map to be there")
    photo = attach(city, picture(size=(65, 32)), inquiry=1)
    number = one(city, "select number from flurwerk.inquiries where id = 1")
    page.evaluate("(selected) => app.select(selected)", f"attachments/{photo}")
    expect(shown.locator("h2")).to_have_text(number)
    page.evaluate("(selected) => app.select(selected)", f"contacts/{contact}")
    expect(shown.locator("h2")).to_have_text("Frau Neu")
    expect(shown).not_to_contain_text("Verlauf")
    page.go_back()
    expect(shown.locator("h2")).to_have_text(number)
    page.go_back()
    expect(shown.locator("h2")).to_have_text(name)


def test_the_public_is_told_of_nobodys_work(open_live: Callable[..., Page]) -> None:
    """Without signing in there is no such panel."""
    page = open_live(token=None)
    expect(page.locator("#rail-find")).to_be_visible()
    expect(page.locator("#rail-activity")).to_have_count(0)
