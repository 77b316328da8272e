"""The map draws what the legend names, at the scale of the city as well as at that of a street."""

import pytest

from maps import style
from tests.browser import Opened, wait_until
from tests.test_web.conftest import Open, Site
from tests.test_web.pages import HEIGHT, WIDTH

EVERYTHING = {
    "trenches": "trenches-laid,trenches-planned",
    "connections": "connections-connected,connections-activated,connections-recorded",
    "mobile_requests": "mobile_requests",
    "transactions": "transactions-public,transactions-private",
    "expansion_areas": "expansion_areas",
    "plot_restrictions": "restrictions-minor,restrictions-serious",
    "access_points": "access_points-motorway_junction,access_points-rail_terminal",
}


@pytest.mark.parametrize("zoom", [10, 13, 15])
def test_every_layer_that_is_shown_is_drawn_at_every_scale(internal_site: Site, open_page: Open, zoom: float) -> None:
    """Where single records would be too small or too many, marks with a count or merged lines stand for them."""
    page = open_page(internal_site, f"shown={','.join(EVERYTHING.values())}&view={zoom}/51.5136/7.4653")
    missing: dict[str, str] = {}
    for layer, entries in EVERYTHING.items():
        ids = page.evaluate(
            """([key, entries]) => {
                const { counts, entries: all } = app.legend.groups.find((group) => group.key === key);
                const shown = all.filter((entry) => entries.includes(entry.key)).flatMap((entry) => entry.layers);
                return counts ? [...shown, counts] : shown;
            }""",
            [layer, entries.split(",")],
        )
        count = f"app.map.map.queryRenderedFeatures({{ layers: {ids!r} }}).length"
        if not page.evaluate(count):
            page.evaluate("void app.map.map.zoomTo(10, { animate: false })")
            wait_until(lambda: page.evaluate("app.map.map.areTilesLoaded()"), "tiles")
            there_at_all = page.evaluate(count)
            missing[layer] = f"{there_at_all} at zoom 10"
    # Around the city's middle not everything need be near at the scale of a street.
    assert zoom > 10 or missing == {}
    assert "0 at zoom 10" not in missing.values()


def test_the_map_has_pixels(internal_site: Site, open_page: Open) -> None:
    """All other tests of the page do without. Here the shaders are compiled, and their errors would be noted."""
    page = open_page(internal_site, drawn=True)
    colours = Opened(page).colours({"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
    for wanted in (style.OUTSIDE, style.LAND, style.BORDER, style.INDUSTRY, style.OFFER):
        assert colours.get(wanted, 0) > 100, f"{wanted} is not on the map"
