"""An editor records and corrects every kind of record on the page: a walk over the registry."""

import httpx
from playwright.sync_api import Page, expect

from geo.access import Role
from geo.records.layers import LAYERS
from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import ask, saved

OF_A_PLOT = {"reservations", "transactions"}
"""Kinds that are recorded from a plot's drawer, too."""
ACTIONS = """import(new URL("records/edit_actions.js", document.querySelector("script[type=module]").src))
    .then(({ RECORDED }) => RECORDED.map(({ layer }) => layer))"""
"""The layers of the records that have a button of their own."""
BELONGINGS = {"attachments", "memos"}
"""Kinds that are added in the drawer of the record that they belong to: see test_belongings.py."""


def chosen(page: Page, title: str) -> None:
    """Open the form of a kind that has no button of its own."""
    page.get_by_label("Anderes").select_option(title)
    page.locator(".other-records").get_by_role("button", name="Erfassen").click()
    expect(page.locator("#form").get_by_role("heading", level=2)).to_have_text(f"Neu: {title}")


def test_every_kind_can_be_recorded_with_all_that_it_requires(shared_site: Site, open_page: Open) -> None:
    token = shared_site.token(Role.EDITOR, "Erika")
    signed_in = {"Authorization": f"Bearer {token}"}
    page = open_page(shared_site, "panel=act", token=token)
    others = page.get_by_label("Anderes")
    expect(others).to_be_visible()
    offered = {*others.evaluate("(select) => [...select.options].map(({ value }) => value)")} - {""}
    actions = {*page.evaluate(ACTIONS)}
    assert offered | actions | BELONGINGS == {*LAYERS}
    assert offered >= OF_A_PLOT
    for key in sorted(offered):
        layer = LAYERS[key]
        chosen(page, layer.title.de)
        form = page.locator("#form")
        fields = {*form.locator("[id^=field-]").evaluate_all("(all) => all.map(({ id }) => id.slice(6))")}
        schema = httpx.get(f"{shared_site.address}/api/collections/{key}/schema", headers=signed_in).json()
        missing = {name for name in schema["required"] if not schema["properties"][name].get("readOnly")} - fields
        assert missing <= {"geometry"}, key
        assert (form.locator(".sketch").count() == 1) == bool(layer.geometry), key
        form.get_by_role("button", name="Abbrechen").click()
        expect(form).to_be_empty()


def test_a_line_and_an_area_are_drawn_by_their_coordinates(shared_site: Site, open_page: Open) -> None:
    """Too few points are told; what is recorded can be looked at."""
    page = open_page(shared_site, "panel=act", token=shared_site.token(Role.EDITOR, "Erika"))
    chosen(page, LAYERS["industrial_areas"].title.de)
    form = page.locator("#form")
    form.locator("#field-name").fill("Neues Gewerbegebiet")
    form.locator(".sketch summary").click()
    points = form.locator("#sketch-text")
    points.fill("393000 5708000\n393400 5708000")
    form.get_by_role("button", name="Speichern", exact=True).click()
    expect(form.locator("#geometry-error")).to_contain_text("eine Fläche mindestens drei")
    points.fill("393000 5708000\n393400 5708000\n393400 5708200")
    saved(page, form, "Der Datensatz ist gespeichert.")
    query = "select st_area(geom)::int from flurwerk.industrial_areas where name = 'Neues Gewerbegebiet'"
    assert ask(shared_site, query) == 40_000
    page.get_by_role("button", name="Ansehen").click()
    expect(page.locator(".drawer h2")).to_have_text("Neues Gewerbegebiet")
    chosen(page, LAYERS["trenches"].title.de)
    form.locator("#field-programme").fill(ask(shared_site, "select min(name) from flurwerk.programmes"))
    form.locator(".sketch summary").click()
    points.fill("393000 5708000\n393250 5708000")
    saved(page, form, "Der Datensatz ist gespeichert.")
    assert ask(shared_site, "select round(length_m) from flurwerk.trenches order by id desc limit 1") == 250
