"""The panel on mobile sites: requests with their state, and one of them with all that lies around it."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from geo.access import Role
from tests.browser import wait_until
from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import saved
from tests.test_web.test_page import violations

OPEN = "panel=mobile"


def answer(site: Site, path: str = "") -> Any:
    """What the API says."""
    found = httpx.get(f"{site.address}/api/mobile-requests{path}")
    assert found.status_code == 200, found.text
    return found.json()


def flagged(site: Site) -> dict[str, Any]:
    """A request of which a candidate needs a forecast."""
    for request in answer(site)["rows"]:
        found = answer(site, f"/{request['id']}/site")
        if any(candidate["forecast_due"] for candidate in found["candidates"]):
            return found
    raise AssertionError("the sample has one")


def drawn(page: Page, kind: str) -> int:
    """How many signs of a kind the map holds."""
    script = f"app.map.map.querySourceFeatures('mobile-site', {{ filter: ['==', ['get', 'kind'], '{kind}'] }}).length"
    return page.evaluate(script)


def test_requests_under_way_are_listed_with_their_days(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, OPEN)
    known = answer(internal_site)["rows"]
    open_ones = [row for row in known if row["status"] not in ("on_air", "withdrawn")]
    rows = page.locator(".mobile tbody tr")
    expect(rows).to_have_count(len(open_ones))
    longest = max(open_ones, key=lambda row: row["days"])
    expect(rows.first).to_contain_text(longest["source_id"])
    expect(rows.first).to_contain_text(longest["status_label"])
    expect(rows.first).to_contain_text(f"{longest['days']:,}".replace(",", "."))
    page.get_by_label("auch erledigte zeigen").check()
    expect(rows).to_have_count(len(known))


def test_a_request_shows_ring_candidates_and_what_is_sensitive_near_them(internal_site: Site, open_page: Open) -> None:
    site = flagged(internal_site)
    name = site["request"]["source_id"]
    page = open_page(internal_site, OPEN)
    page.locator(".mobile tbody").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name=f"Suchkreisanfrage {name}")).to_be_visible()
    expect(page.locator(".warning")).to_contain_text("Immissionsprognose fällig")
    candidates = page.get_by_role("region", name="Standortkandidaten").locator("tbody tr")
    expect(candidates).to_have_count(len(site["candidates"]))
    due = [candidate for candidate in site["candidates"] if candidate["forecast_due"]]
    expect(candidates.filter(has_text="Immissionsprognose fällig")).to_have_count(len(due))
    near = due[0]["sensitive_sites"][0]
    sensitive = page.get_by_role("region", name="Sensible Einrichtungen bis 100 m von einem Kandidaten")
    expect(sensitive.locator("tbody tr").first).to_contain_text(near["name"])
    wait_until(lambda: drawn(page, "ring") > 0 and drawn(page, "candidate") > 0, "ring and candidates")
    assert drawn(page, "sensitive") > 0
    assert drawn(page, "near") > 0
    west, south = site["ring"]["coordinates"][0][0]
    wait_until(
        lambda: page.evaluate(f"!app.map.map.isMoving() && app.map.map.getBounds().contains([{west}, {south}])"),
        "the ring",
    )
    page.get_by_role("button", name="Alle Anfragen").click()
    expect(page.get_by_role("region", name="Suchkreisanfragen")).to_be_visible()


def test_public_properties_inside_the_ring_tell_whether_they_are_high_enough(
    internal_site: Site, open_page: Open
) -> None:
    found = next(
        site
        for request in answer(internal_site)["rows"]
        if (site := answer(internal_site, f"/{request['id']}/site"))["properties"]
    )
    page = open_page(internal_site, f"{OPEN}&mobile.request={found['request']['id']}")
    rows = page.get_by_role("region", name="Öffentliche Immobilien im Suchkreis").locator("tbody tr")
    expect(rows).to_have_count(len(found["properties"]))
    words = {True: "hoch genug", False: "zu niedrig", None: ""}
    expect(rows.first).to_contain_text(found["properties"][0]["name"])
    expect(rows.first).to_contain_text(words[found["properties"][0]["reaches_height"]])
    wait_until(lambda: drawn(page, "property") > 0, "properties on the map")


def test_editors_propose_a_property_and_say_what_became_of_it(shared_site: Site, open_page: Open) -> None:
    """From the ring's own properties; the list and the history show it at once."""
    token = shared_site.token(Role.EDITOR, "Erika")
    signed_in = {"Authorization": f"Bearer {token}"}
    sites = f"{shared_site.address}/api/mobile-requests"
    requests = httpx.get(sites, headers=signed_in).json()["rows"]
    found = (httpx.get(f"{sites}/{row['id']}/site", headers=signed_in).json() for row in requests)
    site = next(one for one in found if one["properties"])
    name = site["properties"][0]["name"]
    page = open_page(shared_site, f"panel=mobile&mobile.request={site['request']['id']}", token=token)
    row = (
        page.get_by_role("region", name="Öffentliche Immobilien im Suchkreis")
        .locator("tbody tr")
        .filter(has_text=name)
        .first
    )
    row.get_by_role("button", name="Vorschlagen").click()
    form = page.locator("#form")
    expect(form.get_by_label("Immobilie")).to_have_value(re.compile(re.escape(name)))
    form.get_by_label("Art des Standorts").select_option(label="Gebäude")
    saved(page, form, "Der Kandidat ist erfasst.")
    candidates = page.get_by_role("region", name="Standortkandidaten").locator("tbody tr")
    expect(candidates).to_have_count(len(site["candidates"]) + 1)
    candidates.filter(has_text=name).last.get_by_role("button", name="Prüfen").click()
    expect(form.get_by_role("heading", level=2)).to_contain_text("Prüfen")
    form.get_by_label("Prüfergebnis").select_option(label="abgelehnt")
    form.get_by_label("Begründung").fill("Statik reicht nicht.")
    saved(page, form, "ist gespeichert")
    expect(candidates.filter(has_text="Statik reicht nicht.")).to_contain_text("abgelehnt")


