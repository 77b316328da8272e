"""The layers of the advisors' map and their classes, in addition to those shared by all maps (maps/style.py)."""

from collections.abc import Callable
from dataclasses import dataclass

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Text
from geo.records.layers.views import sees
from geo.rollout import LAYERS as ROLLOUT
from maps.style import (
    BORDER,
    CELLS,
    FIBRE,
    GONE,
    HELD,
    INDUSTRY,
    INDUSTRY_EDGE,
    LAND,
    MOBILE,
    OFFER,
    OTHER_FIBRE,
    PAPER,
    PERIOD,
    PLOTS,
    PLOTS_ON_OFFER,
    RESTRICTIONS,
    SERIOUS,
    Entry,
    Shape,
    Style,
)

HELD_IN_BROWSER = ("plots",)
"""The layers whose records the page itself holds, to filter them instantly; their tiles are not requested."""
CLASS = "class"
"""The property that holds an entry's full key."""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of records on the map: the column that determines its classes, and the style of each value.

    An entry's key ends with the value, as in ``plots-available``; without a column there is one entry for all records.
    ``counted``: the style of a mark that aggregates several records at small scales. ``address``: the URL of the whole
    layer as GeoJSON, used instead of tiles and fetched when the layer is first shown. ``lines``: the style of lines
    that belong to a mark. ``needs``: layers that the reader must see beyond their public part.
    """

    layer: str
    title: Text
    column: str | None
    entries: tuple[Entry, ...]
    counted: Style | None = None
    radius_column: str | None = None
    address: str | None = None
    lines: Style | None = None
    needs: tuple[str, ...] = ()

    @property
    def is_fetched_later(self) -> bool:
        """Whether the layer is fetched as a whole, and only when the reader shows it."""
        return self.address is not None and not any(entry.starts_visible for entry in self.entries)

    @property
    def is_tiled(self) -> bool:
        """Whether the layer is served as vector tiles."""
        return self.layer not in HELD_IN_BROWSER and self.address is None

    def value(self, entry: Entry) -> str:
        """Return the column's value for which the entry stands."""
        return entry.key if self.column == CLASS else entry.key.rpartition("-")[2]


def _entries(layer: str, column: str, styles: dict[str, Style], shape: Shape, hidden: tuple[str, ...] = ()):
    codes = LAYERS[layer].column(column).codes or {}
    return tuple(
        Entry(f"{layer}-{value}", codes[value], style, shape, starts_visible=value not in hidden)
        for value, style in styles.items()
    )


def _single(layer: str, style: Style, shape: Shape, starts_visible: bool = True) -> tuple[Entry, ...]:
    return (Entry(layer, LAYERS[layer].title, style, shape, starts_visible=starts_visible),)


