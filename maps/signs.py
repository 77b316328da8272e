"""The signs of every layer's records as they are today: what the legends of all maps list, and how it looks.

A layer that is not named here has one sign by the kind of its geometry: a new layer is on both maps at once.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from geo.profile import profile
from geo.records.layers import ALL_LAYERS, LAYERS
from geo.records.layers.layer import Audience, GeometryType, Text
from geo.records.layers.views import sees
from maps.style import (
    BORDER,
    FIBRE,
    GONE,
    HELD,
    HELD_EDGE,
    INDUSTRY,
    INDUSTRY_EDGE,
    LAND,
    MINOR,
    MOBILE,
    OFFER,
    OTHER,
    OTHER_FIBRE,
    PAPER,
    PERIOD,
    SERIOUS,
    STREET,
    Entry,
    Group,
    Shape,
    Style,
)

SHAPES: Mapping[GeometryType, Shape] = {"Point": "point", "MultiLineString": "line", "MultiPolygon": "area"}
BY_GEOMETRY: Mapping[GeometryType, Style] = {
    "Point": Style(PAPER, 0.6, fill=OTHER, symbol="circle", radius=3.5),
    "MultiLineString": Style(OTHER, 2.2, dash="6 2 1 2"),
    "MultiPolygon": Style(OTHER, 1.4, dash="6 2 1 2", fill=OTHER, fill_opacity=0.15, symbol="square", radius=3.5),
}
"""The signs of layers that have none of their own."""

WITHOUT_SIGNS = {
    "former_districts": "They lie under those that are in force now.",
    "clusters": "Most fill an expansion area, and would lie under its sign.",
    "sensitive_sites": "The panel of a plot's surroundings and that of mobile sites show those that are near.",
    "reservations": "They hold a part of a plot, whose sign tells that it is reserved.",
    "measures": "Most are of a plot or an industrial area, and lie under its sign.",
    "inquiries": "Their place is what is sought, not where anything is.",
    "properties": "They are rooms within buildings that the map does not show.",
    "office_takeups": "Their place is the centre of a district.",
    "mobile_candidates": "The panel of mobile sites shows those of one request.",
}
"""The layers with a geometry that no map's legend lists, and why."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The entries of a layer; an entry's key ends with the value of ``column``, as in plots-available.

    Without a column there is one entry for all records.
    """

    layer: str
    column: str | None
    entries: tuple[Entry, ...]

    @property
    def title(self) -> Text:
        """The layer's title."""
        return ALL_LAYERS[self.layer].title

    @property
    def shape(self) -> Shape:
        """What the signs stand for: points, lines or areas."""
        return self.entries[0].shape


def _by(
    layer: str, column: str, styles: Mapping[str, Style], *, hidden: tuple[str, ...] = (), prefix: str = ""
) -> Signs:
    """Signs by the codes of a column; those of ``hidden`` are not visible until somebody ticks them."""
    described = ALL_LAYERS[layer]
    codes = described.column(column).codes or {}
    shape = SHAPES[described.geometry or "Point"]
    return Signs(
        layer,
        column,
        tuple(
            Entry(f"{prefix or layer}-{code}", codes[code], style, shape, starts_visible=code not in hidden)
            for code, style in styles.items()
        ),
    )


def _single(layer: str, style: Style, *, starts_visible: bool = True) -> Signs:
    described = ALL_LAYERS[layer]
    shape = SHAPES[described.geometry or "Point"]
    return Signs(layer, None, (Entry(layer, described.title, style, shape, starts_visible=starts_visible),))


