"""The terms in which tiles are asked for: the square of the map, whose view of which layers, of which days."""

from dataclasses import dataclass
from typing import NamedTuple

from geo.records.features.selection import Days
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import SCHEMAS

SRID = 3857
"""Web mercator, the CRS of all tiles."""

DEEPEST = 18
"""The last zoom level that is drawn; beyond it clients enlarge its tiles, whose grid is 4 cm fine."""

EXTENT = 4096
"""Units along a tile's side."""

BUFFER = 64
"""Units by which lines and areas reach beyond the tile, lest its edges show: 8 pixels of 512."""

PIXEL = EXTENT // 512
"""Units of a pixel, on a tile drawn 512 pixels wide as map libraries do."""

CELLS = 32
"""Into how many cells a tile's side is divided for counts."""

FINEST_COUNTS = 12
"""Up to this zoom level points come as counts by cell."""

MERGED_LINES = 11
"""Up to this zoom level lines come merged."""

LABELS_FROM = 12
"""From this zoom level on records carry their label."""

MOST = 10_000
"""So many points or lines a tile shows one by one; above that as on small scales."""

HALF_WORLD = 20037508.342789244


class Tile(NamedTuple):
    """A square of the map: zoom level, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the zoom level is drawn and has such a column and row."""
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def side(self) -> float:
        """The length of its side in units of web mercator."""
        return 2 * HALF_WORLD / (1 << self.z)

    @property
    def cell(self) -> int:
        """Its key among all of its zoom level: the bits of column and row interleaved, as tile_cell() does."""
        return sum(((self.x >> bit & 1) | (self.y >> bit & 1) << 1) << 2 * bit for bit in range(self.z))


class View(NamedTuple):
    """A layer as one audience sees it; ``with_steps`` with the months of its records' lifecycle."""

    layer: Layer
    audience: Audience
    with_steps: bool = False

    @property
    def schema(self) -> str:
        """The schema of the view that shows it."""
        return SCHEMAS[self.audience]

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.schema}.{self.layer.key}"


def view(layer: Layer, audience: Audience, *, with_steps: bool = False) -> View:
    """The layer for its tiles: they carry nothing personal, so editors get the internal ones."""
    return View(layer, audience.impersonal, with_steps and bool(layer.drawn_steps))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: one tile of one or several layers, where set of some days only."""

    views: tuple[View, ...]
    tile: Tile
    days: Days | None = None

    @property
    def names(self) -> str:
        """The views, as text."""
        return ",".join([view.name for view in self.views])

    @property
    def parameters(self) -> str:
        """What beyond layers and place decides how the tile looks, as text."""
        days = "" if self.days is None else "/".join(day.isoformat() if day else ".." for day in self.days)
        return f"{days} steps" if any(view.with_steps for view in self.views) else days
