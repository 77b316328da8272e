"""Editors act: they sign in, sell parts of plots, meet each other's changes, and take back their own."""

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Locator, Page, Route, expect
from psycopg import sql

from geo.access import Role, tokens
from geo.formatting import number
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.records import insert, one
from tests.test_web.conftest import Open, Site
from tests.test_web.pages import wait_for_page

REFUSED = ("status of 422",)
CONTESTED = """app.plots.records.find(({ properties: p }) =>
    p.status === "available" && p.divisible && p.min_lot_m2 && p.min_lot_m2 !== 3000 && !p.note
    && p.asking_price_eur_m2 && ![142.5, 151].includes(p.asking_price_eur_m2)).id"""
LARGE = """app.plots.records.find(({ properties: p }) =>
    p.status === "available" && p.ownership === "public" && p.divisible && p.remaining_m2 > 12000).id"""
MEASURED = """app.plots.records.find(({ properties: p }) =>
    p.status === "available" && p.ownership === "public" && p.remaining_m2 % 1 && p.remaining_m2 < 12000).id"""
CROSSING = """([id, share]) => {
    const all = app.plots.byId.get(id).geometry.coordinates.flat(2);
    const [xs, ys] = [0, 1].map((axis) => all.map((point) => point[axis]));
    const x = Math.min(...xs) + share * (Math.max(...xs) - Math.min(...xs));
    const beyond = 0.05 * (Math.max(...ys) - Math.min(...ys));
    return [[x, Math.min(...ys) - beyond], [x, Math.max(...ys) + beyond]];
}"""
ON_SCREEN = "(places) => places.map((place) => { const { x, y } = app.map.map.project(place); return { x, y }; })"
CLUSTER = """
    select key
    from flurwerk.clusters
    where id = (select cluster from flurwerk.obstructions where recorded_by = 'Irma')
"""
CLIENT = "select p.name from flurwerk.inquiries as i join flurwerk.parties as p on p.id = i.party where i.number = %s"
FIGURE = "async () => (await (await fetch('/api/kpis/public_land_m2?period=2023-H2')).json()).actual"


def editor(site: Site, open_page: Open, name: str = "Erika", **options: Any) -> Page:
    return open_page(site, token=site.token(Role.EDITOR, name), **options)


def ask(site: Site, query: str, *values: object) -> Any:
    """What the database answers."""
    with psycopg.connect(conninfo(site.database_url)) as connection:
        return one(connection, query, *values)


def opened(page: Page, deed: str, plot: int | None = None) -> Locator:
    """The form of a deed, with a plot or without."""
    if plot is None:
        if page.locator("#rail-act[aria-pressed=true]").count() == 0:
            page.locator("#rail-act").click()
        page.locator("#panel").get_by_role("button", name=deed, exact=True).click()
    else:
        page.evaluate("(id) => app.select(`plots/${id}`)", plot)
        page.get_by_role("group", name="Mit diesem Grundstück").get_by_role("button", name=deed, exact=True).click()
    form = page.locator("#form")
    expect(form.get_by_role("heading", level=2)).to_contain_text(deed)
    return form


def saved(page: Page, form: Locator, text: str | re.Pattern[str]) -> None:
    form.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator(".toast")).to_contain_text(text)
    expect(form).to_be_empty()


def rested(page: Page) -> None:
    wait_until(lambda: page.evaluate("app.map.map.loaded() && !app.map.map.isMoving()"), "the map to rest")


def draw(page: Page, form: Locator, plot: int, share: float) -> list[int]:
    """Cut a plot by two clicks on the map; the areas of the parts as the form tells them."""
    form.get_by_role("radio", name="ein Teil").check()
    rested(page)
    for position in page.evaluate(ON_SCREEN, page.evaluate(CROSSING, [plot, share])):
        page.locator("#map canvas").click(position=position)
    return areas(form)


def areas(form: Locator) -> list[int]:
    parts = form.locator(".parts .count")
    expect(parts.first).to_be_visible()
    return [int(re.sub(r"\D", "", text.partition("m²")[0])) for text in parts.all_inner_texts()]


