"""Finding plots for an inquiry: typed in or opened, weighed, ranked, drawn, and why others are missing."""

import re
from typing import Any

import httpx
import psycopg
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from geo.access import Role
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.records import one
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import SIZES, violations

EXPOSE = "Exposé (PDF)"
SPRING = "2027-03-31"
CALL: dict[str, Any] = {
    "min_m2": 8000,
    "zoning": "GE",
    "divisible": True,
    "fibre_required": True,
    "access": "motorway",
    "needed_by": SPRING,
}
"""„8.000 m² GE, teilbar, mit Glasfaser, nahe der A45, bis zum Frühjahr“."""
STATE = (
    "panel=match&match.min_m2=8000&match.zoning=GE&match.divisible=1&match.fibre_required=1"
    f"&match.access=motorway&match.needed_by={SPRING}"
)
RANKED = (
    "app.map.map.getSource('match-plots').getData().then(({ features }) => features.map((one) => one.properties.rank))"
)


def answer(site: Site, **wanted: Any) -> dict[str, Any]:
    """What the API answers."""
    response = httpx.post(f"{site.address}/api/matches", json=CALL | wanted)
    assert response.status_code == 200, response.text
    return response.json()


def listed(page: Page) -> list[str]:
    """The plots in their order, as the panel names them."""
    return page.locator(".ranked .hit header button").all_inner_texts()


def names(found: dict[str, Any]) -> list[str]:
    return [match["plot"]["name"] for match in found["matches"]]


def settled(page: Page, expected: list[str]) -> None:
    """Return when the panel lists these plots."""
    wait_until(lambda: listed(page) == expected, f"{expected[:3]} …")


