"""The palette and the legends shared by all maps.

Colours are distinguishable with every common form of colour blindness, and never the only difference: fill, hatch, dash
or symbol differ as well, so that greyscale prints remain readable. A hue has one meaning everywhere: magenta marks what
happened in the period.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Codes, Text

INK = "#1f2933"
PAPER = "#ffffff"
OUTSIDE = "#e9ecef"
LAND = "#f7f5f0"
BORDER = "#a9a294"
INDUSTRY = "#e7e1d5"
INDUSTRY_EDGE = "#c3b9a5"

PERIOD = "#c2185b"
OFFER = "#00806a"
HELD = "#e8a317"
GONE = "#6b7480"
FIBRE = "#1659a5"
OTHER_FIBRE = "#8e7cc3"
MOBILE = "#1f2933"
MINOR = "#a87b1a"
SERIOUS = "#a1260d"

SHADES = ("#f5ead0", "#ecd8a8", "#e2c583", "#d7b160", "#c99a3c")
"""Shades for a figure by district, from few to many."""

Hatch = Literal["diagonal", "opposite", "cross", "dots"]
Symbol = Literal["circle", "ring", "half", "diamond", "square", "cross", "barrier"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a feature is drawn. Lengths are screen pixels at the scale of the whole city.

    ``symbol`` is drawn for points, and for areas too small to see. ``hatch`` is drawn in ``color`` over ``fill``.
    """

    color: str
    weight: float = 1
    opacity: float = 1
    dash: str | None = None
    fill: str | None = None
    fill_opacity: float = 1
    hatch: Hatch | None = None
    symbol: Symbol | None = None
    radius: float = 3.5

    def as_json(self) -> dict[str, Any]:
        """Return the members that are set."""
        return {name: value for name, value in asdict(self).items() if value is not None}


Shape = Literal["area", "line", "point"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A legend entry for the features of class ``key``; ``starts_visible``: shown when the map is opened."""

    key: str
    label: Text
    style: Style
    shape: Shape = "area"
    starts_visible: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    key: str
    title: Text
    entries: tuple[Entry, ...]


def _coded(layer: str, column: str, code: str) -> Text:
    codes: Codes = LAYERS[layer].column(column).codes or {}
    return codes[code]


def _plot(status: str, style: Style, starts_visible: bool = True) -> Entry:
    return Entry(f"plots-{status}", _coded("plots", "status", status), style, starts_visible=starts_visible)


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

PLOTS_ON_OFFER = (
    _plot("available", Style(OFFER, 1, fill=OFFER, fill_opacity=0.85, symbol="circle", radius=4.5)),
    _plot("partly_taken", Style(OFFER, 1.4, fill=PAPER, hatch="diagonal", symbol="half", radius=4.5)),
    _plot("reserved", Style("#8a5c00", 1, fill=HELD, fill_opacity=0.9, symbol="diamond", radius=4.5)),
)
PLOTS = Group(
    "plots",
    Text("Grundstücke, heutiger Stand", "Plots as of today"),
    (
        *PLOTS_ON_OFFER,
        _plot("planned", Style(OFFER, 1.4, dash="4 3", fill=PAPER, fill_opacity=0.5, symbol="ring", radius=3.5)),
        _plot("taken", Style(GONE, 1, fill=GONE, fill_opacity=0.55, symbol="square", radius=2.5)),
        _plot("withdrawn", Style(GONE, 1, dash="1 3", fill=PAPER, fill_opacity=0.6, symbol="cross", radius=3), False),
    ),
)

RESTRICTIONS = Group(
    "restrictions",
    LAYERS["plot_restrictions"].title,
    tuple(
        Entry(
            f"restrictions-{severity}", _coded("plot_restrictions", "severity", severity), style, starts_visible=False
        )
        for severity, style in (
            ("minor", Style(MINOR, 1, dash="3 3", hatch="opposite", symbol="cross", radius=2.5)),
            ("serious", Style(SERIOUS, 1.8, hatch="cross", symbol="cross", radius=4)),
        )
    ),
)

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

CELLS = Group(
    "cells",
    Text("Anschlüsse je 100-m-Zelle, heute", "Connections per 100 m cell, today"),
    tuple(
        Entry(
            f"cells-{key}", Text(label, label), Style(edge, 0.5, fill=fill, fill_opacity=0.9, symbol="square", radius=2)
        )
        for key, label, fill, edge in (
            ("few", "3–5", "#a8c8ea", "#5d8fc4"),
            ("some", "6–10", "#4f8fd0", "#2a69ab"),
            ("many", "> 10", "#0b3f7d", "#082c58"),
        )
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
        Entry("districts", Text("Stadtbezirke", "Districts"), Style(BORDER, 1.2, dash="8 3 2 3", fill=LAND)),
    ),
)

LEGENDS: dict[Audience, tuple[Group, ...]] = {
    Audience.INTERNAL: (DEALS, PLOTS, RESTRICTIONS, TRENCHES, CONNECTIONS, MOBILE_REQUESTS, BASE),
    Audience.PUBLIC: (
        Group(DEALS.key, DEALS.title, (*DEALS.entries, EARLIER_DEALS)),
        Group(PLOTS.key, PLOTS.title, PLOTS_ON_OFFER),
        CELLS,
        BASE,
    ),
}
"""The legend of each audience's maps, most important groups first."""

DRAWING_ORDER: tuple[str, ...] = tuple(
    entry.key
    for group in (BASE, CELLS, TRENCHES, PLOTS, RESTRICTIONS, CONNECTIONS, MOBILE_REQUESTS, DEALS)
    for entry in reversed((*group.entries, EARLIER_DEALS) if group is DEALS else group.entries)
)
"""The entries' keys from the lowest to the topmost; within a group the legend's first entry is on top."""
