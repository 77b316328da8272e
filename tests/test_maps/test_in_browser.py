"""The internal map in a browser without a network."""

import json
from datetime import date

import pytest
from playwright.sync_api import expect

from geo.figures.kpis import evaluation
from geo.figures.kpis.broadband import TRENCH_LAID_KM
from geo.figures.kpis.figures import compute
from geo.figures.kpis.land import PUBLIC_LAND_M2
from geo.formatting import day, number
from geo.records.layers.layer import Audience
from maps import style
from maps.folium_map.legend import legend as legend_of
from maps.folium_map.overview import overview
from tests.browser import Opened
from tests.test_maps.helpers import PERIOD, Connection, OpenMap, features_of, insert_city, insert_plot

MEGABYTE = 1_000_000
ATTACK = "</script><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_the_internal_map_opens_from_disk_and_shows_everything(
    internal: str, internal_map: Opened, sample: Connection
) -> None:
    assert len(internal.encode()) < 6 * MEGABYTE
    opened = internal_map
    assert opened.page.title() == "Gewerbeflächen und Breitbandausbau · 2. Halbjahr 2023"
    assert opened.evaluate("document.documentElement.lang") == "de"
    assert opened.text(".badge").lower() == "intern"
    legend = opened.text("#legend")
    for group in legend_of(Audience.INTERNAL):
        assert group.title.de in legend
        for entry in group.entries:
            assert entry.label.de in legend
    assert "schematisch" in opened.text(".leaflet-control-attribution")
    for figure in compute(sample, [PERIOD]):
        row = f'[data-kpi="{figure.indicator.key}"]'
        assert figure.indicator.label.de in opened.text(row)
        assert figure.rounded is not None
        assert opened.text(f"{row} .actual").split()[0] == number(figure.rounded)
        expected = "–" if figure.target is None else number(figure.target)
        assert opened.text(f"{row} .target") == expected


def test_the_map_is_not_blank(internal_map: Opened) -> None:
    colours = internal_map.colours({"x": 310, "y": 60, "width": 680, "height": 800})
    for wanted in (style.LAND, style.OUTSIDE, style.OFFER, style.FIBRE, style.PERIOD):
        assert colours.get(wanted, 0) > 20, f"{wanted} is not on the map"


def test_search_finds_a_plot_and_opens_its_popup(internal: str, clicked_map: Opened) -> None:
    opened = clicked_map
    plot = next(f for f in features_of(internal, "plots") if f["properties"]["class"] == "plots-withdrawn")
    name = plot["properties"]["title"]
    opened.page.fill("#search", name.upper())
    opened.page.press("#search", "Enter")
    popup = opened.text(".leaflet-popup .popup")
    assert name in popup
    assert "vom Markt genommen" in popup
    assert number(plot["properties"]["area_m2"], "de", 0) + "\u00a0m²" in popup
    assert opened.evaluate("document.querySelector('[data-entry=plots-withdrawn]').checked")
    assert opened.evaluate("Flurwerk.map.getZoom()") > 14


def test_search_finds_other_places(internal: str, clicked_map: Opened) -> None:
    opened = clicked_map
    for layer in ("districts", "industrial_areas", "connections"):
        name = features_of(internal, layer)[-1]["properties"]["title"]
        opened.page.fill("#search", name)
        opened.page.click(f"#matches li:has-text({json.dumps(name)})")
        popup = opened.page.locator(".leaflet-popup .popup").filter(has_text=name)
        expect(popup, f"the popup of {layer}").to_be_visible()


def test_search_shows_when_nothing_is_found(internal_map: Opened) -> None:
    page = internal_map.page
    page.fill("#search", "Atlantis")
    assert internal_map.text("#matches") == "Nichts gefunden"
    page.press("#search", "Escape")
    assert not page.is_visible("#matches")
    page.fill("#search", "")


def test_a_checkbox_in_the_legend_shows_and_hides_its_features(clicked_map: Opened) -> None:
    opened = clicked_map
    box = "[data-entry=mobile-closed]"
    shown = "Flurwerk.map.hasLayer(Flurwerk.features.find(f => f.properties.class === 'mobile-closed').drawn)"
    assert not opened.evaluate(shown)
    opened.page.check(box)
    assert opened.evaluate(shown)
    opened.page.uncheck("[data-all=mobile]")
    assert not opened.evaluate(shown)


def test_a_districts_popup_shows_its_part_of_every_indicator(clicked_map: Opened, sample: Connection) -> None:
    opened = clicked_map
    opened.evaluate("Flurwerk.zoomTo(Flurwerk.map, Flurwerk.features.find(f => f.properties.title === 'Eving'))")
    popup = opened.text(".leaflet-popup .popup")
    parts = {part.part: part.amount for part in evaluation.by_district(sample, TRENCH_LAID_KM, PERIOD)}
    laid = parts["Eving"]
    assert laid
    assert number(laid, "de", 1) + " km" in popup
    opened.page.click(f'[data-kpi="{TRENCH_LAID_KM.key}"]')
    assert (
        opened.evaluate("document.querySelector('[aria-pressed=true]').textContent.trim()") == TRENCH_LAID_KM.label.de
    )
    names = opened.page.locator(".district-name").all_inner_texts()
    assert f"Eving\n{number(laid, 'de', 1)}" in names


