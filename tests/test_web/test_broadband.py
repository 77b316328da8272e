"""The panel on the rollout: any month on the map without asking for it, tables as the API has them."""

import re
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from geo.access import Role
from geo.periods import CITY_TIME, month_end
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.records import insert, line, one
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

OPEN = "panel=broadband"
CLOSE_BY = "view=14.2/51.57680/7.45430"
"""In the middle of a cluster of which much is built."""
DRAWN = """(state) => app.map.map.isStyleLoaded() && !app.map.map.isMoving() && app.map.map.areTilesLoaded()
    && app.map.map.getLayer('rollout:laid') !== undefined"""
LINES = """(state) => {
    const found = app.map.map.queryRenderedFeatures({ layers: [`rollout:${state}`] });
    return [...new Set(found.map(({ id }) => id))];
}"""
STANDS = {
    "laid": "laid",
    "under_construction": "started and not laid",
    "cleared": "cleared and not started and not laid",
    "permitted": "permitted and not cleared and not started and not laid",
    "planned": "planned and not permitted and not cleared and not started and not laid",
}


def ready(page: Page) -> None:
    """Wait until figures and map are there."""
    expect(page.locator(".slider output")).to_be_visible()
    wait_until(lambda: page.evaluate(DRAWN), "the rollout to be drawn")


def answer(site: Site, path: str, **parameters: str) -> Any:
    """What the API says."""
    found = httpx.get(f"{site.address}/api/rollout/{path}", params=parameters)
    assert found.status_code == 200, found.text
    return found.json()


def standing(database_url: str, state: str, day: str, box: list[float]) -> set[int]:
    """The trenches that stand in a state at the end of a day, in a box of degrees, by their own dates."""
    with psycopg.connect(conninfo(database_url)) as connection:
        rows = connection.execute(
            f"""
            select id
            from flurwerk.trenches
            cross join lateral (
                select
                    coalesce(planned_reached_on <= %(day)s, false) as planned,
                    coalesce(permitted_on <= %(day)s, false) as permitted,
                    coalesce(cleared_on <= %(day)s, false) as cleared,
                    coalesce(started_on <= %(day)s, false) as started,
                    coalesce(laid_reached_on <= %(day)s, false) as laid
            ) as s
            where {STANDS[state]}
              and (discarded_on is null or discarded_on > %(day)s)
              and st_intersects(
                  geom,
                  st_transform(st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 25832)
              )
            """.encode(),
            {"day": day, **dict(zip(("west", "south", "east", "north"), box, strict=True))},
        )
        return {record for (record,) in rows}


def set_month(page: Page, index: int) -> None:
    """Move the slider as a hand does: input while it moves, change when it is let go."""
    page.locator("#broadband-month").evaluate(
        """(slider, index) => {
            slider.value = index;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            slider.dispatchEvent(new Event('change', { bubbles: true }));
        }""",
        index,
    )


def index_of(site: Site, month: str) -> int:
    return [one["month"] for one in answer(site, "timeline")["months"]].index(month)


