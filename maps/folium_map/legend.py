"""The legend of the overview: what happened in a period, then everything else as it is today."""

from geo.profile.wording import PARTS
from geo.records.layers import LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience, Text
from maps.signs import CELLS, Signs, other_signs, signs_of
from maps.style import (
    BORDER,
    FIBRE,
    GONE,
    INDUSTRY,
    INDUSTRY_EDGE,
    LAND,
    MOBILE,
    OTHER_FIBRE,
    PAPER,
    PERIOD,
    Entry,
    Group,
    Shape,
    Style,
)

DEALS = Group(
    "deals",
    Text("Flächenumsatz im Zeitraum", "Land sold or let in the period"),
    (
        Entry(
            "deals-public",
            Text("Öffentliche Flächen", "Public land"),
            Style(PERIOD, 2.5, fill=PERIOD, fill_opacity=0.55, symbol="square", radius=6),
        ),
        Entry(
            "deals-private",
            Text("Private Flächen", "Private land"),
            Style(PERIOD, 2.5, dash="5 3", fill=PAPER, fill_opacity=0.7, hatch="diagonal", symbol="diamond", radius=7),
        ),
    ),
)

EARLIER_DEALS = Entry(
    "deals-other",
    Text("Früher beurkundet", "Notarised earlier"),
    Style(GONE, 1, fill=GONE, fill_opacity=0.4, symbol="square", radius=3),
)

PLOTS = Text("Grundstücke, heutiger Stand", "Plots as of today")

TRENCHES = Group(
    "trenches",
    Text("Trassen am Periodenende", "Trenches at the period’s end"),
    (
        Entry(
            "trenches-laid",
            Text("verlegt, gefördert", "laid, funded"),
            Style(FIBRE, 2.4),
            "line",
        ),
        Entry(
            "trenches-planned",
            Text("geplant, gefördert", "planned, funded"),
            Style(FIBRE, 1.2, opacity=0.75, dash="4 3"),
            "line",
        ),
        Entry(
            "trenches-laid_other",
            Text("verlegt, eigenwirtschaftlich", "laid, self-financed"),
            Style(OTHER_FIBRE, 1.8),
            "line",
            starts_visible=False,
        ),
        Entry(
            "trenches-planned_other",
            Text("geplant, eigenwirtschaftlich", "planned, self-financed"),
            Style(OTHER_FIBRE, 1.2, dash="2 3"),
            "line",
            starts_visible=False,
        ),
        Entry(
            "trenches-existing",
            Text("Bestandsleerrohr, Dublette", "existing duct, duplicate"),
            Style(GONE, 1.4, dash="1 4"),
            "line",
            starts_visible=False,
        ),
    ),
)

CONNECTIONS = Group(
    "connections",
    Text("Breitbandanschlüsse", "Broadband connections"),
    (
        Entry(
            "connections-period",
            Text("im Zeitraum, gefördert", "in the period, funded"),
            Style(PAPER, 0.6, fill=PERIOD, symbol="circle", radius=1.9),
            "point",
        ),
        Entry(
            "connections-period_other",
            Text("im Zeitraum, eigenwirtschaftlich", "in the period, self-financed"),
            Style(PERIOD, 1.3, fill=PAPER, symbol="ring", radius=2.2),
            "point",
        ),
        Entry(
            "connections-before",
            Text("früher angeschlossen", "connected earlier"),
            Style(PAPER, 0.6, fill=FIBRE, symbol="square", radius=2),
            "point",
            starts_visible=False,
        ),
        Entry(
            "connections-open",
            Text("noch nicht angeschlossen", "not yet connected"),
            Style(GONE, 1, symbol="cross", radius=2),
            "point",
            starts_visible=False,
        ),
    ),
)

MOBILE_REQUESTS = Group(
    "mobile",
    Text("Suchkreise für Mobilfunk", "Search rings for mobile sites"),
    (
        Entry(
            "mobile-period",
            Text("im Zeitraum angefragt", "requested in the period"),
            Style(PERIOD, 1.8, fill=PERIOD, fill_opacity=0.08, symbol="ring", radius=6),
            "point",
        ),
        Entry(
            "mobile-before",
            Text("früher angefragt, laufend", "requested earlier, running"),
            Style(MOBILE, 1.2, dash="5 4", fill=MOBILE, fill_opacity=0.04, symbol="ring", radius=6),
            "point",
            starts_visible=False,
        ),
        Entry(
            "mobile-closed",
            Text("in Betrieb, zurückgezogen", "on air, withdrawn"),
            Style(GONE, 1, dash="1 4", symbol="ring", radius=6),
            "point",
            starts_visible=False,
        ),
    ),
)

BASE = Group(
    "base",
    Text("Grundlage", "Base"),
    (
        Entry(
            "industrial_areas",
            LAYERS["industrial_areas"].title,
            Style(INDUSTRY_EDGE, 1, fill=INDUSTRY),
        ),
        Entry("districts", PARTS.plural, Style(BORDER, 1.2, dash="8 3 2 3", fill=LAND)),
    ),
)

DRAWN_BY_PERIOD = (
    "districts",
    "industrial_areas",
    "plots",
    "plot_restrictions",
    "transactions",
    "trenches",
    "connections",
    "mobile_requests",
)
"""The layers whose signs here are not those of their column: overview_sql says what belongs to which."""

LEFT_OUT = {
    "expansion_areas": "The overview is of what was built in a period, not of who is responsible for which area.",
    "streets": "It shows the whole city, where they would hide what happened.",
    "access_points": "They do not change: the advisors' map has them for those who look for land.",
}
"""The layers that the advisors' map has and the overview has not, and why."""


def others(audience: Audience) -> list[Signs]:
    """The signs of the layers that are drawn as they are today, by their own columns."""
    return other_signs((*DRAWN_BY_PERIOD, *LEFT_OUT), lambda _: audience)


def legend(audience: Audience) -> tuple[Group, ...]:
    """What an audience's map shows, from what matters most to what lies beneath."""
    plots = Group("plots", PLOTS, signs_of("plots", audience).entries)
    rest = [Group(one.layer, one.title, one.entries) for one in others(audience)]
    if audience is Audience.PUBLIC:
        deals = Group(DEALS.key, DEALS.title, (*DEALS.entries, EARLIER_DEALS))
        return (deals, plots, *([CELLS] if are_kept("connections") else []), *rest, BASE)
    signs = signs_of("plot_restrictions", audience)
    restrictions = Group("restrictions", signs.title, signs.entries)
    by_period = {"trenches": TRENCHES, "connections": CONNECTIONS, "mobile_requests": MOBILE_REQUESTS}
    kept = [group for layer, group in by_period.items() if are_kept(layer)]
    return (DEALS, plots, restrictions, *kept, *rest, BASE)


def drawing_order(audience: Audience) -> list[str]:
    """The keys of the legend's entries from the lowest to the topmost: areas, lines, points; deals above all."""
    groups = {group.key: group for group in legend(audience)}
    rest: dict[Shape, list[str]] = {"area": [], "line": [], "point": []}
    for one in others(audience):
        rest[one.shape].append(one.layer)
    order = (
        *("base", "cells", *rest["area"], "trenches", *rest["line"], "plots", "restrictions", "connections"),
        *(*rest["point"], "mobile", "deals"),
    )
    return [entry.key for key in order if key in groups for entry in reversed(groups[key].entries)]
