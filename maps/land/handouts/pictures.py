"""The maps of hand-outs: a plot with its surroundings, and plots in the city."""

from collections.abc import Mapping, Sequence
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from maps import style
from maps.printed import Drawn, Ground, Picture, Size, overview, site
from maps.style import Style

BORDER = Style(style.BORDER, 1.2, dash="7 3 2 3")
LAND = Style(style.LAND, 0, fill=style.LAND)
CITY = Style(style.PAPER, 1.4, fill="#e4e0d6")
AREA = Style(style.INDUSTRY_EDGE, 0.9, fill=style.INDUSTRY)
AREA_IN_CITY = Style("#b9ad95", 0.4, fill="#c9bfa9")
NEIGHBOUR = Style(style.OFFER, 0.9, fill=style.OFFER, fill_opacity=0.22)
PLOT = Style(style.PERIOD, 2.4, fill=style.PERIOD, fill_opacity=0.2)
STREETS = {
    "motorway": Style(style.STREET, 9),
    "main": Style(style.STREET, 7),
    "local": Style(style.STREET, 4.5),
    "path": Style(style.STREET, 1.6, dash="4 3"),
}
"""By their kind, from the widest."""
SEVERITIES = {
    "minor": Style(style.MINOR, 0.8, dash="3 2", hatch="opposite"),
    "serious": Style(style.SERIOUS, 1, hatch="cross"),
}


def site_picture(
    dossier: Mapping[str, Any],
    plot: Mapping[str, Any],
    size: Size,
    language: str,
    *,
    ground: Ground | None = None,
    is_for_print: bool = False,
) -> Picture:
    """Draw a plot with its surroundings, on a background if there is one; ``is_for_print``: with a PNG."""
    about = shape(plot["geometry"])
    others = _neighbours(dossier, plot)
    layers = [
        Drawn(_shapes(dossier["districts"]), LAND, over_ground=0),
        Drawn(_shapes(dossier["areas"]), AREA, [place["name"] for place in dossier["areas"]], over_ground=0.25),
        *streets(dossier["streets"]),
        Drawn(_shapes(others), NEIGHBOUR, [place["name"] for place in others]),
        Drawn(_shapes(dossier["districts"]), BORDER),
        Drawn([about], PLOT),
        *(Drawn(_shapes(_restricted(plot, severity)), drawn) for severity, drawn in SEVERITIES.items()),
    ]
    return site(about, layers, size, language, ground=ground, is_for_print=is_for_print)


def streets(found: Sequence[Mapping[str, Any]]) -> list[Drawn]:
    """Return the streets as they lie where there is no background, the widest on top, with their names along them."""
    layers: list[Drawn] = []
    for kind, look in reversed(STREETS.items()):
        of_kind = [street for street in found if street["kind"] == kind]
        names = [street["name"] or "" for street in of_kind]
        layers.append(Drawn(_shapes(of_kind), look, names, are_along=True, over_ground=0))
    return layers


def city_picture(
    dossier: Mapping[str, Any],
    plots: Sequence[Mapping[str, Any]],
    size: Size,
    language: str,
    ground: Ground | None = None,
) -> Picture:
    """Draw the locations of plots in the city."""
    layers = [
        Drawn(_shapes(dossier["districts"]), CITY, over_ground=0.25),
        Drawn(_shapes(dossier["areas"]), AREA_IN_CITY, over_ground=0.5),
        Drawn(
            _shapes(dossier["districts"]),
            Style(style.PAPER, 1.2),
            [place["name"] for place in dossier["districts"]],
            are_keyed=True,
        ),
    ]
    return overview(layers, [shape(plot["geometry"]).representative_point() for plot in plots], size, language, ground)


def legend(dossier: Mapping[str, Any], plot: Mapping[str, Any], picture: Picture) -> list[str]:
    """Return the keys (of WORDS) for the legend of what a plot's picture shows."""
    shown = {
        "legend_plot": [shape(plot["geometry"])],
        "legend_neighbour": _shapes(_neighbours(dossier, plot)),
        "legend_area": _shapes(dossier["areas"]),
        "legend_border": [district.boundary for district in _shapes(dossier["districts"])],
        "legend_serious": _shapes(_restricted(plot, "serious")),
        "legend_minor": _shapes(_restricted(plot, "minor")),
    }
    return [key for key, shapes in shown.items() if any(found.intersects(picture.frame) for found in shapes)]


def _neighbours(dossier: Mapping[str, Any], plot: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [place for place in dossier["neighbours"] if place["id"] != plot["facts"]["id"]]


def _restricted(plot: Mapping[str, Any], severity: str) -> list[Mapping[str, Any]]:
    return [found for found in plot["restrictions"] if found["severity"] == severity and found["geometry"]]


def _shapes(places: Sequence[Mapping[str, Any]]) -> list[BaseGeometry]:
    return [shape(place["geometry"]) for place in places if place["geometry"]]