def test_a_click_on_the_map_opens_the_request(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, OPEN)
    expect(page.locator(".mobile tbody tr").first).to_be_visible()
    known = answer(internal_site)["rows"][0]
    page.evaluate(f"void app.map.map.jumpTo({{ center: [{known['lon']}, {known['lat']}], zoom: 14 }})")
    visible = "app.map.map.loaded() && app.map.map.queryRenderedFeatures({ layers: ['mobile:all'] }).length > 0"
    wait_until(lambda: page.evaluate(visible), "the signs")
    place = page.evaluate(
        f"(() => {{ const {{ x, y }} = app.map.map.project([{known['lon']}, {known['lat']}]); return {{ x, y }}; }})()"
    )
    page.locator("#map canvas").click(position=place)
    expect(page.get_by_role("heading", name=f"Suchkreisanfrage {known['source_id']}")).to_be_visible()


def test_what_the_search_finds_opens_here(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    found = httpx.get(f"{internal_site.address}/api/search", params={"q": "sk-044", "limit": 1}).json()["hits"]
    assert [hit["layer"] for hit in found] == ["mobile_requests"]
    page.locator("#search-text").fill("sk-044")
    expect(page.locator("#search [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Suchkreisanfrage sk-044")).to_be_visible()


@pytest.mark.parametrize("state", ["", "&mobile.all=1", "&mobile.request=44"])
def test_axe_finds_nothing_serious(internal_site: Site, open_page: Open, state: str) -> None:
    page = open_page(internal_site, f"{OPEN}{state}")
    expect(page.locator(".mobile tbody tr").first).to_be_visible()
    assert violations(page) == []


def test_a_request_that_is_not_there_leads_back_to_the_list(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&mobile.request=999999", expected=("404",))
    expect(page.locator(".toast")).to_be_visible()
    expect(page.get_by_role("region", name="Suchkreisanfragen")).to_be_visible()


def test_whoever_leaves_the_panel_leaves_nothing_on_the_map(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, OPEN)
    expect(page.locator(".mobile tbody tr").first).to_be_visible()
    page.get_by_role("button", name="Breitband").click()
    expect(page.locator(".slider output")).to_be_visible()
    layers = page.evaluate("app.map.map.getStyle().layers.map(({ id }) => id)")
    assert [one for one in layers if one.startswith("mobile:")] == []
    assert page.evaluate("document.body.className.includes('wide-panel')")
