"""Obstructions: a layer of the map, and recorded by choosing on the map what they hold up."""

import re

import psycopg
from playwright.sync_api import Locator, Page, expect

from geo.access import Role
from geo.access.tokens import create
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import ask, editor, opened, rested, saved
from tests.test_web.test_page import violations

SIGNS = "app.map.map.queryRenderedFeatures({ layers: ['obstructions:sign'] }).map(({ id }) => id)"
DRAWN = "(layer) => app.map.map.queryRenderedFeatures({ layers: [layer] }).length"
GO = "([x, y, zoom]) => void app.map.map.jumpTo({ center: [x, y], zoom })"
MIDDLE = """
    select st_x(p) || ' ' || st_y(p)
    from flurwerk.{0} as r
    cross join st_transform(
        case
            when st_dimension(r.geom) = 0 then r.geom
            else st_lineinterpolatepoint(st_geometryn(r.geom, 1), 0.5)
        end,
        4326
    ) as p
    where r.id = {1}
"""
TRENCH = """
    select t.id
    from flurwerk.trenches as t
    cross join st_lineinterpolatepoint(st_geometryn(t.geom, 1), 0.5) as middle
    where t.laid_on is null
      and t.planned_on is not null
      and t.discarded_on is null
      and not exists (
          select from flurwerk.trenches as other where other.id <> t.id and st_dwithin(other.geom, middle, 20)
      )
    limit 1
"""
CONNECTION = "select id from flurwerk.connections where address is not null limit 1"
OBSTRUCTION = "select {} from flurwerk.obstructions where recorded_by = 'Erika' order by id desc limit 1"


def go_to(page: Page, site: Site, layer: str, record: int, zoom: float = 17) -> None:
    """Move the map so that the record lies in its middle."""
    x, y = map(float, ask(site, MIDDLE.format(layer, record)).split())
    page.evaluate(GO, [x, y, zoom])
    rested(page)


def shown(page: Page, site: Site, layer: str, field: str, record: int) -> Locator:
    """The form of an obstruction while a record is to be chosen that lies in the map's middle."""
    form = opened(page, "Behinderung")
    go_to(page, site, layer, record)
    label = form.locator(f".field:has(#field-{field})")
    label.get_by_role("button", name="Auf der Karte wählen").click()
    wait_until(lambda: page.evaluate(DRAWN, f"pick:{layer}") > 0, "what can be chosen")
    rested(page)
    return form


