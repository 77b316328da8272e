"""Everything works on narrow screens, such as a wide one at 200 or 400 %, and on dark pages."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from geo.records.layers.codes import PLOT_STATUS
from tests.browser import wait_until
from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import LARGE, ask, draw, editor, opened, rested, saved
from tests.test_web.test_obstructions import OBSTRUCTION, TRENCH, shown
from tests.test_web.test_page import AXE, SETTLED

CSS = Path(__file__).resolve().parents[2] / "maps" / "web" / "css"
COLOURS = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|lab|lch|oklab|oklch)a?\(|\b(?:white|black)\s*[;,)]", re.IGNORECASE)

# 1280 by 800 pixels at 100, 200 and 400 %, the last of a window that is higher than wide.
ZOOMED = [(1280, 800), (640, 400), (320, 512)]
FAULTS = """async () => {
    const all = axe.getRules().map(({ ruleId }) => ruleId);
    const rules = all.filter((id) => id === "region" || id.startsWith("landmark-"));
    // Rows further down are as those above.
    const context = { exclude: ["tbody tr:nth-child(n + 6)", ".ranked > li:nth-child(n + 6)"] };
    const { violations } = await axe.run(context, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        rules: Object.fromEntries(rules.map((id) => [id, { enabled: true }])),
        resultTypes: ["violations"],
        selectors: false,
    });
    const isFault = ({ id, impact }) => rules.includes(id) || impact === "serious" || impact === "critical";
    const found = violations.filter(isFault);
    const { scrollWidth, scrollHeight } = document.documentElement;
    const isTooHigh = document.querySelector("#app") && scrollHeight > innerHeight;
    return [
        ...found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)),
        ...(scrollWidth > innerWidth ? [`${scrollWidth} pixels wide`] : []),
        ...(isTooHigh ? [`${scrollHeight} pixels high`] : []),
    ];
}"""
# Whether any corner of the form's focused control is out of sight.
HIDDEN = """() => {
    const one = document.activeElement;
    if (!one.closest("#form")) return "";
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const isSeen = (x, y) => {
        const seen = document.elementFromPoint(x, y);
        return seen !== null && (one.contains(seen) || seen.contains(one));
    };
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const isFree = isSeen(x, y) && [left + 4, right - 4].every((at) => isSeen(at, top + 4) && isSeen(at, bottom - 4));
    return isFree ? "" : one.id || one.textContent.trim();
}"""


def faults(page: Page, view: str, *, is_narrow: bool = False) -> list[str]:
    """What axe-core finds in a view at each zoom and on dark pages, and where the page is larger than the window.

    ``is_narrow``: only where the view differs from one that was looked at.
    """
    found: list[str] = []
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text("utf-8"))
    schemes: list[Literal["dark", "light"]] = ["dark", "light", "light", "light"]
    looks = list(zip([ZOOMED[0], *ZOOMED], schemes, strict=True))
    for (width, height), scheme in looks[2:] if is_narrow else looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        resize(page, width, height)
        page.wait_for_function(SETTLED, timeout=60_000)
        found += [f"{view}, {width} × {height}, {scheme}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


def resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("(size) => innerWidth === size[0] && innerHeight === size[1]", arg=[width, height])


# The words that are cut off where the list's first row has them as its status.
CUT_OFF = """(words) => {
    const tag = document.querySelector(".list tbody .tag");
    return words.filter((word) => {
        tag.textContent = word;
        const { left, right } = tag.getBoundingClientRect();
        return left < 0 || right > innerWidth || tag.scrollWidth > tag.clientWidth;
    });
}"""


def go(page: Page, state: str) -> None:
    page.evaluate("(state) => { location.hash = state; }", state)
    page.wait_for_function("(state) => app.store.get('panel') === new URLSearchParams(state).get('panel')", arg=state)


MATCH = "panel=match&match.min_m2=8000&match.zoning=GE&match.divisible=1"
VIEWS = {
    "the map with a drawer": "panel=find&selected=plots/3",
    "matching": MATCH,
    "the rollout": "panel=broadband&broadband.month=2023-06",
    "what is to come": "panel=broadband&broadband.tab=ahead",
    "mobile sites": "panel=mobile",
    "indicators": "panel=indicators&indicators.period=2023-H2",
    "a hand-out": "panel=handout&shortlist=2,3",
}


def test_on_a_phone_every_status_is_read_whole_in_the_list(internal_site: Site, open_page: Open) -> None:
    """In both languages, of all plots and of those for an inquiry, without scrolling sideways."""
    words = [word for label in PLOT_STATUS.values() for word in (label.de, label.en)]
    page = open_page(internal_site, width=390, height=800)
    expect(page.locator(".list tbody .tag").first).to_be_visible()
    assert page.evaluate(CUT_OFF, words) == []
    go(page, MATCH)
    expect(page.locator(".list .by-rank tbody .tag").first).to_be_visible()
    assert page.evaluate(CUT_OFF, words) == []


@pytest.mark.parametrize("role", ["the public", "readers"])
def test_every_view_is_accessible_at_each_zoom_and_dark(
    public_site: Site, internal_site: Site, open_page: Open, role: str
) -> None:
    page = open_page(public_site if role == "the public" else internal_site)
    found: list[str] = []
    if role == "the public":
        page.get_by_label("Grundstück, Adresse").press_sequentially("hafen")
        expect(page.locator("#search [role=option]").first).to_be_visible()
        found += faults(page, "search")
        page.keyboard.press("Escape")
    for name, state in VIEWS.items():
        if role == "readers" or name in {"the map with a drawer", "matching"}:
            go(page, state)
            found += faults(page, name)
    # The map and its list by themselves, with the header's menu.
    go(page, "panel=find")
    page.locator("#rail-find").click()
    page.get_by_role("button", name="Menü").click()
    found += faults(page, "the map")
    page.get_by_role("button", name="Menü").press("Escape")
    expect(page.get_by_role("button", name="English")).to_be_hidden()
    page.locator("#rail-find").click()
    assert found == []


def test_every_form_is_accessible_at_each_zoom_and_dark_and_hides_no_field(shared_site: Site, open_page: Open) -> None:
    # Fresh, since the message about what another test has saved may still lie over the form.
    page = editor(shared_site, open_page, fresh=True)
    form = opened(page, "Bearbeiten", 2)
    found = faults(page, "the plot")
    # By the tabulator through the longest of all forms, there and back again.
    for width, height in ZOOMED:
        resize(page, width, height)
        form.get_by_role("heading", level=2).focus()
        controls = page.locator("#form").locator("button, input, select, textarea, summary").count()
        for key in ["Tab"] * controls + ["Shift+Tab"] * controls:
            page.keyboard.press(key)
            if hidden := page.evaluate(HIDDEN):
                found.append(f"{width} × {height}: hidden is {hidden}")
    form.get_by_role("button", name="Umriss ändern").click()
    found += faults(page, "the outline on the map", is_narrow=True)
    form.get_by_role("button", name="Formular schließen").click()
    opened(page, "Verkauf", 2).get_by_role("radio", name="ein Teil").check()
    found += faults(page, "a part of the plot", is_narrow=True)
    form.get_by_role("button", name="Formular schließen").click()
    page.locator("dialog[open] button.danger").click()
    resize(page, *ZOOMED[0])
    form = opened(page, "Anfrage")
    found += faults(page, "an inquiry")
    form.get_by_role("button", name="Abbrechen").click()
    found += faults(page, "what to record")
    resize(page, *ZOOMED[0])
    for panel in ("reservations", "watched", "activity"):
        go(page, f"panel={panel}")
        found += faults(page, panel)
    go(page, "panel=find&selected=plots/3")
    resize(page, *ZOOMED[0])
    page.locator(".tool-buttons").get_by_role("button", name="Drucken").click()
    page.get_by_role("dialog", name="Drucken").get_by_label("Was").select_option("5000")
    found += faults(page, "printing")
    page.get_by_role("dialog", name="Drucken").get_by_role("button", name="Abbrechen").click()
    assert found == []


def test_the_map_is_shown_to_pick_on_and_the_form_returns_where_both_have_no_room(
    own_site: Site, open_page: Open
) -> None:
    trench = ask(own_site, TRENCH)
    page = editor(own_site, open_page, width=640, height=400)
    canvas = page.locator("#map canvas")

    form = opened(page, "Suchkreisanfrage")
    expect(canvas).to_be_hidden()
    form.get_by_role("button", name="Karte", exact=True).click()
    expect(form.get_by_label("Radius")).to_be_hidden()
    canvas.click()
    expect(form.get_by_label("Radius")).to_be_visible()
    expect(canvas).to_be_hidden()
    saved(page, form, "Die Suchkreisanfrage ist erfasst")
    assert ask(own_site, "select count(*) from flurwerk.mobile_requests where recorded_by = 'Erika'") == 1

    form = shown(page, own_site, "trenches", "trench", trench)
    rested(page)
    canvas.click()
    form.get_by_label("Art der Behinderung").select_option("ordnance")
    saved(page, form, "Die Behinderung ist erfasst")
    assert ask(own_site, OBSTRUCTION.format("trench")) == trench

    resize(page, 320, 640)
    plot = page.evaluate(LARGE)
    form = opened(page, "Verkauf", plot)
    parts = draw(page, form, plot, 0.4)
    form.get_by_role("radio", name="Teil B").check()
    form.get_by_role("button", name="Karte", exact=True).click()
    form.get_by_label("Vereinbart am").fill("2023-12-01")
    saved(page, form, "Der Verkauf von")
    sold = "select area_m2::float from flurwerk.transactions where plot = %s order by id desc limit 1"
    assert ask(own_site, sold, plot) == parts[1]


def test_reports_and_loading_are_accessible_at_each_zoom_and_dark(shared_site: Site, open_page: Open) -> None:
    """To an editor, with a cell open that is written to; charts follow the page, and are light in a print."""
    page = editor(shared_site, open_page, path="/report/2023-H2?draft=true")
    page.locator("#cell-target-inquiries-2023-H2").click()
    expect(page.locator(".cell-form")).to_be_visible()
    found = faults(page, "the report")
    tick = "Object.values(Chart.instances)[0].options.scales.x.ticks.color"
    light = page.evaluate(tick)
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: page.evaluate(tick) != light, "the charts on a dark page")
    page.emulate_media(color_scheme="dark", media="print")
    wait_until(lambda: page.evaluate(tick) == light, "the charts of a print")
    page.emulate_media(media="null")
    page.goto(f"{shared_site.address}/load?lang=de")
    expect(page.locator(".log tbody tr").first).to_be_visible()
    found += faults(page, "loading")
    page.goto(f"{shared_site.address}/report?lang=de")
    expect(page.locator(".periods")).to_be_visible()
    found += faults(page, "reports")
    assert found == []


def test_what_is_chosen_shows_by_the_systems_colours_where_it_sets_them(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "selected=plots/3")
    page.emulate_media(forced_colors="active")
    look = "(selector) => Object.values(getComputedStyle(document.querySelector(selector))).join()"
    border = "(selector) => getComputedStyle(document.querySelector(selector)).borderTopWidth"
    pressed, other = (page.evaluate(look, f"#rail-{panel}") for panel in ("find", "match"))
    assert pressed != other
    assert page.evaluate("getComputedStyle(document.querySelector('#rail-find')).forcedColorAdjust") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('canvas.sign')).forcedColorAdjust") == "none"
    page.evaluate("app.select('plots/' + app.plots.hits[0].id)")
    expect(page.locator("tr.selected")).to_have_count(1)
    assert page.evaluate(border, "tr.selected > *") == "2px"
    assert page.evaluate(border, "tr:not(.selected) > *") != "2px"
    assert page.evaluate(border, ".list .tag") != "0px"


def test_colours_are_written_in_one_sheet() -> None:
    """So that each of them has its counterpart on dark pages."""
    for path in sorted(CSS.rglob("*.css")):
        if path.name != "1-colours.css":
            assert COLOURS.findall(path.read_text("utf-8")) == [], path.name
    sheet = (CSS / "1-colours.css").read_text("utf-8")
    light, dark = (re.findall(r"--[\w-]+(?=:)", part) for part in sheet.split("@media screen"))
    on_the_map = {"--on-map", "--halo", "--accent-on-map", "--picture"}
    same = {"--frame-ink", "--on-frame", "--over-frame"}
    assert set(light) - set(dark) == on_the_map | same
    assert set(dark) <= set(light)
