"""The layers of the advisors' map in drawing order, with the signs shared by all maps (maps/signs.py)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from geo.records.layers import ALL_LAYERS, LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience, Text
from geo.records.layers.views import sees
from geo.rollout import LAYERS as ROLLOUT
from maps.signs import CELLS, SHAPES, Signs, other_signs, signs_of
from maps.style import FIBRE, PAPER, SERIOUS, Entry, Style

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


OBSTRUCTIONS = MapLayer(
    "obstructions",
    Text("Behinderungen, heute offen", "Obstructions open today"),
    None,
    (
        Entry(
            "obstructions",
            ALL_LAYERS["obstructions"].title,
            Style(SERIOUS, 1.2, fill=PAPER, symbol="barrier", radius=8),
            "point",
            starts_visible=False,
        ),
    ),
    address="/api/rollout/obstructions/places",
    lines=Style(SERIOUS, 7, opacity=0.4),
    needs=ROLLOUT,
)
PUBLIC_CONNECTIONS = MapLayer("cells", CELLS.title, CLASS, CELLS.entries, address="/maps/cells")
COMPUTED = {"obstructions": OBSTRUCTIONS, "cells": PUBLIC_CONNECTIONS}
"""What comes as a whole from an address of its own, in place of a layer's tiles."""
COUNTED_CONNECTIONS = Style(FIBRE, 1, fill=FIBRE, fill_opacity=0.45, symbol="circle", radius=3)

ORDER = (
    *("plots", "plot_restrictions", "transactions", "obstructions", "mobile_requests", "access_points", "connections"),
    *("point", "trenches", "line", "expansion_areas", "area", "cells", "streets", "industrial_areas", "districts"),
)
"""The map's layers from the topmost to the lowest; ``point``, ``line`` and ``area`` are all that are not named."""

LAYER_OF = {"cells": "connections"}
"""The layer whose records something computed shows, where it has another name."""

AudienceOf = Callable[[str], Audience]
"""Returns the audience as which the caller sees a layer, by its key: a token may be limited to some layers."""


def map_layers(audience_of: AudienceOf) -> tuple[MapLayer, ...]:
    """Return the layers of a caller's map, from the topmost to the lowest."""
    others = other_signs(ORDER, audience_of)
    found: list[MapLayer] = []
    for key in ORDER:
        if key in SHAPES.values():
            found += [_of_signs(one) for one in others if one.shape == key]
        elif are_kept(LAYER_OF.get(key, key)):
            found.append(COMPUTED.get(key) or _of_signs(signs_of(key, audience_of(key))))
    return tuple(one for one in found if _is_seen(one, audience_of))


def _of_signs(signs: Signs) -> MapLayer:
    found = MapLayer(signs.layer, signs.title, signs.column, signs.entries)
    if signs.layer == "connections":
        return replace(found, counted=COUNTED_CONNECTIONS)
    if signs.layer == "mobile_requests":
        return replace(found, radius_column="radius_m")
    return found


def _is_seen(one: MapLayer, audience_of: AudienceOf) -> bool:
    if one is PUBLIC_CONNECTIONS:
        return not sees(audience_of("connections"), LAYERS["connections"])
    if any(audience_of(layer) is Audience.PUBLIC for layer in one.needs):
        return False
    return sees(audience_of(one.layer), LAYERS[one.layer])
