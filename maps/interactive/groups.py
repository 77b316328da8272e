"""What the advisors' map shows: its layers in their order, with the signs that all maps have (maps/signs.py)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Text
from geo.records.layers.views import sees
from geo.rollout import LAYERS as ROLLOUT
from maps.signs import CELLS, SHAPES, Signs, other_signs, signs_of
from maps.style import FIBRE, PAPER, SERIOUS, Entry, Style

HELD_IN_BROWSER = ("plots",)
"""The layers whose records the page itself holds, to filter them at once: no tiles are asked for."""
CLASS = "class"
"""A property that holds an entry's whole key."""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of records on the map: the column that tells its classes apart, and what each of its values looks like.

    An entry's key ends with the value, as in ``plots-available``; without a column there is one entry for all.
    ``counted``: how a mark looks that stands for several records where single ones would be too many. ``address``:
    where all of it comes from at once, in place of tiles; once it is shown, if it is not from the start.
    ``lines``: how lines look that belong to a mark. ``needs``: layers that its reader must see the inside of.
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
        """Whether it is fetched as a whole, and only when somebody wants to see it."""
        return self.address is not None and not any(entry.starts_visible for entry in self.entries)

    @property
    def is_tiled(self) -> bool:
        """Whether it comes as vector tiles."""
        return self.layer not in HELD_IN_BROWSER and self.address is None

    def value(self, entry: Entry) -> str:
        """Which value of the column the entry stands for."""
        return entry.key if self.column == CLASS else entry.key.rpartition("-")[2]


OBSTRUCTIONS = MapLayer(
    "obstructions",
    Text("Behinderungen, heute offen", "Obstructions open today"),
    None,
    (
        Entry(
            "obstructions",
            LAYERS["obstructions"].title,
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
    *("point", "trenches", "line", "expansion_areas", "area", "cells", "industrial_areas", "districts"),
)
"""The map's layers from the topmost to the lowest; ``point``, ``line`` and ``area`` are all that are not named."""

AudienceOf = Callable[[str], Audience]
"""As whom somebody sees a layer, by its key: a token may be for some layers only."""


def map_layers(audience_of: AudienceOf) -> tuple[MapLayer, ...]:
    """What somebody's map shows, from the topmost to the lowest."""
    others = other_signs(ORDER, audience_of)
    found: list[MapLayer] = []
    for key in ORDER:
        if key in SHAPES.values():
            found += [_of_signs(one) for one in others if one.shape == key]
        else:
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