SIGNS: dict[str, Signs] = {
    signs.layer: signs
    for signs in (
        _by(
            "plots",
            "status",
            {
                "available": Style(OFFER, 1, fill=OFFER, fill_opacity=0.85, symbol="circle", radius=4.5),
                "partly_taken": Style(OFFER, 1.4, fill=PAPER, hatch="diagonal", symbol="half", radius=4.5),
                "reserved": Style(HELD_EDGE, 1, fill=HELD, fill_opacity=0.9, symbol="diamond", radius=4.5),
                "partly_reserved": Style(HELD_EDGE, 1.4, fill=PAPER, hatch="diagonal", symbol="diamond", radius=4.5),
                "planned": Style(OFFER, 1.4, dash="4 3", fill=PAPER, fill_opacity=0.5, symbol="ring", radius=3.5),
                "taken": Style(GONE, 1, fill=GONE, fill_opacity=0.55, symbol="square", radius=2.5),
                "withdrawn": Style(GONE, 1, dash="1 3", fill=PAPER, fill_opacity=0.6, symbol="cross", radius=3),
            },
            hidden=("withdrawn",),
        ),
        _by(
            "plot_restrictions",
            "severity",
            {
                "minor": Style(MINOR, 1, dash="3 3", hatch="opposite", symbol="cross", radius=2.5),
                "serious": Style(SERIOUS, 1.8, hatch="cross", symbol="cross", radius=4),
            },
            hidden=("minor", "serious"),
            prefix="restrictions",
        ),
        _by(
            "transactions",
            "sector",
            {
                "public": Style(PERIOD, 1.6, fill=PERIOD, fill_opacity=0.4, symbol="square", radius=4),
                "private": Style(PERIOD, 1.6, dash="5 3", fill=PAPER, hatch="diagonal", symbol="diamond", radius=4.5),
            },
            hidden=("public", "private"),
        ),
        _single(
            "mobile_requests",
            Style(MOBILE, 1.4, fill=MOBILE, fill_opacity=0.05, symbol="ring", radius=6),
            starts_visible=False,
        ),
        _by(
            "access_points",
            "kind",
            {
                "motorway_junction": Style(PAPER, 1, fill="#1f3a6e", symbol="square", radius=5),
                "rail_terminal": Style(PAPER, 1, fill="#1f3a6e", symbol="diamond", radius=6),
                "port": Style(PAPER, 1, fill="#1f3a6e", symbol="circle", radius=5),
            },
            hidden=("motorway_junction", "rail_terminal", "port"),
        ),
        _by(
            "connections",
            "status",
            {
                "activated": Style(PAPER, 0.6, fill=FIBRE, symbol="circle", radius=2.6),
                "connected": Style(PAPER, 0.6, fill=FIBRE, symbol="square", radius=2.6),
                "prepared": Style(FIBRE, 1.2, fill=PAPER, symbol="half", radius=2.8),
                "passed": Style(FIBRE, 1.3, fill=PAPER, symbol="ring", radius=2.6),
                "ordered": Style(HELD_EDGE, 0.8, fill=HELD, symbol="diamond", radius=2.8),
                "eligible": Style(GONE, 1.2, fill=PAPER, symbol="ring", radius=2.2),
                "recorded": Style(GONE, 1, symbol="cross", radius=2.2),
                "dropped": Style(GONE, 1, symbol="cross", radius=1.8),
            },
            hidden=("activated", "connected", "prepared", "passed", "ordered", "eligible", "recorded", "dropped"),
        ),
        _by(
            "trenches",
            "status",
            {
                "laid": Style(FIBRE, 2.6),
                "under_construction": Style(SERIOUS, 2.6, dash="3 1"),
                "cleared": Style(HELD, 2.2, dash="4 2"),
                "permitted": Style(OFFER, 2, dash="4 3"),
                "applied": Style(OTHER_FIBRE, 1.8, dash="3 3"),
                "planned": Style(FIBRE, 1.2, dash="2 3"),
                "discarded": Style(GONE, 1, dash="1 4"),
            },
            hidden=("under_construction", "cleared", "permitted", "applied", "planned", "discarded"),
        ),
        _single(
            "expansion_areas",
            Style(FIBRE, 1.2, dash="2 2", fill=FIBRE, fill_opacity=0.06),
            starts_visible=False,
        ),
        _by(
            "streets",
            "kind",
            {
                "motorway": Style(STREET, 5),
                "main": Style(STREET, 3.4),
                "local": Style(STREET, 1.8),
                "path": Style(STREET, 1.2, dash="3 2"),
            },
        ),
        _single("industrial_areas", Style(INDUSTRY_EDGE, 1, fill=INDUSTRY)),
        _by(
            "districts",
            "kind",
            {
                "district": Style(BORDER, 1.4, dash="8 3 2 3", fill=LAND),
                **{level.key: Style(BORDER, 0.7, dash="2 3") for level in profile().levels},
            },
            hidden=tuple(level.key for level in profile().levels),
        ),
    )
}
"""The layers that have signs of their own, whether the agency keeps them or not."""

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
"""What the public sees of connections; who sees more has them one by one."""

ON_OFFER = ("plots-available", "plots-partly_taken", "plots-reserved", "plots-partly_reserved")
"""The entries of plots that the public sees."""


def signs_of(layer: str, audience: Audience) -> Signs:
    """A layer's signs for an audience: its own, or else the one of its geometry.

    The latter also where the audience does not see the column that tells the layer's own apart. Raises KeyError for a
    layer without a geometry.
    """
    own = SIGNS.get(layer)
    if layer == "plots" and own and audience is Audience.PUBLIC:
        return Signs(layer, own.column, tuple(entry for entry in own.entries if entry.key in ON_OFFER))
    if own and (own.column is None or LAYERS[layer].column(own.column) in LAYERS[layer].visible_columns(audience)):
        return own
    geometry = LAYERS[layer].geometry
    if geometry is None:
        raise KeyError(layer)
    return _single(layer, BY_GEOMETRY[geometry], starts_visible=False)


def other_signs(drawn: Collection[str], audience_of: Callable[[str], Audience]) -> list[Signs]:
    """The signs of all layers with a geometry beyond those ``drawn`` and those WITHOUT_SIGNS, where they are seen."""
    return [
        signs_of(key, audience_of(key))
        for key, layer in LAYERS.items()
        if layer.geometry and key not in drawn and key not in WITHOUT_SIGNS and sees(audience_of(key), layer)
    ]