def test_open_obstructions_are_a_layer_that_is_fetched_when_it_is_shown(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, fresh=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wanted = page.evaluate(
        """async () => {
            const { rows } = await (await fetch("/api/rollout/obstructions")).json();
            return rows.filter((row) => row.is_open && row.bounds).length;
        }"""
    )
    assert not any("obstructions/places" in url for url in asked)
    entry = page.get_by_role("checkbox", name="Behinderungen, heute offen")
    entry.check()
    wait_until(lambda: len(set(page.evaluate(SIGNS))) > 0.5 * wanted, "the signs")
    rested(page)
    assert page.evaluate(DRAWN, "obstructions:held") > 0
    entry.uncheck()
    wait_until(lambda: page.evaluate(SIGNS) == [], "the signs to go")
    entry.check()
    wait_until(lambda: page.evaluate(SIGNS) != [], "the signs")
    assert len([url for url in asked if "obstructions/places" in url]) == 1
    assert violations(page) == []


def test_a_sign_leads_to_its_obstruction(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "shown=obstructions")
    wait_until(lambda: page.evaluate(SIGNS) != [], "the signs")
    wanted = page.evaluate(SIGNS)[0]
    page.evaluate(
        """(id) => {
            const signs = app.map.map.queryRenderedFeatures({ layers: ["obstructions:sign"] });
            const sign = signs.find((one) => one.id === id);
            app.map.map.jumpTo({ center: sign.geometry.coordinates, zoom: 18 });
        }""",
        wanted,
    )
    rested(page)
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas
    page.locator("#map canvas").click(position={"x": canvas["width"] / 2, "y": canvas["height"] / 2})
    expect(page.locator("#detail .drawer")).to_contain_text("Art der Behinderung")
    assert "selected=obstructions/" in page.url


def test_the_layer_is_only_for_those_who_see_all_of_the_rollout(
    public_site: Site, shared_site: Site, open_page: Open
) -> None:
    assert open_page(public_site).get_by_role("checkbox", name="Behinderungen, heute offen").count() == 0
    with psycopg.connect(conninfo(shared_site.database_url)) as owner:
        token = create(owner, "Olaf", Role.READER, layers=["obstructions"])
    page = open_page(shared_site, token=token)
    assert page.get_by_role("checkbox", name="Behinderungen, heute offen").count() == 0


def test_a_trench_is_chosen_on_the_map_for_an_obstruction(shared_site: Site, open_page: Open) -> None:
    trench = ask(shared_site, TRENCH)
    page = editor(shared_site, open_page, state="shown=obstructions")
    form = shown(page, shared_site, "trenches", "trench", trench)
    form.get_by_label("Ausbaucluster").fill("DG-01")
    form.get_by_role("option").filter(has_text="Benninghofen").click()
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas
    page.locator("#map canvas").click(position={"x": canvas["width"] / 2, "y": canvas["height"] / 2})
    expect(form.locator("#field-trench")).not_to_have_value("")
    expect(form.get_by_label("Ausbaucluster")).to_have_value("")
    expect(form.locator(".field:has(#field-trench) .pick [role=status]")).to_contain_text("m")
    wait_until(lambda: page.evaluate(DRAWN, "picked:line") > 0, "what was chosen")
    form.get_by_label("Art der Behinderung").select_option("ordnance")
    saved(page, form, "Die Behinderung ist erfasst")
    assert ask(shared_site, OBSTRUCTION.format("trench")) == trench
    recorded = ask(shared_site, OBSTRUCTION.format("id"))
    wait_until(lambda: recorded in page.evaluate(SIGNS), "the new obstruction's sign")
    assert page.evaluate(DRAWN, "picked:line") == 0


def test_a_connection_is_chosen_in_the_maps_middle_without_a_mouse(shared_site: Site, open_page: Open) -> None:
    connection = ask(shared_site, CONNECTION)
    page = editor(shared_site, open_page)
    form = shown(page, shared_site, "connections", "connection", connection)
    assert violations(page) == []
    form.get_by_role("button", name="In der Kartenmitte wählen").press("Enter")
    address = ask(shared_site, f"select address from flurwerk.connections where id = {connection}")
    expect(form.locator("#field-connection")).to_have_value(re.compile(re.escape(address)))
    expect(form.locator(".field:has(#field-connection) .pick [role=status]")).to_contain_text(address)


def test_a_typed_number_becomes_words_and_what_is_too_small_to_choose_is_said(
    shared_site: Site, open_page: Open
) -> None:
    trench = ask(shared_site, TRENCH)
    page = editor(shared_site, open_page)
    form = opened(page, "Behinderung")
    field = form.locator(".field:has(#field-trench)")
    told = field.locator(".pick [role=status]")
    field.get_by_role("button", name="Auf der Karte wählen").click()
    expect(told).to_contain_text("näher heranzoomen")
    field.get_by_role("button", name="Nicht auf der Karte").click()
    field.get_by_label("Trasse").fill(str(trench))
    field.get_by_label("Trasse").press("Tab")
    wait_until(lambda: page.evaluate("app.map.map.getZoom()") > 12, "the map to move there")
    expect(told).to_contain_text(" · ")
    expect(field.get_by_label("Trasse")).not_to_have_value(str(trench))
    field.get_by_label("Trasse").fill("999999999")
    field.get_by_label("Trasse").press("Tab")
    expect(field.locator("#field-trench-error")).to_contain_text("vorgeschlagenen")
    expect(told).to_be_empty()
    form.get_by_role("button", name="Abbrechen").click()
    page.get_by_role("dialog").get_by_role("button", name="Verwerfen").click()
    expect(form).to_be_empty()