def test_the_call_from_the_first_word_to_the_plot(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match")
    panel = page.locator("#panel")
    expect(panel.get_by_text("Tragen Sie ein, was am Telefon gesucht wird")).to_be_visible()
    panel.get_by_label("Größe, mindestens (m²)").fill("8000")
    panel.get_by_label("Nutzungsart").select_option("GE")
    panel.get_by_label("teilbar").check()
    panel.get_by_label("mit Glasfaser").check()
    panel.get_by_label("Verkehrsanbindung").select_option("motorway")
    panel.get_by_label("Benötigt bis").fill(SPRING)
    found = answer(internal_site)
    settled(page, names(found))
    expect(panel.get_by_role("status")).to_contain_text(f"{found['matched']} von {found['offered']}")
    best = panel.locator(".hit").first
    for verdict in found["matches"][0]["criteria"]:
        expect(best).to_contain_text(f"{verdict['label']} {verdict['reason']}")
    assert float(best.locator("meter").get_attribute("value") or 0) == found["matches"][0]["score"]
    best.get_by_role("button").click()
    expect(page.locator(".drawer h2")).to_have_text(found["matches"][0]["plot"]["name"])
    expect(panel.locator(".ranked > li").first).to_have_attribute("aria-current", "true")


def test_the_call_ends_with_an_expose(internal_site: Site, open_page: Open) -> None:
    """From what the caller says to what the caller gets, without leaving the page."""
    page = open_page(internal_site, "panel=match")
    panel = page.locator("#panel")
    panel.get_by_label("Größe, mindestens (m²)").fill("8000")
    panel.get_by_label("Nutzungsart").select_option("GE")
    panel.get_by_label("mit Glasfaser").check()
    name, *_ = expected = names(answer(internal_site, divisible=None, access=None, needed_by=None))
    settled(page, expected)
    panel.locator(".ranked .hit header button").first.click()
    expect(page.locator(".drawer h2")).to_have_text(name)
    with page.expect_download(timeout=60_000) as waiting:
        page.locator(".drawer").get_by_role("button", name=EXPOSE, exact=True).click()
    content = waiting.value.path().read_bytes()
    with pypdfium2.PdfDocument(content) as document:
        first = document[0].get_textpage().get_text_range()
    assert name in first
    assert "Stand" in first


COVERED = """() => {
    const { map } = app.map;
    const { width, height } = map.getCanvas().getBoundingClientRect();
    const found = { ranks: new Set(), dots: new Set(), most: 0 };
    const at = (layer, area) => map.queryRenderedFeatures(area, { layers: [layer] }).map((one) => one.properties.rank);
    at("match-plots:dot", undefined).forEach((rank) => found.dots.add(rank));
    for (let x = 0; x < width; x += 4) {
        for (let y = 0; y < height; y += 4) {
            const here = new Set(at("match-plots:rank", [x, y]));
            here.forEach((rank) => found.ranks.add(rank));
            found.most = Math.max(found.most, here.size);
        }
    }
    return { ranks: [...found.ranks], dots: found.dots.size, most: found.most };
}"""
"""The ranks whose signs are seen, the plots' dots, and the most signs at one point."""


def test_no_rank_covers_another_and_the_best_are_seen(internal_site: Site, open_page: Open) -> None:
    """In the whole city, where plots are a few pixels apart."""
    page = open_page(internal_site, f"{STATE}&view=10.3/51.51/7.47", drawn=True)
    wait_until(lambda: sorted(set(page.evaluate(RANKED))) == list(range(1, 21)), "ranks on the map")
    wait_until(lambda: page.evaluate("app.map.map.areTilesLoaded() && !app.map.map.isMoving()"), "the map")
    wait_until(lambda: page.evaluate(COVERED)["dots"] == 20, "the plots")
    found = page.evaluate(COVERED)
    assert {1, 2, 3} <= set(found["ranks"])
    assert len(found["ranks"]) > 12
    assert found["most"] == 1


def test_what_was_found_stands_on_the_map(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE)
    settled(page, names(answer(internal_site)))
    wait_until(lambda: sorted(set(page.evaluate(RANKED))) == list(range(1, 21)), "ranks on the map")
    panel = page.get_by_role("region", name="Bereich")
    panel.get_by_role("button", name="Weitere Flächen").click()
    wait_until(lambda: len(set(page.evaluate(RANKED))) > 20, "more ranks")
    page.locator("#rail-find").click()
    wait_until(lambda: page.evaluate(RANKED) == [], "no ranks beside another panel")


def test_a_permalink_restores_what_is_looked_for_and_how_it_is_weighed(internal_site: Site, open_page: Open) -> None:
    state = f"{STATE}&match.weights=fibre:9,access:0&match.hard=size,zoning"
    page = open_page(internal_site, state, fresh=True)
    expected = answer(internal_site, weights={"fibre": 9, "access": 0}, hard=["size", "zoning"])
    settled(page, names(expected))
    page.locator("#match-weights summary").click()
    expect(page.get_by_role("slider", name="Glasfaser")).to_have_value("9")
    expect(page.get_by_label("Teilbar ist ein Muss")).not_to_be_checked()
    expect(page.get_by_label("Größe, mindestens (m²)")).to_have_value("8.000")
    expect(page.get_by_label("Benötigt bis")).to_have_value("31.03.2027")


def test_weights_and_musts_change_the_ranking_at_once(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE)
    settled(page, names(answer(internal_site)))
    page.locator("#match-weights summary").click()
    page.get_by_role("slider", name="Glasfaser").press("End")
    settled(page, names(answer(internal_site, weights={"fibre": 10})))
    page.get_by_label("Glasfaser ist ein Muss").check()
    hard = ["size", "zoning", "divisible", "districts", "fibre"]
    settled(page, names(answer(internal_site, weights={"fibre": 10}, hard=hard)))
    page.get_by_role("button", name="Übliche Gewichtung").click()
    settled(page, names(answer(internal_site)))
    assert "weights" not in page.url
    assert "hard" not in page.url


def test_why_not_tells_what_excludes(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE)
    found = answer(internal_site, excluded=50)
    settled(page, names(found))
    page.get_by_text(re.compile("Warum nicht?")).click()
    wait_until(lambda: page.locator(".misses > li").count() == 50, "the excluded")
    first = page.locator(".misses > li").first
    expect(first).to_contain_text(found["excluded_plots"][0]["plot"]["name"])
    for key in found["excluded_plots"][0]["fails"]:
        verdicts = {one["key"]: one for one in found["excluded_plots"][0]["criteria"]}
        expect(first).to_contain_text(verdicts[key]["reason"])
    last = answer(internal_site, excluded=1000)["excluded_plots"][-1]["plot"]
    page.evaluate("(id) => app.select(`plots/${id}`)", last["id"])
    chosen = page.get_by_role("region", name="Ausgewählte Fläche")
    wait_until(lambda: chosen.count() == 1 and last["name"] in chosen.inner_text(), "what speaks against it")


def test_nothing_found_shows_the_nearest_misses(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match&match.min_m2=5000000")
    expect(page.get_by_text("Keine Fläche erfüllt alle Muss-Kriterien")).to_be_visible()
    settled(page, [match["plot"]["name"] for match in nearest(internal_site)])


def nearest(site: Site) -> list[dict[str, Any]]:
    """The five that come nearest to 500 ha."""
    return httpx.post(f"{site.address}/api/matches", json={"min_m2": 5_000_000}).json()["excluded_plots"]


@pytest.fixture
def waiting(internal_site: Site) -> tuple[int, str]:
    """Id and number of an open inquiry that wants GE land."""
    with psycopg.connect(conninfo(internal_site.database_url)) as connection:
        found = one(connection, "select min(inquiry) from wanted_land where zoning = 'GE'")
        return found, one(connection, "select number from inquiries where id = %s", found)


def test_an_inquiry_is_opened_and_varied(internal_site: Site, open_page: Open, waiting: tuple[int, str]) -> None:
    inquiry, number = waiting
    page = open_page(internal_site, "panel=match")
    chooser = page.get_by_label("Anfrage", exact=True)
    wait_until(lambda: chooser.locator("option").count() > 100, "the inquiries")
    expect(chooser.locator(f"option[value='{inquiry}']")).to_contain_text(number)
    chooser.select_option(str(inquiry))
    found = httpx.get(f"{internal_site.address}/api/inquiries/{inquiry}/matches").json()
    settled(page, names(found))
    page.get_by_role("button", name="Anforderungen anpassen").click()
    expect(page.get_by_label("Größe, mindestens (m²)")).to_have_value(
        f"{found['inquiry']['min_m2']:,.0f}".replace(",", ".")
    )
    settled(page, names(found))
    page.get_by_label("Größe, höchstens (m²)").fill("")
    page.get_by_label("Größe, mindestens (m²)").fill("9000000")
    expect(page.get_by_text("Keine Fläche erfüllt alle Muss-Kriterien")).to_be_visible()


def test_a_plot_leads_to_the_inquiries_that_it_would_serve(internal_site: Site, open_page: Open) -> None:
    best = answer(internal_site)["matches"][0]["plot"]["id"]
    page = open_page(internal_site, f"selected=plots/{best}")
    section = page.get_by_role("region", name="Passende Anfragen")
    found = httpx.get(f"{internal_site.address}/api/plots/{best}/inquiries").json()
    expect(section).to_contain_text(f"{found['served']} von {found['waiting']} offenen Anfragen")
    assert section.get_by_role("listitem").count() == 5
    section.get_by_role("button", name=found["inquiries"][0]["inquiry"]["number"]).click()
    expect(page.get_by_label("Anfrage", exact=True)).to_have_value(str(found["inquiries"][0]["inquiry"]["id"]))
    expect(page.locator(".ranked .hit").first).to_be_visible()


def test_a_place_is_picked_on_the_map_or_by_its_name(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE)
    settled(page, names(answer(internal_site)))
    page.get_by_role("button", name="Auf der Karte wählen").click()
    page.locator("#map canvas").click(position={"x": 500, "y": 250})
    page.wait_for_function("() => app.store.get('match.place')")
    assert page.evaluate("app.store.get('selected')") == ""
    longitude, latitude = map(float, page.evaluate("app.store.get('match.place')").split(","))
    place = {"type": "Point", "coordinates": [longitude, latitude]}
    settled(page, names(answer(internal_site, geometry=place)))
    page.get_by_label("Umkreis").fill("5000")
    settled(page, names(answer(internal_site, geometry=place, near_m=5000)))
    page.get_by_label("In der Nähe von").select_option(label="Anschlussstelle Marten")
    wait_until(lambda: page.locator(".hit", has_text="Wunschort").count() == 20, "the place to be judged")
    page.get_by_role("button", name="Auf der Karte wählen").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Auf der Karte wählen")).to_have_attribute("aria-pressed", "false")


def test_the_panel_is_used_by_keyboard(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match")
    page.get_by_label("Größe, mindestens (m²)").focus()
    page.keyboard.type("8000")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("GE")
    found = httpx.post(f"{internal_site.address}/api/matches", json={"min_m2": 8000, "zoning": "GE"}).json()
    settled(page, names(found))
    page.locator(".ranked .hit header button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drawer h2")).to_have_text(found["matches"][0]["plot"]["name"])


@pytest.mark.parametrize("state", ["panel=match", f"{STATE}&match.why=1", "panel=match&match.min_m2=5000000"])
def test_axe_finds_nothing_serious(internal_site: Site, open_page: Open, state: str) -> None:
    page = open_page(internal_site, state)
    expect(page.locator(".hit").first if "min_m2" in state else page.locator(".match .empty")).to_be_visible()
    page.locator("#panel details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_at_any_size(internal_site: Site, open_page: Open, width: int, height: int) -> None:
    page = open_page(internal_site, STATE, width=width, height=height)
    page.evaluate("document.body.classList.remove('no-panel')")
    wait_until(lambda: page.locator(".hit").count() == 20, "what was found")
    page.locator("#match-weights").evaluate("(one) => { one.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#panel").evaluate("(panel) => panel.scrollWidth - panel.clientWidth") <= 0


def test_the_result_is_a_step_away_from_the_form(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE)
    page.get_by_role("button", name="Zum Ergebnis").click()
    expect(page.locator("#match-results")).to_be_focused()
    expect(page.locator(".hit").first).to_be_in_viewport()


def test_the_signed_out_match_by_what_is_public(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site, STATE)
    settled(page, names(answer(public_site)))
    assert page.get_by_label("Anfrage", exact=True).count() == 0
    expect(page.locator(".hit").first).to_contain_text("Glasfaser nicht öffentlich")
    page.locator(".ranked .hit header button").first.click()
    expect(page.locator(".drawer h2")).to_be_visible()
    assert page.get_by_role("region", name="Passende Anfragen").count() == 0


def test_sizes_that_contradict_each_other_are_told_at_the_field(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match&match.min_m2=9000&match.max_m2=10")
    expect(page.get_by_role("alert").filter(has_text="Die Höchstfläche ist kleiner")).to_be_visible()
    expect(page.get_by_label("Größe, höchstens (m²)")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Größe, höchstens (m²)").fill("90000")
    expect(page.locator(".hit").first).to_be_visible()


def test_what_the_service_refuses_is_said(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match&match.zoning=GX", expected=("status of 400",))
    expect(page.get_by_role("alert").filter(has_text="Nutzungsart")).to_be_visible()


def test_the_page_is_english_on_request(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE, lang="en")
    expect(page.locator(".hit").first).to_contain_text("Size")
    expect(page.get_by_role("status").filter(has_text="are suitable")).to_be_visible()


def test_an_editor_records_what_was_typed_in_and_reserves_for_it(shared_site: Site, open_page: Open) -> None:
    page = open_page(
        shared_site, f"{STATE}&match.place=7.42000,51.50000", token=shared_site.token(Role.EDITOR, "Erika")
    )
    page.get_by_role("button", name="Als Anfrage erfassen").click()
    form = page.locator("#form")
    expect(form.locator("#field-min_m2")).to_have_value("8.000")
    expect(form.locator("#field-access")).to_have_value("motorway")
    form.locator("#field-number").fill("A 9998/2026")
    form.get_by_role("button", name="Speichern", exact=True).click()
    expect(form).to_be_empty()
    chooser = page.get_by_label("Anfrage", exact=True)
    wait_until(lambda: chooser.locator("option", has_text="A 9998/2026").count() == 1, "the inquiry in the list")
    with psycopg.connect(conninfo(shared_site.database_url)) as connection:
        recorded = "select id from inquiries where number = 'A 9998/2026' and divisible and geom is not null"
        inquiry = one(connection, recorded)
    chooser.select_option(str(inquiry))
    expect(page.get_by_role("heading", name="Gesucht")).to_be_visible()
    page.locator(".ranked .hit header button").first.click()
    page.get_by_role("group", name="Mit diesem Grundstück").get_by_role("button", name="Reservieren").click()
    expect(form.locator("#field-inquiry")).to_have_value(re.compile("A 9998/2026"))
    form.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator(".hit").first).to_contain_text("für diese Anfrage reserviert")


def test_the_list_follows_the_ranking_as_long_as_there_is_one(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, STATE)
    found = answer(internal_site)
    settled(page, names(found))
    rows = page.locator("#list tbody tr")
    assert rows.locator("th button").all_inner_texts() == names(found)
    heads = page.locator("#list thead th").all_inner_texts()
    # The first column chooses rows.
    assert (heads[1], heads[2], heads[4]) == ("Rang", "Grundstück", "Punkte")
    assert rows.first.locator("td").nth(1).inner_text() == "1"
    expect(page.locator("#list .pager")).to_contain_text(f"Nach Rang: {len(names(found))} von {found['matched']}")
    assert violations(page) == []
    page.locator("#list .pager").get_by_role("button", name="Weitere Flächen").click()
    more = names(answer(internal_site, limit=40))
    wait_until(lambda: rows.locator("th button").all_inner_texts() == more, "more of the ranking")
    rows.nth(1).locator("th button").click()
    expect(page.locator("#panel .ranked > li").nth(1)).to_have_attribute("aria-current", "true")
    written = page.pdf(prefer_css_page_size=True)
    assert written.startswith(b"%PDF")
    page.locator("#rail-find").click()
    expect(page.locator("#list .by-rank")).to_have_count(0)
    expect(page.locator("#list tbody tr")).to_have_count(50)


def test_without_a_plot_that_fits_the_list_is_as_usual(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match&match.min_m2=9000000")
    expect(page.get_by_text("Keine Fläche erfüllt alle Muss-Kriterien")).to_be_visible()
    expect(page.locator("#list tbody tr")).to_have_count(50)
    expect(page.locator("#list .by-rank")).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("match.min_m2=0.001", 400, "lässt sich nicht suchen: Größe, mindestens (m²)"),
        ("match.zoning=XX&match.budget_eur_m2=0", 400, "Nutzungsart, Preis bis"),
        ("match.use=Lager&match.weights=fibre:99", 400, "nicht suchen: Gewichtung"),
        ("match.inquiry=99999999", 404, "gibt es nicht"),
        ("match.inquiry=x", 400, "nicht suchen: Anfrage"),
    ],
)
def test_what_the_matching_refuses_is_said_in_german(
    internal_site: Site, open_page: Open, state: str, status: int, words: str
) -> None:
    page = open_page(internal_site, f"panel=match&{state}", expected=(f"status of {status}",))
    expect(page.locator("#panel").get_by_role("alert")).to_contain_text(words)


def test_an_inquiry_in_a_link_is_refused_to_the_signed_out_in_their_language(
    public_site: Site, open_page: Open
) -> None:
    for lang, words in (("de", "nur intern zu sehen"), ("en", "This is internal")):
        page = open_page(public_site, "panel=match&match.inquiry=1", lang=lang, expected=("status of 403",))
        expect(page.locator("#panel").get_by_role("alert")).to_contain_text(words)


@pytest.mark.parametrize(("lang", "word", "other"), [("de", "Logistik", "logistics"), ("en", "logistics", "Logistik")])
def test_uses_of_inquiries_are_named_in_the_page_s_language(
    internal_site: Site, open_page: Open, lang: str, word: str, other: str
) -> None:
    """In the choice, in what is wanted, where it is varied, and in the record; the records' own words are English."""
    query = """
        select id
        from flurwerk.inquiries
        where use = 'logistics' and status = 'open' and kind <> 'property' and duplicate_of is null
        limit 1
    """
    with psycopg.connect(conninfo(internal_site.database_url)) as connection:
        inquiry = one(connection, query)
    page = open_page(internal_site, f"panel=match&match.inquiry={inquiry}&selected=inquiries/{inquiry}", lang=lang)
    wanted = page.locator("#panel .recorded")
    expect(wanted).to_contain_text(word)
    expect(page.locator("#panel select option").filter(has_text=word).first).to_be_attached()
    expect(page.locator("#panel select option").filter(has_text=other)).to_have_count(0)
    expect(page.locator("#detail .facts")).to_contain_text(word)
    wanted.get_by_role("button").click()
    expect(page.locator("[id='match.use']")).to_have_value(word)
