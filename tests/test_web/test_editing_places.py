"""Editors draw a plot's outline anew in the page, and delete records from their forms."""

from typing import Any

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from geo.store.database import conninfo
from tests.browser import wait_until
from tests.records import insert
from tests.test_attachments.helpers import PDF, attach, picture
from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import ON_SCREEN, REFUSED, ask, editor, opened, rested, saved
from tests.test_web.test_page import violations

SIMPLE = """app.plots.records.find(({ geometry: { coordinates: parts }, properties: p }) =>
    p.status === "available" && parts.length === 1 && parts[0].length === 1 && parts[0][0].length < 8
    && p.remaining_m2 > 3000).id"""
CORNERS = "(id) => app.plots.byId.get(id).geometry.coordinates[0][0].slice(0, -1)"
BELONGINGS = """select (select count(*) from flurwerk.attachments where plot = %s)
    + (select count(*) from flurwerk.memos where plot = %s)"""
AREA = "select st_area(geom) from flurwerk.plots where id = %s"


def changing(page: Page, plot: int) -> Locator:
    """The form of a plot whose outline is about to be changed."""
    form = opened(page, "Bearbeiten", plot)
    form.get_by_role("button", name="Umriss ändern").click()
    rested(page)
    return form


def told(form: Locator) -> int:
    """The area that the form tells."""
    text = form.locator(".outline [role=status] strong").inner_text()
    return int("".join(filter(str.isdigit, text.partition("m²")[0])))


def on_screen(page: Page, places: Any) -> list[dict[str, float]]:
    """Where places of the map are within its canvas."""
    return page.evaluate(ON_SCREEN, places)


def drag(page: Page, plot: int, at: int) -> None:
    """Drag a corner of a plot away from its middle."""
    corners = on_screen(page, page.evaluate(CORNERS, plot))
    middle = {axis: sum(corner[axis] for corner in corners) / len(corners) for axis in "xy"}
    far = {axis: corners[at][axis] + 0.15 * (corners[at][axis] - middle[axis]) for axis in "xy"}
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas
    page.mouse.move(canvas["x"] + corners[at]["x"], canvas["y"] + corners[at]["y"])
    page.mouse.down()
    page.mouse.move(canvas["x"] + far["x"], canvas["y"] + far["y"], steps=3)
    page.mouse.up()


def test_a_corner_is_dragged_and_the_area_follows_and_is_saved_and_taken_back(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page)
    plot = page.evaluate(SIMPLE)
    before = ask(shared_site, AREA, plot)
    form = changing(page, plot)
    assert told(form) == pytest.approx(before, abs=1)
    view = page.evaluate("app.map.view")
    drag(page, plot, 0)
    assert page.evaluate("app.map.view") == view
    expect(form.locator(".outline [role=status]")).to_contain_text("vorher")
    drawn = told(form)
    assert abs(drawn - before) > 20
    saved(page, form, "ist gespeichert")
    assert ask(shared_site, AREA, plot) == pytest.approx(drawn, abs=1)
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("ist zurückgenommen")
    assert ask(shared_site, AREA, plot) == pytest.approx(before, abs=0.01)