DISTRICTS = MapLayer(
    "districts",
    LAYERS["districts"].title,
    "kind",
    _entries(
        "districts",
        "kind",
        {"district": Style(BORDER, 1.4, dash="8 3 2 3", fill=LAND), "statistical": Style(BORDER, 0.7, dash="2 3")},
        "area",
        hidden=("statistical",),
    ),
)
INDUSTRIAL_AREAS = MapLayer(
    "industrial_areas",
    LAYERS["industrial_areas"].title,
    None,
    _single("industrial_areas", Style(INDUSTRY_EDGE, 1, fill=INDUSTRY), "area"),
)
EXPANSION_AREAS = MapLayer(
    "expansion_areas",
    LAYERS["expansion_areas"].title,
    None,
    _single(
        "expansion_areas", Style(FIBRE, 1.2, dash="2 2", fill=FIBRE, fill_opacity=0.06), "area", starts_visible=False
    ),
)
TRANSACTIONS = MapLayer(
    "transactions",
    LAYERS["transactions"].title,
    "sector",
    _entries(
        "transactions",
        "sector",
        {
            "public": Style(PERIOD, 1.6, fill=PERIOD, fill_opacity=0.4, symbol="square", radius=4),
            "private": Style(PERIOD, 1.6, dash="5 3", fill=PAPER, hatch="diagonal", symbol="diamond", radius=4.5),
        },
        "area",
        hidden=("public", "private"),
    ),
)
TRENCHES = MapLayer(
    "trenches",
    LAYERS["trenches"].title,
    "status",
    _entries(
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
        "line",
        hidden=("under_construction", "cleared", "permitted", "applied", "planned", "discarded"),
    ),
)
CONNECTIONS = MapLayer(
    "connections",
    LAYERS["connections"].title,
    "status",
    _entries(
        "connections",
        "status",
        {
            "activated": Style(PAPER, 0.6, fill=FIBRE, symbol="circle", radius=2.6),
            "connected": Style(PAPER, 0.6, fill=FIBRE, symbol="square", radius=2.6),
            "prepared": Style(FIBRE, 1.2, fill=PAPER, symbol="half", radius=2.8),
            "passed": Style(FIBRE, 1.3, fill=PAPER, symbol="ring", radius=2.6),
            "ordered": Style("#8a5c00", 0.8, fill=HELD, symbol="diamond", radius=2.8),
            "eligible": Style(GONE, 1.2, fill=PAPER, symbol="ring", radius=2.2),
            "recorded": Style(GONE, 1, symbol="cross", radius=2.2),
            "dropped": Style(GONE, 1, symbol="cross", radius=1.8),
        },
        "point",
        hidden=("activated", "connected", "prepared", "passed", "ordered", "eligible", "recorded", "dropped"),
    ),
    counted=Style(FIBRE, 1, fill=FIBRE, fill_opacity=0.45, symbol="circle", radius=3),
)
OBSTRUCTIONS = MapLayer(
    "obstructions",
    Text("Behinderungen, heute offen", "Obstructions open today"),
    None,
    _single("obstructions", Style(SERIOUS, 1.2, fill=PAPER, symbol="barrier", radius=8), "point", starts_visible=False),
    address="/api/rollout/obstructions/places",
    lines=Style(SERIOUS, 7, opacity=0.4),
    needs=ROLLOUT,
)
MOBILE_REQUESTS = MapLayer(
    "mobile_requests",
    LAYERS["mobile_requests"].title,
    None,
    _single(
        "mobile_requests",
        Style(MOBILE, 1.4, fill=MOBILE, fill_opacity=0.05, symbol="ring", radius=6),
        "point",
        starts_visible=False,
    ),
    radius_column="radius_m",
)
ACCESS_POINTS = MapLayer(
    "access_points",
    LAYERS["access_points"].title,
    "kind",
    _entries(
        "access_points",
        "kind",
        {
            "motorway_junction": Style(PAPER, 1, fill="#1f3a6e", symbol="square", radius=5),
            "rail_terminal": Style(PAPER, 1, fill="#1f3a6e", symbol="diamond", radius=6),
            "port": Style(PAPER, 1, fill="#1f3a6e", symbol="circle", radius=5),
        },
        "point",
        hidden=("motorway_junction", "rail_terminal", "port"),
    ),
)
PUBLIC_CONNECTIONS = MapLayer("cells", CELLS.title, CLASS, CELLS.entries, address="/maps/cells")
"""The public view of connections; readers who may see more get single connections instead."""


def _plots(audience: Audience) -> MapLayer:
    entries = PLOTS_ON_OFFER if audience is Audience.PUBLIC else PLOTS.entries
    return MapLayer("plots", LAYERS["plots"].title, "status", entries)


WITHOUT_SIGNS = (
    "sensitive_sites",
    "reservations",
    "measures",
    "inquiries",
    "properties",
    "office_takeups",
    "mobile_candidates",
)
"""The layers with a geometry that are not in the map's legend; panels show some of their records."""

AudienceOf = Callable[[str], Audience]
"""Returns the audience as which the caller sees a layer, by its key: a token may be limited to some layers."""


def map_layers(audience_of: AudienceOf) -> tuple[MapLayer, ...]:
    """Return the layers of the caller's map, from the topmost to the lowest."""
    every = (
        _plots(audience_of("plots")),
        MapLayer("plot_restrictions", RESTRICTIONS.title, "severity", RESTRICTIONS.entries),
        TRANSACTIONS,
        OBSTRUCTIONS,
        MOBILE_REQUESTS,
        ACCESS_POINTS,
        CONNECTIONS,
        TRENCHES,
        EXPANSION_AREAS,
        PUBLIC_CONNECTIONS,
        INDUSTRIAL_AREAS,
        DISTRICTS,
    )
    return tuple(one for one in every if _is_seen(one, audience_of))


def _is_seen(one: MapLayer, audience_of: AudienceOf) -> bool:
    if one is PUBLIC_CONNECTIONS:
        return not sees(audience_of("connections"), LAYERS["connections"])
    if any(audience_of(layer) is Audience.PUBLIC for layer in one.needs):
        return False
    return sees(audience_of(one.layer), LAYERS[one.layer])