def test_the_slider_shows_each_trench_in_the_state_of_the_month_without_asking_for_tiles(
    internal_site: Site, open_page: Open
) -> None:
    """Every state on the map is that of the records' own dates, month after month, from the tiles of the first one."""
    page = open_page(internal_site, f"{OPEN}&{CLOSE_BY}")
    ready(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # What lies under the panel's edge or the map's may or may not be drawn.
    box = page.evaluate("app.map.map.getBounds().toArray().flat()")
    west, south, east, north = box
    inner = [
        west + (east - west) * 0.05,
        south + (north - south) * 0.05,
        east - (east - west) * 0.05,
        north - (north - south) * 0.05,
    ]
    seen: set[str] = set()
    for month, day in (
        ("2021-05", "2021-05-31"),
        ("2021-12", "2021-12-31"),
        ("2022-06", "2022-06-30"),
        ("2023-12", "2023-12-31"),
    ):
        set_month(page, index_of(internal_site, month))
        expect(page).to_have_url(re.compile(f"broadband.month={month}"))
        for state in STANDS:
            least = standing(internal_site.database_url, state, day, inner)
            most = standing(internal_site.database_url, state, day, box)
            wait_until(
                lambda state=state, least=least: least <= set(page.evaluate(LINES, state)), f"{state} in {month}"
            )
            assert set(page.evaluate(LINES, state)) <= most, (state, month)
            seen |= {state} if least else set()
    assert {"laid", "planned", "permitted"} <= seen
    assert [url for url in asked if "/tiles/" in url] == []


def test_the_slider_goes_on_to_what_is_due(shared_site: Site, open_page: Open) -> None:
    """A trench appears in the month in which it is due, in figures, on the map and in the list; it is not late then."""
    due = month_end(datetime.now(CITY_TIME).date(), 4)
    geom = line((393_000, 5_708_000), (393_500, 5_708_000))
    with psycopg.connect(conninfo(shared_site.database_url), autocommit=True) as connection:
        programme = one(connection, "select min(id) from flurwerk.programmes")
        dates = {"planned_on": "2024-01-01", "due_on": due}
        trench = insert(connection, "trenches", programme=programme, cluster="NEU-1", geom=geom, **dates)
        middle = "from flurwerk.trenches cross join st_transform(st_centroid(geom), 4326) as p where id = %s"
        x, y = one(connection, f"select array[st_x(p), st_y(p)] {middle}", trench)
    try:
        state = f"{OPEN}&broadband.tab=ahead&view=15/{y:.5f}/{x:.5f}"
        page = open_page(shared_site, state, token=shared_site.token(Role.READER, "Rita"), drawn=True, fresh=True)
        ready(page)
        expect(page.locator(".states .due")).to_have_count(0)
        row = page.locator("#broadband-tab tbody tr").filter(has_text="NEU-1")
        expect(row).to_contain_text("0,5")
        now = int(page.locator("#broadband-month").input_value())
        set_month(page, now + 3)
        expect(page.locator(".slider label")).to_have_text("Fällig bis zum Ende des Monats")
        expect(row).to_have_count(0)
        before = page.locator(".states .due strong").inner_text()
        set_month(page, now + 4)
        expect(row).to_contain_text(f"{due:%d.%m.%Y}")
        assert page.locator(".states .due strong").inner_text() != before
        wait_until(lambda: trench in page.evaluate(LINES, "due"), "the trench as due")
        assert trench not in page.evaluate(LINES, "late")
        page.get_by_role("button", name="heute", exact=True).click()
        expect(page.locator(".slider label")).to_have_text("Stand am Ende des Monats")
        wait_until(lambda: page.evaluate(LINES, "due") == [], "nothing is due in a month that is not to come")
    finally:
        with psycopg.connect(conninfo(shared_site.database_url)) as connection:
            connection.execute("delete from flurwerk.trenches where id = %s", (trench,))


def test_where_nothing_is_to_come_it_says_what_would_fill_the_list(internal_site: Site, open_page: Open) -> None:
    """Without due dates it names their field; with later ones only, the slider that shows them."""
    page = open_page(internal_site)
    found = answer(internal_site, "ahead", by="cluster")
    later = f"{datetime.now(CITY_TIME).year + 2}-01"
    told: dict[str, Any] = {}
    page.route("**/api/rollout/ahead*", lambda route: route.fulfill(json={**found, "rows": [], **told}))
    for months, sentence in (
        ([], "sobald bei ihnen „Fertigstellung geplant bis“ erfasst oder geladen ist"),
        ([{"month": later, "due_km": 1, "connections": 0}], "Es gibt spätere Termine: Der Regler zeigt sie."),
    ):
        told["months"] = months
        page.evaluate("app.store.set({ panel: '' })")
        page.evaluate("app.store.set({ panel: 'broadband', 'broadband.tab': 'ahead' })")
        expect(page.locator("#broadband-tab .empty")).to_contain_text("Bis dahin ist nichts fällig")
        expect(page.locator("#broadband-tab .empty")).to_contain_text(sentence)
    page.unroute("**/api/rollout/ahead*")


def test_figures_and_tables_are_those_of_the_api(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06")
    ready(page)
    expect(page.locator(".slider output")).to_have_text("Juni 2023")
    month = next(one for one in answer(internal_site, "timeline")["months"] if one["month"] == "2023-06")
    laid = page.locator(".states li", has_text="verlegt").locator("strong").inner_text()
    assert laid == f"{month['laid_km']:.1f}\N{NO-BREAK SPACE}km".replace(".", ",")
    found = answer(internal_site, "progress", on="2023-06-30")
    rows = page.locator("[role=tabpanel] tbody tr")
    expect(rows).to_have_count(len(found["rows"]))
    assert [row.split("\t")[0] for row in rows.all_inner_texts()] == [row["label"] for row in found["rows"]]
    total = page.locator("tfoot tr").inner_text().split("\t")
    assert total[:3] == [
        "Gesamt",
        *(f"{found['total'][key]:.1f}".replace(".", ",") for key in ("planned_km", "laid_km")),
    ]


def test_rows_are_by_programme_and_of_connections_when_asked_and_sort(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06")
    ready(page)
    page.get_by_label("Zeilen").select_option("programme")
    page.get_by_label("Finanzierung").select_option("funded")
    page.get_by_role("group", name="Trassen oder Anschlüsse").get_by_role("button", name="Anschlüsse").click()
    found = answer(internal_site, "progress", on="2023-06-30", by="programme", funding="funded")
    expect(page.locator("[role=tabpanel] tbody tr")).to_have_count(len(found["rows"]))
    heading = page.locator("[role=tabpanel] thead th").nth(2)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    column = [
        int(row.split("\t")[2].replace(".", "")) for row in page.locator("[role=tabpanel] tbody tr").all_inner_texts()
    ]
    assert column == sorted((row["passed"] for row in found["rows"]), reverse=True)


def test_connections_letters_and_what_is_missing_of_them_have_their_unit(internal_site: Site, open_page: Open) -> None:
    """HG-01 plans addresses where its programme counts dwellings; WF-01's missing ones are overdue without a record."""
    page = open_page(internal_site, f"{OPEN}&broadband.month=2024-06&broadband.of=connections")
    ready(page)
    rows = page.locator("[role=tabpanel] tbody tr")
    mixed, late = (rows.filter(has_text=cluster) for cluster in ("HG-01", "WF-01"))
    expect(mixed).to_contain_text("85 von 320 Adressen")
    expect(mixed).to_contain_text("Wohneinheiten")
    expect(mixed).to_contain_text("dazu 101 Adressen nicht erfasst")
    expect(late).to_contain_text("davon 114 nicht erfasst")
    expect(page.locator("tfoot tr")).to_contain_text("Adressen und Wohneinheiten")
    expect(page.locator("[role=tabpanel]")).to_contain_text("33 Anschlüssen bauen zwei Betreiber")
    page.get_by_role("tab", name="Absichtserklärungen").click()
    expect(page.locator(".summary")).to_contain_text("132 von 32.000 Adressen")
    terminated = page.locator("[role=tabpanel] tbody tr").filter(has_text="gekündigt")
    expect(terminated).to_contain_text("04.10.2023")
    expect(terminated).to_contain_text("kein Gebiet zugeordnet")


def test_months_go_by_keyboard_and_by_themselves(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06")
    ready(page)
    slider = page.get_by_role("slider", name="Stand am Ende des Monats")
    slider.focus()
    for key, month in (("ArrowLeft", "Mai 2023"), ("ArrowRight", "Juni 2023"), ("Home", "Januar 2021")):
        page.keyboard.press(key)
        expect(page.locator(".slider output")).to_have_text(month)
        expect(slider).to_have_attribute("aria-valuetext", month)
    page.get_by_role("button", name="Zeitverlauf abspielen").click()
    expect(page.locator(".slider output")).to_have_text("März 2021", timeout=20_000)
    page.get_by_role("button", name="Zeitverlauf anhalten").click()
    expect(page.get_by_role("button", name="Zeitverlauf abspielen")).to_be_visible()
    assert "broadband.month=2021-0" in page.url


def test_a_permalink_restores_month_table_and_order(internal_site: Site, open_page: Open) -> None:
    state = f"{OPEN}&broadband.month=2022-06&broadband.tab=consents&broadband.of=connections"
    page = open_page(internal_site, state, fresh=True)
    ready(page)
    expect(page.get_by_role("tab", name="Zustimmungen")).to_have_attribute("aria-selected", "true")
    found = answer(internal_site, "consents", on="2022-06-30")
    counts = page.locator(".counts strong").all_inner_texts()
    assert [int(count) for count in counts] == [
        found["counts"][state] for state in ("deemed", "running", "incomplete", "permitted", "refused")
    ]
    expect(page.locator("[role=tabpanel] tbody tr")).to_have_count(len(found["rows"]))
    days = found["rows"][0]["days_left"]
    expect(page.locator("[role=tabpanel] tbody tr").first).to_contain_text(f"noch {days} Tage")


def test_obstructions_are_told_together_one_by_one_and_on_the_map(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06")
    ready(page)
    page.get_by_role("tab", name="Fortschritt").focus()
    for tab in ("Was kommt", "Behinderungen"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=tab)).to_be_focused()
    expect(page.get_by_role("tab", name="Behinderungen")).to_be_focused()
    found = answer(internal_site, "obstructions", on="2023-06-30")
    total = found["total"]
    expect(page.locator(".summary")).to_contain_text(
        f"{total['obstructions']} Behinderungen, davon {total['open']} offen"
    )
    tables = page.locator("[role=tabpanel] table")
    expect(tables).to_have_count(3)
    for table, rows in zip(range(3), (found["by_kind"], found["by_responsible"], found["rows"]), strict=True):
        expect(tables.nth(table).locator("tbody tr")).to_have_count(len(rows))
    marks = "app.map.map.querySourceFeatures('rollout-obstructions').length"
    wait_until(lambda: page.evaluate(marks) > 0, "marks on the map")
    page.get_by_role("tab", name="Absichtserklärungen").click()
    letters = answer(internal_site, "letters", on="2023-06-30")["rows"]
    expect(page.locator("[role=tabpanel] tbody tr")).to_have_count(len(letters))
    expect(page.locator("[role=tabpanel]")).to_contain_text("kein Gebiet zugeordnet")


def test_a_click_on_a_cluster_goes_there(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06")
    ready(page)
    page.locator("[role=tabpanel]").get_by_role("button", name="WF-01").click()
    (found,) = [row for row in answer(internal_site, "progress", on="2023-06-30")["rows"] if row["part"] == "WF-01"]
    west, south, east, north = found["bounds"]
    inside = f"""(() => {{
        const seen = app.map.map.getBounds();
        return !app.map.map.isMoving() && seen.contains([{west}, {south}]) && seen.contains([{east}, {north}]);
    }})()"""
    wait_until(lambda: page.evaluate(inside) and page.evaluate("app.map.map.getZoom()") > 11.5, "the map to be there")


def test_whoever_leaves_the_panel_finds_map_and_list_as_before(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, OPEN)
    ready(page)
    expect(page.locator("#list")).to_be_hidden()
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("#list")).to_be_visible()
    layers = page.evaluate("app.map.map.getStyle().layers.map(({ id }) => id)")
    assert [one for one in layers if one.startswith("rollout")] == []
    assert page.evaluate("app.map.map.getSource('rollout-trenches')") is None


def test_the_public_has_no_such_panels(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site, OPEN)
    expect(page.get_by_role("button", name="Breitband")).to_have_count(0)
    expect(page.get_by_role("button", name="Mobilfunk")).to_have_count(0)


def test_the_panel_speaks_english(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06", lang="en")
    ready(page)
    expect(page.locator(".slider output")).to_have_text("June 2023")
    expect(page.get_by_role("tab", name="Obstructions")).to_be_visible()


def test_what_cannot_be_loaded_is_said_and_can_be_asked_for_again(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, expected=("500", "Internal Server Error"))
    broken = "**/api/rollout/timeline*"
    page.route(broken, lambda route: route.fulfill(status=500, content_type="application/problem+json", body="{}"))
    page.get_by_role("button", name="Breitband").click()
    expect(page.get_by_role("alert")).to_contain_text("Der Ausbaustand ließ sich nicht laden")
    page.unroute(broken)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    ready(page)


def test_what_skips_to_the_list_leads_to_the_table_of_the_panel(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06")
    ready(page)
    expect(page.locator("[role=tabpanel] table")).to_be_visible()
    page.get_by_role("link", name="Zur Liste").focus()
    page.keyboard.press("Enter")
    wait_until(lambda: page.evaluate("document.activeElement.closest('#panel .scroll') !== null"), "focus in a table")


@pytest.mark.parametrize(
    "state",
    [
        "",
        "&broadband.of=connections",
        "&broadband.tab=obstructions",
        "&broadband.tab=consents",
        "&broadband.tab=letters",
    ],
)
def test_axe_finds_nothing_serious(internal_site: Site, open_page: Open, state: str) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2022-06{state}")
    ready(page)
    expect(page.locator("[role=tabpanel] tbody tr").first).to_be_visible()
    page.locator("#panel details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (390, 800)])
def test_nothing_reaches_beyond_a_small_screen(internal_site: Site, open_page: Open, width: int, height: int) -> None:
    page = open_page(internal_site, f"{OPEN}&broadband.month=2023-06", width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_where_a_months_connections_are_not_on_the_map_it_says_so(internal_site: Site, open_page: Open) -> None:
    """Further out there are today's counts only, of no other month; the note leads to where single ones are drawn."""
    page = open_page(internal_site, f"{OPEN}&broadband.month=2022-06&view=11/51.5136/7.4653")
    note = page.locator(".map-note")
    expect(page.get_by_role("button", name="Anschlüsse", exact=True)).to_be_visible()
    expect(note).to_have_count(0)
    page.get_by_role("button", name="Anschlüsse", exact=True).click()
    expect(note).to_contain_text("ab Zoomstufe 13")
    wait_until(lambda: page.evaluate("app.map.map.loaded() && !document.getAnimations().length"), "the page to rest")
    assert violations(page) == []
    note.get_by_role("button", name="Heranzoomen").press("Enter")
    expect(note).to_have_count(0)
    assert page.evaluate("app.map.map.getZoom()") >= 13
    page.evaluate("void app.map.map.jumpTo({ zoom: 11 })")
    expect(note).to_be_visible()
    page.locator("#rail-find").click()
    expect(note).to_have_count(0)