def test_corners_are_added_on_a_side_and_deleted(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    plot = page.evaluate(SIMPLE)
    form = changing(page, plot)
    corners = on_screen(page, page.evaluate(CORNERS, plot))
    middle = {axis: (corners[0][axis] + corners[1][axis]) / 2 for axis in "xy"}
    badge = form.locator(".sketch .badge")
    page.locator("#map canvas").click(position=middle)  # pyright: ignore[reportArgumentType]
    expect(badge).to_have_text(str(len(corners) + 1))
    form.get_by_role("button", name="Gewählte Ecke löschen").click()
    expect(badge).to_have_text(str(len(corners)))
    # Elsewhere a click changes nothing.
    page.locator("#map canvas").click(position={"x": 20, "y": 20})
    expect(badge).to_have_text(str(len(corners)))
    page.locator("#map canvas").click(position=corners[1])  # pyright: ignore[reportArgumentType]
    form.get_by_role("button", name="Gewählte Ecke löschen").click()
    expect(badge).to_have_text(str(len(corners) - 1))
    form.get_by_role("button", name="Umriss lassen, wie er war").click()
    expect(form.locator(".outline")).not_to_contain_text("vorher")
    form.get_by_role("button", name="Abbrechen").click()
    expect(form).to_be_empty()


def test_an_outline_is_drawn_anew_by_clicks_and_by_keyboard(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    plot = page.evaluate(SIMPLE)
    form = changing(page, plot)
    places = page.evaluate(CORNERS, plot)[:3]
    form.get_by_role("button", name="Neu beginnen").click()
    expect(form.locator(".outline [role=status]")).to_contain_text("mindestens drei Ecken")
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#geometry-error")).to_contain_text("mindestens drei Ecken")
    expect(form.locator("#geometry-error")).to_be_focused()
    for position in on_screen(page, places):
        page.locator("#map canvas").click(position=position)  # pyright: ignore[reportArgumentType]
    clicked = told(form)
    assert violations(page) == []
    form.get_by_text("Koordinaten der Ecken").press("Enter")
    form.get_by_label("Ein Punkt je Zeile").fill("\n".join(f"{x} {y}" for x, y in places))
    assert told(form) == pytest.approx(clicked, rel=0.05)
    drawn = told(form)
    form.get_by_label("Amtliche Fläche").fill(str(drawn * 2))
    expect(form.locator(".outline [role=status]")).to_contain_text("weicht um 50")
    form.get_by_label("Amtliche Fläche").fill("")
    saved(page, form, "ist gespeichert")
    assert ask(shared_site, AREA, plot) == pytest.approx(drawn, abs=1)
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("ist zurückgenommen")


def test_a_refused_outline_is_told_at_the_outline(shared_site: Site, open_page: Open) -> None:
    """Less than what is sold already: the words of the violated constraint."""
    page = editor(shared_site, open_page, expected=REFUSED)
    query = """
        select t.plot
        from flurwerk.transactions as t
        join flurwerk.plots as p on p.id = t.plot
        where t.kind = 'sale'
          and t.cancelled_on is null
          and t.ended_on is null
          and st_numgeometries(p.geom) = 1
          and st_numinteriorrings(st_geometryn(p.geom, 1)) = 0
        order by t.id
        limit 1
    """
    plot = ask(shared_site, query)
    with psycopg.connect(conninfo(shared_site.database_url)) as owner:
        owner.execute("update flurwerk.plots set official_area_m2 = null where id = %s", [plot])
    page.evaluate("app.reload()")
    form = changing(page, plot)
    west, south = page.evaluate(CORNERS, plot)[0]
    form.get_by_text("Koordinaten der Ecken").press("Enter")
    tiny = [(west, south), (west + 0.0001, south), (west + 0.0001, south + 0.0001)]
    form.get_by_label("Ein Punkt je Zeile").fill("\n".join(f"{x} {y}" for x, y in tiny))
    form.get_by_role("button", name="Speichern").click()
    expect(form.locator("#geometry-error")).to_contain_text("als das Grundstück")
    assert ask(shared_site, AREA, plot) > 1000


def test_two_editors_outlines_are_decided_between(shared_site: Site, open_page: Open) -> None:
    erika = editor(shared_site, open_page, expected=("status of 412",))
    anna = editor(shared_site, open_page, "Anna")
    plot = erika.evaluate(SIMPLE)
    mine, theirs = (changing(page, plot) for page in (erika, anna))
    for page, form, at in ((erika, mine, 0), (anna, theirs, 1)):
        drag(page, plot, at)
        expect(form.locator(".outline [role=status]")).to_contain_text("vorher")
    wanted = told(mine)
    saved(anna, theirs, "ist gespeichert")
    mine.get_by_role("button", name="Speichern").click()
    outline = mine.get_by_role("group", name="Umriss")
    expect(outline.get_by_role("radio", name="Anna: ")).not_to_be_checked()
    outline.get_by_role("radio", name="Sie: ").check()
    mine.get_by_role("button", name="So speichern").click()
    expect(erika.locator(".toast")).to_contain_text("ist gespeichert")
    assert ask(shared_site, AREA, plot) == pytest.approx(wanted, abs=1)


def test_a_record_is_deleted_after_a_question_and_brought_back(shared_site: Site, open_page: Open) -> None:
    query = "select id from flurwerk.plots as p where not exists (select from flurwerk.{} as o where o.plot = p.id)"
    others = ("transactions", "reservations", "plot_restrictions", "measures")
    plot = ask(shared_site, " intersect ".join(query.format(other) for other in others) + " limit 1")
    with psycopg.connect(conninfo(shared_site.database_url)) as owner:
        for colour in ("#5a3d8a", "#8a3d5a"):
            attach(owner, picture(colour=colour), plot=plot)
        attach(owner, PDF.replace(b"%PDF-1.7", b"%PDF-1.5"), plot=plot)
        insert(owner, "memos", plot=plot, text="Zufahrt geklärt")
    page = editor(shared_site, open_page)
    every = page.evaluate("app.plots.records.length")
    form = opened(page, "Bearbeiten", plot)
    form.get_by_role("button", name="Löschen").press("Enter")
    question = page.get_by_role("dialog", name="Datensatz löschen?")
    expect(question.get_by_role("button", name="Behalten")).to_be_focused()
    expect(question).to_contain_text(
        "2 Fotos, 1 Dokument und 1 Vermerk werden mit gelöscht. Nehmen Sie das Löschen binnen 30 Tagen zurück,"
    )
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    form.get_by_role("button", name="Löschen").click()
    question.get_by_role("button", name="Löschen").click()
    expect(page.locator(".toast")).to_contain_text("ist gelöscht")
    expect(form).to_be_empty()
    expect(page.locator(".drawer")).to_have_count(0)
    wait_until(lambda: page.evaluate("app.plots.records.length") == every - 1, "the plot to be gone")
    assert ask(shared_site, "select count(*) from flurwerk.plots where id = %s", plot) == 0
    assert ask(shared_site, BELONGINGS, plot, plot) == 0
    page.locator(".toast").get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator(".toast")).to_contain_text("ist zurückgenommen")
    assert ask(shared_site, "select count(*) from flurwerk.plots where id = %s", plot) == 1
    assert ask(shared_site, BELONGINGS, plot, plot) == 4


def test_deleting_a_party_is_said_to_be_final_and_where_it_will_be_missing(shared_site: Site, open_page: Open) -> None:
    with psycopg.connect(conninfo(shared_site.database_url)) as owner:
        party = insert(owner, "parties", kind="company", name="Zweigwerk Nord GmbH")
        insert(owner, "inquiries", kind="plot", number="Z 1", party=party)
    page = editor(shared_site, open_page)
    page.evaluate("(id) => app.select(`parties/${id}`)", party)
    page.locator(".record-tools").get_by_role("button", name="Bearbeiten").click()
    page.locator("#form").get_by_role("button", name="Löschen").click()
    question = page.get_by_role("dialog", name="Datensatz löschen?")
    expect(question).to_contain_text("Das Löschen lässt sich nicht zurücknehmen.")
    expect(question).to_contain_text("geht in diesen Datensätzen verloren: Anfragen (1).")
    question.get_by_role("button", name="Löschen").click()
    expect(page.locator(".toast")).to_contain_text("ist gelöscht")
    expect(page.locator(".toast").get_by_role("button", name="Zurücknehmen")).to_have_count(0)


def test_a_record_that_others_need_is_not_deleted_and_it_is_said_why(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, expected=("status of 409",))
    needing = "select plot from flurwerk.{} where plot is not null"
    plot = ask(shared_site, f"{needing.format('transactions')} except {needing.format('reservations')} limit 1")
    form = opened(page, "Bearbeiten", plot)
    form.get_by_role("button", name="Löschen").click()
    page.get_by_role("dialog").get_by_role("button", name="Löschen").click()
    expect(form.locator(".said")).to_be_focused()
    expect(form.locator(".said")).to_contain_text("wird noch gebraucht: „Grundstücksgeschäfte“")
    assert ask(shared_site, "select count(*) from flurwerk.plots where id = %s", plot) == 1


def test_what_somebody_else_has_changed_is_not_deleted(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page, expected=("status of 412",))
    sold = ask(shared_site, "select id from flurwerk.transactions where plot is not null limit 1")
    page.evaluate("(id) => app.select(`transactions/${id}`)", sold)
    page.locator(".record-tools").get_by_role("button", name="Bearbeiten").click()
    form = page.locator("#form")
    expect(form.get_by_role("button", name="Löschen")).to_be_visible()
    with psycopg.connect(conninfo(shared_site.database_url)) as owner:
        owner.execute("update flurwerk.transactions set note = 'anders' where id = %s", [sold])
    form.get_by_role("button", name="Löschen").click()
    page.get_by_role("dialog").get_by_role("button", name="Löschen").click()
    expect(form.locator(".said")).to_contain_text("ist ein anderer als der abgerufene")
    assert ask(shared_site, "select count(*) from flurwerk.transactions where id = %s", sold) == 1