def test_the_signed_out_see_no_way_to_edit_until_they_sign_in(shared_site: Site, open_page: Open) -> None:
    page = open_page(shared_site, expected=("status of 401",))
    page.locator(".list tbody button").first.click()
    expect(page.locator(".drawer h2")).to_be_visible()
    expect(page.locator(".deeds")).to_have_count(0)
    expect(page.locator("#rail-act")).to_have_count(0)

    page.get_by_role("button", name="Anmelden").click()
    field = page.get_by_label("Zugangstoken")
    expect(field).to_be_focused()
    field.fill("flw_unknown-unknown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="gilt hier nicht")).to_be_visible()
    expect(field).to_be_focused()
    field.fill(shared_site.token(Role.EDITOR, "Erika"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    wait_for_page(page)
    # What was selected is selected still.
    expect(page.locator(".record-tools").get_by_role("button", name="Bearbeiten")).to_be_visible()
    assert page.evaluate("document.cookie") == ""

    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
    wait_for_page(page)
    expect(page.locator(".deeds")).to_have_count(0)


def test_readers_only_read(shared_site: Site, open_page: Open) -> None:
    page = open_page(shared_site, "selected=plots/3", token=shared_site.token(Role.READER, "Rita"))
    expect(page.locator(".drawer h2")).to_be_visible()
    expect(page.locator(".deeds")).to_have_count(0)
    expect(page.locator("#rail-act")).to_have_count(0)


def test_a_partial_sale_changes_the_kpi_and_undo_changes_it_back(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    plot = page.evaluate(LARGE)
    before = page.evaluate(FIGURE)
    rest = page.evaluate("(id) => app.plots.byId.get(id).properties.remaining_m2", plot)
    form = opened(page, "Verkauf", plot)
    parts = draw(page, form, plot, 0.4)
    assert len(parts) >= 2
    assert sum(parts) == pytest.approx(rest, rel=0.02)
    form.get_by_role("radio", name="Teil B").check()
    expect(form.locator("#field-area_m2")).to_have_value(f"{parts[1]:,}".replace(",", "."))
    form.get_by_label("Vereinbart am").fill("2023-12-01")
    saved(page, form, "Der Verkauf von")
    assert page.evaluate(FIGURE) == before + parts[1]
    status = "(id) => app.plots.byId.get(id).properties.status"
    wait_until(lambda: page.evaluate(status, plot) == "partly_taken", "the plot to be read again")
    properties = page.evaluate("(id) => app.plots.byId.get(id).properties", plot)
    assert properties["remaining_m2"] == pytest.approx(rest - parts[1], abs=0.01)
    expect(page.locator(".drawer .summary")).to_contain_text("teilweise vergeben")
    measured = ask(shared_site, "select st_area(geom) from flurwerk.transactions order by id desc limit 1")
    assert measured == pytest.approx(parts[1], abs=1)

    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("ist zurückgenommen")
    assert page.evaluate(FIGURE) == before
    expect(page.locator(".drawer .summary")).to_contain_text("verfügbar")


def test_nothing_is_left_of_a_plot_that_is_reserved_as_a_whole(shared_site: Site, open_page: Open) -> None:
    """Nor sold: a plot whose measured area is no whole number would stay on offer with the rest of a square metre."""
    page = editor(shared_site, open_page)
    plot = page.evaluate(MEASURED)
    form = opened(page, "Verkauf", plot)
    rest = page.evaluate("(id) => app.plots.byId.get(id).properties.remaining_m2", plot)
    expect(form.locator("#field-area_m2")).to_have_value(number(rest, "de"))
    form.get_by_role("button", name="Abbrechen").click()
    form = opened(page, "Reservieren", plot)
    saved(page, form, "ist reserviert")
    status = "(id) => app.plots.byId.get(id).properties.status"
    wait_until(lambda: page.evaluate(status, plot) == "reserved", "the plot to be read again")
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("ist zurückgenommen")


def test_a_part_is_cut_off_by_keyboard_too(shared_site: Site, open_page: Open) -> None:
    """With typed coordinates, of either kind; a line that cuts nothing is told why."""
    page = editor(shared_site, open_page, expected=REFUSED)
    plot = page.evaluate(LARGE)
    form = opened(page, "Reservieren", plot)
    form.get_by_role("radio", name="ganze").focus()
    page.keyboard.press("ArrowDown")
    (west, south), (east, north) = page.evaluate(CROSSING, [plot, 0.5])
    form.get_by_text("Koordinaten der Linie").press("Enter")
    field = form.get_by_label("Ein Punkt je Zeile")
    field.fill(f"{west} {south}\nx")
    expect(form.get_by_text("lässt sich nicht lesen")).to_be_visible()
    field.fill(f"{west} {south}\n{west} {south + (north - south) / 2}")
    expect(form.get_by_text("Die Linie teilt das Grundstück nicht")).to_be_visible()
    field.fill(f"{north:.7f}, {east:.7f}\n{west:.7f}; {south:.7f}".replace(".", ","))
    in_degrees = areas(form)
    query = "select st_x(p) || ' ' || st_y(p) from st_transform(st_setsrid(st_makepoint(%s, %s), 4326), 25832) as p"
    field.fill("\n".join(ask(shared_site, query, *point) for point in ((west, south), (east, north))))
    expect(form.locator(".sketch .badge")).to_have_text("2")
    wait_until(lambda: areas(form) == in_degrees, "the same parts")
    expect(form.locator("#field-area_m2")).to_have_value(f"{in_degrees[-1]:,}".replace(",", "."))
    saved(page, form, "ist reserviert")
    area = ask(shared_site, "select area_m2 from flurwerk.reservations order by id desc limit 1")
    assert int(area) == in_degrees[-1]


def test_the_second_of_two_editors_sees_what_the_first_has_changed_and_decides(
    shared_site: Site, open_page: Open
) -> None:
    erika = editor(shared_site, open_page, expected=("status of 412",))
    anna = editor(shared_site, open_page, "Anna")
    plot = erika.evaluate(CONTESTED)
    forms = [opened(page, "Bearbeiten", plot) for page in (erika, anna)]
    before = erika.evaluate("(id) => app.plots.byId.get(id).properties.asking_price_eur_m2", plot)
    forms[1].get_by_label("Angebotspreis").fill("151")
    forms[1].get_by_label("Kleinste Teilfläche").fill("3000")
    saved(anna, forms[1], "ist gespeichert")

    form = forms[0]
    form.get_by_label("Angebotspreis").fill("142,5")
    form.get_by_label("Notiz").fill("Preis abgestimmt")
    form.get_by_role("button", name="Speichern").click()
    expect(form.get_by_role("heading", name="Inzwischen geändert")).to_be_focused()
    expect(form).to_contain_text("Anna hat diesen Datensatz am")
    price = form.get_by_role("group", name="Angebotspreis")
    expect(price).to_contain_text(f"Vorher: {before:n}".replace(".", ","))
    expect(price.get_by_role("radio", name="Anna: 151")).not_to_be_checked()
    expect(form.get_by_role("group", name="Kleinste Teilfläche").get_by_role("radio", name="Anna")).to_be_checked()
    expect(form.get_by_role("group", name="Notiz").get_by_role("radio", name="Sie")).to_be_checked()
    form.get_by_role("button", name="So speichern").click()
    expect(form.get_by_text("Bitte bei jedem Feld entscheiden")).to_be_visible()
    assert ask(shared_site, "select asking_price_eur_m2 from flurwerk.plots where id = %s", plot) == 151
    price.get_by_role("radio", name="Sie: 142,5").check()
    form.get_by_role("button", name="So speichern").click()
    expect(erika.locator(".toast")).to_contain_text("ist gespeichert")
    row = "select asking_price_eur_m2 || ' ' || min_lot_m2 || ' ' || note from flurwerk.plots where id = %s"
    assert ask(shared_site, row, plot) == "142.50 3000.00 Preis abgestimmt"


def test_what_is_wrong_is_told_at_the_field_in_the_words_of_the_rule(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, expected=REFUSED)
    plot = page.evaluate(LARGE)
    form = opened(page, "Erbbaurecht", plot)
    area = form.locator("#field-area_m2")
    area.fill("99999999")
    form.get_by_role("button", name="Speichern").click()
    expect(area).to_be_focused()
    expect(area).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#field-area_m2-error")).to_contain_text("Betroffen: ")
    area.fill("1000")
    expect(area).to_have_attribute("aria-invalid", "false")
    form.get_by_label("Beurkundet am").fill("2023-05-01")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-agreed_on-error")).to_contain_text("Beurkundet am")
    expect(form.get_by_label("Vereinbart am")).to_be_focused()
    form.get_by_label("Anfrage", exact=True).fill("gibt es nicht")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-inquiry-error")).to_contain_text("vorgeschlagenen")
    form.get_by_role("button", name="Abbrechen").click()
    page.get_by_role("dialog").get_by_role("button", name="Verwerfen").click()
    expect(form).to_be_empty()
    expect(page.get_by_role("button", name="Erbbaurecht")).to_be_focused()


def test_a_plot_is_reserved_for_an_inquiry_with_an_expiry(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    plot = page.evaluate(LARGE)
    form = opened(page, "Reservieren", plot)
    inquiry = form.get_by_label("Anfrage", exact=True)
    inquiry.click()
    form.locator("[role=option]").first.click()
    label = inquiry.input_value()
    until = form.get_by_label("Reserviert bis")
    until.fill("")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-expires_on-error")).to_have_text("Bitte ausfüllen.")
    until.fill("2030-12-31")
    saved(page, form, "ist reserviert")
    expect(page.locator(".drawer .summary")).to_contain_text("reserviert")
    query = """
        select i.number || ' ' || r.expires_on
        from flurwerk.reservations as r
        join flurwerk.inquiries as i on i.id = r.inquiry
        where r.plot = %s
        order by r.id desc
        limit 1
    """
    assert ask(shared_site, query, plot) == f"{label.partition(' · ')[0]} 2030-12-31"


def test_an_inquiry_gets_its_new_client_in_the_same_form_and_then_its_plots(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, expected=REFUSED)
    form = opened(page, "Anfrage")
    form.get_by_role("button", name="Speichern", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text(
        "Bitte mindestens eines ausfüllen: Geplante Nutzung, Mindestfläche"
    )
    form.locator("#field-number").fill("A 8888/2026")
    form.get_by_label("Mindestfläche").fill("5.000")
    party = form.get_by_role("combobox", name="Beteiligte")
    party.press_sequentially("Kesselschmiede Nord")
    form.get_by_role("option", name="„Kesselschmiede Nord“ neu anlegen").click()
    client = form.get_by_role("group", name="Beteiligte", exact=True)
    expect(client.get_by_label("Name")).to_have_value("Kesselschmiede Nord")
    client.get_by_label("Art der Beteiligten").select_option("")
    form.get_by_role("button", name="Speichern", exact=True).click()
    expect(client.locator("#field-party-kind-error")).not_to_be_empty()
    assert ask(shared_site, "select count(*) from flurwerk.inquiries where number = 'A 8888/2026'") == 0
    client.get_by_label("Art der Beteiligten").select_option("company")
    saved(page, form, "Die Anfrage ist erfasst")
    assert ask(shared_site, CLIENT, "A 8888/2026") == "Kesselschmiede Nord"
    page.locator(".toast").get_by_role("button", name="Passende Flächen zeigen").click()
    expect(page.get_by_role("heading", name="Gesucht")).to_be_visible()
    expect(page.get_by_label("Anfrage", exact=True)).to_contain_text("A 8888/2026")


def test_one_of_thousands_of_clients_is_found_by_its_name(shared_site: Site, open_page: Open) -> None:
    with psycopg.connect(conninfo(shared_site.database_url)) as connection:
        companies = "select 'company', 'Betrieb ' || n from generate_series(1, 5000) as n"
        connection.execute(sql.SQL("insert into parties (kind, name) {}").format(sql.SQL(companies)))
    page = editor(shared_site, open_page)
    form = opened(page, "Anfrage")
    form.get_by_label("Geplante Nutzung").fill("Lager")
    party = form.get_by_role("combobox", name="Beteiligte")
    # Typed and not chosen: there is only one of exactly this name.
    party.fill("betrieb 17")
    form.locator("#field-number").fill("A 7777/2026")
    expect(party).to_have_value("Betrieb 17 · Unternehmen")
    saved(page, form, "Die Anfrage ist erfasst")
    assert ask(shared_site, CLIENT, "A 7777/2026") == "Betrieb 17"


def test_of_two_clients_of_one_name_nobody_chooses_for_the_editor(shared_site: Site, open_page: Open) -> None:
    with psycopg.connect(conninfo(shared_site.database_url)) as connection:
        for person in ("Ada", "Bert"):
            insert(connection, "parties", kind="company", name="Zwilling GmbH", contact_name=person)
    page = editor(shared_site, open_page)
    form = opened(page, "Anfrage")
    form.get_by_label("Geplante Nutzung").fill("Lager")
    party = form.get_by_role("combobox", name="Beteiligte")
    party.fill("Zwilling GmbH")
    form.locator("#field-number").fill("A 6666/2026")
    expect(form.locator("#field-party-error")).to_contain_text("vorgeschlagenen")
    party.fill("zwilling")
    form.get_by_role("option").filter(has_text="Bert").click()
    expect(party).to_have_value("Zwilling GmbH · Unternehmen · Bert")
    saved(page, form, "Die Anfrage ist erfasst")
    assert ask(shared_site, CLIENT.replace("p.name", "p.contact_name"), "A 6666/2026") == "Bert"


def test_two_cannot_reserve_a_plot_and_who_sells_it_nevertheless_has_to_say_so(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page, expected=REFUSED)
    plot = page.evaluate(LARGE)
    form = opened(page, "Reservieren", plot)
    rest = page.evaluate("(id) => app.plots.byId.get(id).properties.remaining_m2", plot)
    with psycopg.connect(conninfo(shared_site.database_url)) as connection:
        insert(connection, "reservations", plot=plot, area_m2=rest, reserved_on="2023-05-02")
    form.locator("#field-area_m2").fill("5.000")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-area_m2-error")).to_contain_text("Reserviert ist mehr, als vom Grundstück frei ist")
    form.get_by_role("button", name="Abbrechen").click()
    page.get_by_role("dialog").get_by_role("button", name="Verwerfen").click()
    form = opened(page, "Verkauf", plot)
    form.locator("#field-area_m2").fill("5.000")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-despite_reservation-error")).to_contain_text("Die Fläche ist für andere reserviert")
    form.locator("#field-despite_reservation").select_option("1")
    saved(page, form, "ist erfasst")
    assert ask(shared_site, "select despite_reservation from flurwerk.transactions order by id desc limit 1")
    expect(page.locator("#detail")).to_contain_text("Wegen eines Geschäfts trotz Reservierung gelten noch")


def test_inquiries_mobile_requests_and_obstructions_are_recorded_and_taken_back(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page, "Irma")
    form = opened(page, "Anfrage")
    form.get_by_label("Anfragenummer").fill("A 9999/2026")
    form.get_by_label("Mindestfläche").fill("8000")
    saved(page, form, "Die Anfrage ist erfasst")

    form = opened(page, "Suchkreisanfrage")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#geometry-error")).to_contain_text("Ort auf der Karte")
    form.get_by_role("button", name="Punkt in die Kartenmitte setzen").click()
    saved(page, form, "Die Suchkreisanfrage ist erfasst")

    form = opened(page, "Behinderung")
    form.get_by_label("Art der Behinderung").select_option("permit")
    form.get_by_label("Ausbaucluster").fill("DG-01")
    form.get_by_role("option").filter(has_text="Benninghofen").click()
    saved(page, form, "Die Behinderung ist erfasst")

    own = page.locator("ul.own li")
    expect(own).to_have_count(3)
    expect(own.last).to_contain_text("A 9999/2026")
    own.last.get_by_role("button", name="Zurücknehmen").click()
    expect(own).to_have_count(3)
    expect(own.first).to_contain_text("gelöscht")
    assert ask(shared_site, "select count(*) from flurwerk.inquiries where number = 'A 9999/2026'") == 0
    assert ask(shared_site, "select count(*) from flurwerk.mobile_requests where recorded_by = 'Irma'") == 1
    assert ask(shared_site, CLUSTER) == "DG-01"


def test_a_panel_that_is_left_while_it_fetches_draws_nothing_over_the_next(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    held: list[Route] = []
    page.route("**/api/changes/own*", lambda route: held.append(route))
    page.locator("#rail-act").click()
    wait_until(lambda: bool(held), "the changes to be fetched")
    page.locator("#rail-find").click()
    with page.expect_response("**/api/activity?*"):
        held.pop().continue_()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name="Suchen", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Erfassen")).to_have_count(0)


def test_another_teams_indicator_is_entered_and_gets_its_line_in_the_report(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, "Irma", expected=("status of 422",))
    form = opened(page, "Gemeldete Kennzahl")
    form.get_by_label("Schlüssel").fill("site_visits")
    form.locator("#field-label").fill("Büroflächenumsatz in qm")
    form.get_by_label("Zeile im Bericht").fill("60")
    form.get_by_label("Bereich").fill("Kundenservice")
    form.get_by_label("Produkt").fill("Bestandsentwicklung")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#field-label-error")).to_contain_text("entsteht aus den Datensätzen")
    form.locator("#field-label").fill("Ortstermine")
    saved(page, form, "hat ab jetzt eine Zeile im Bericht")
    page.goto(f"{shared_site.address}/report/2023-H2?draft=true")
    expect(page.get_by_role("row").filter(has_text="Ortstermine")).to_have_count(1)
    page.get_by_role("link", name="Neue Kennzahl eines anderen Teams").click()
    expect(page.get_by_role("button", name="Gemeldete Kennzahl")).to_be_visible()


def test_what_was_recorded_is_carried_on_later(shared_site: Site, open_page: Open) -> None:
    """A sale is notarised: any record in the drawer has its form, by its schema alone."""
    sold = ask(
        shared_site,
        "select id from flurwerk.transactions where status = 'agreed' and kind = 'sale' order by id limit 1",
    )
    page = editor(shared_site, open_page, state=f"selected=transactions/{sold}")
    page.locator(".record-tools").get_by_role("button", name="Bearbeiten").click()
    form = page.locator("#form")
    form.get_by_label("Beurkundet am").fill("2024-06-01")
    saved(page, form, "ist gespeichert")
    expect(page.locator(".drawer")).to_contain_text("01.06.2024")
    assert ask(shared_site, "select status from flurwerk.transactions where id = %s", sold) == "notarised"


def test_whose_session_ends_signs_in_again_and_loses_no_input(own_site: Site, open_page: Open) -> None:
    page = editor(own_site, open_page, expected=("status of 401",))
    form = opened(page, "Bearbeiten", page.evaluate(LARGE))
    form.get_by_label("Notiz").fill("noch nicht gespeichert")
    with psycopg.connect(conninfo(own_site.database_url)) as owner:
        owner.execute("update flurwerk_access.sessions set expires_at = now()")
        owner.execute("update flurwerk_access.tokens set name = 'Erika alt' where name = 'Erika'")
        token = tokens.create(owner, "Erika", Role.EDITOR)
    form.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("heading", name="Ihre Anmeldung ist beendet")).to_be_visible()
    page.get_by_label("Zugangstoken").fill(token)
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Wieder angemeldet als Erika")
    expect(form.get_by_label("Notiz")).to_have_value("noch nicht gespeichert")
    saved(page, form, "ist gespeichert")