def test_the_panel_with_the_indicators_can_be_collapsed(internal_map: Opened) -> None:
    page = internal_map.page
    assert page.is_visible("#figures-body")
    page.click("#figures h2 button")
    assert not page.is_visible("#figures-body")
    page.click("#figures h2 button")
    assert page.is_visible("#figures-body")


def test_numbers_and_dates_are_formatted_as_everywhere_else(internal_map: Opened) -> None:
    shown = "([v, d]) => Flurwerk.number(v, d)"
    for value, decimals in ((54900, 0), (0.8, None), (1234567.891, 2), (-12.5, 1), (0, 0), (1000, None)):
        assert internal_map.evaluate(shown, [value, decimals]) == number(value, "de", decimals)
    assert internal_map.evaluate("Flurwerk.day('2023-12-31')") == day(date(2023, 12, 31))


def test_the_map_is_in_english_on_request(sample: Connection, open_map: OpenMap) -> None:
    opened = open_map(overview(sample, PERIOD, audience=Audience.INTERNAL, language="en"))
    assert opened.evaluate("document.documentElement.lang") == "en"
    assert opened.text(".badge").lower() == "internal"
    assert opened.text(".period") == "H2 2023"
    for group in legend_of(Audience.INTERNAL):
        assert group.title.en in opened.text("#legend")
    assert PUBLIC_LAND_M2.label.en in opened.text("#figures")
    assert opened.evaluate("Flurwerk.number(54900, 0)") == "54,900"
    for iso in ("2023-09-05", "2024-03-31"):
        assert opened.evaluate("iso => Flurwerk.day(iso)", iso) == day(date.fromisoformat(iso), "en")


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.PUBLIC])
def test_the_map_of_an_empty_database_shows_what_to_do(
    connection: Connection, open_map: OpenMap, audience: Audience
) -> None:
    opened = open_map(overview(connection, PERIOD, audience=audience))
    assert "Noch keine Daten" in opened.text("#empty")
    assert "flurwerk load" in opened.text("#empty")
    centre = opened.evaluate("Flurwerk.map.getCenter()")
    # The middle of Germany: neither districts nor an outline say where the city is.
    assert (round(centre["lat"]), round(centre["lng"])) == (51, 11)


def test_a_map_needs_no_districts(connection: Connection, open_map: OpenMap) -> None:
    insert_plot(connection, "Allein auf weiter Flur")
    opened = open_map(overview(connection, PERIOD, audience=Audience.INTERNAL))
    assert opened.page.locator("#empty").count() == 0
    assert opened.evaluate("Flurwerk.features.length") == 1


def test_a_figure_of_which_nothing_is_counted_has_no_scale(connection: Connection, open_map: OpenMap) -> None:
    """From 0 to 0 there is nothing to compare; where something is counted, the scale says how much the darkest is."""
    insert_city(connection)
    connection.execute(
        """
        insert into transactions (kind, sector, role, area_m2, agreed_on, geom)
        select 'sale', sector, role, 900, agreed_on, st_multi(st_makeenvelope(392000, 5707000, 392030, 5707030, 25832))
        from (
            values
                ('public', 'seller', date '2023-08-01'),
                ('private', 'supporter', date '2022-08-01')
        ) as sold (sector, role, agreed_on)
        """
    )
    opened = open_map(overview(connection, PERIOD, audience=Audience.INTERNAL))
    scale = opened.page.locator("#shade-scale")
    opened.page.click(f'[data-kpi="{PUBLIC_LAND_M2.key}"]')
    expect(scale).to_contain_text("900")
    opened.page.click('[data-kpi="private_land_m2"]')
    expect(opened.page.locator(".district-name")).to_contain_text("0")
    expect(scale).to_be_hidden()


def test_text_of_records_never_becomes_markup(connection: Connection, open_map: OpenMap) -> None:
    insert_city(connection, district=ATTACK, plot=ATTACK)
    opened = open_map(overview(connection, PERIOD, audience=Audience.INTERNAL))
    opened.page.fill("#search", "onerror")
    assert ATTACK in opened.text("#matches")
    opened.page.click("#matches li:nth-child(2)")
    assert ATTACK in opened.text(".leaflet-popup .popup h3")
    assert ATTACK in opened.text(".district-name")
    plot = next(f for f in features_of(opened.page.content(), "plots"))
    assert plot["properties"]["title"] == ATTACK
    assert opened.evaluate("document.querySelectorAll('img[src=x]').length") == 0
