"""The types and constants of tiles: the square of the map, the layers for an audience, the days."""

from dataclasses import dataclass
from typing import NamedTuple

from geo.records.features.selection import Days
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import SCHEMAS

SRID = 3857
"""Web mercator, the CRS of all tiles."""

DEEPEST = 18
"""The last zoom level that is drawn, with a grid of 4 cm; beyond it clients enlarge its tiles."""

EXTENT = 4096
"""The number of grid units along a tile's side."""

BUFFER = 64
"""The grid units by which lines and areas extend beyond the tile, so that its edges are invisible: 8 pixels of 512."""

PIXEL = EXTENT // 512
"""The grid units per pixel, for tiles drawn 512 pixels wide, as by map libraries."""

CELLS = 32
"""The number of cells along a tile's side, for counts."""

DEEPEST_COUNTED = 12
"""Up to this zoom level, points are drawn as counts by cell."""

MERGED_LINES = 11
"""Up to this zoom level, lines are merged."""

LABELS_FROM = 12
"""From this zoom level on, records have their label."""

MOST = 10_000
"""A tile shows up to this number of points or lines one by one; if there are more, it shows them as at small scales."""

HALF_WORLD = 20037508.342789244


class Tile(NamedTuple):
    """A square of the map: zoom level, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the zoom level is drawn and has this column and row."""
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def side(self) -> float:
        """The length of its side in units of web mercator."""
        return 2 * HALF_WORLD / (1 << self.z)

    @property
    def cell(self) -> int:
        """Its key within its zoom level: the interleaved bits of column and row, as in tile_cell()."""
        return sum(((self.x >> bit & 1) | (self.y >> bit & 1) << 1) << 2 * bit for bit in range(self.z))


class View(NamedTuple):
    """A layer as one audience sees it; ``with_steps``: including the months of its records' lifecycle."""

    layer: Layer
    audience: Audience
    with_steps: bool = False

    @property
    def schema(self) -> str:
        """The schema of the database view."""
        return SCHEMAS[self.audience]

    @property
    def name(self) -> str:
        """Its unique name: schema and layer."""
        return f"{self.schema}.{self.layer.key}"


def view(layer: Layer, audience: Audience, *, with_steps: bool = False) -> View:
    """Return the view of a layer for tiles. Tiles contain nothing personal, so editors get the internal view."""
    return View(layer, audience.impersonal, with_steps and bool(layer.drawn_steps))


@dataclass(frozen=True, slots=True)
class TileRequest:
    """A request for one tile with one or several layers, restricted to ``days`` if set."""

    views: tuple[View, ...]
    tile: Tile
    days: Days | None = None

    @property
    def names(self) -> str:
        """The names of the views, separated by commas."""
        return ",".join([view.name for view in self.views])

    @property
    def parameters(self) -> str:
        """The parameters that affect the tile apart from layers and position, as text."""
        days = "" if self.days is None else "/".join(day.isoformat() if day else ".." for day in self.days)
        return f"{days} steps" if any(view.with_steps for view in self.views) else days
