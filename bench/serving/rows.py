"""The requests: the same for every server, each by its own paths and parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from geo.records.features import cursors
from geo.records.features.selection import Cursor

Kind = Literal["plain", "uncached", "not modified", "harvest"]
DEEP = 190_000
BBOX = "7.37,51.47,7.53,51.55"


class Tile(NamedTuple):
    """A tile of WebMercatorQuad: zoom, column, row; row 0 is in the north."""

    z: int
    x: int
    y: int


TILES = {14: Tile(14, 8532, 5447), 12: Tile(12, 2133, 1361), 10: Tile(10, 533, 340)}
"""Tiles in the middle of the city."""


@dataclass(frozen=True)
class Row:
    """A request. ``selection`` holds the parameters that all servers have in common, ``tile`` is set for tiles.

    ``kind`` is how it is measured: ``uncached`` each time after a change of the layer, ``harvest`` along the links.
    """

    key: str
    title: str
    layer: str = "connections"
    kind: Kind = "plain"
    selection: dict[str, str] = field(default_factory=dict)
    position: int = 0
    tile: Tile | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Map clients accept compressed tiles; features are requested uncompressed."""
        return {"Accept-Encoding": "gzip"} if self.tile else {}


def _tile_rows() -> list[Row]:
    rows: list[Row] = []
    for z, tile in TILES.items():
        rows.append(Row(f"tile-z{z}", f"tile, points z{z}, uncached", kind="uncached", tile=tile))
        rows.append(Row(f"cached-z{z}", f"tile, points z{z}, cached", tile=tile))
    return [*rows, Row("tile-304", "tile, not modified (304)", kind="not modified", tile=TILES[12])]


def rows(deep: int) -> list[Row]:
    """Return all requests; ``deep`` is the position of the deep page's first record."""
    return [
        Row("items", "items, limit=100", selection={"limit": "100"}),
        Row("bbox", "1,000 polygons by bbox", "plots", selection={"limit": "1000", "bbox": BBOX}),
        Row("deep", f"items, limit=100, from row {deep:,}", selection={"limit": "100"}, position=deep),
        *_tile_rows(),
        Row("harvest", "harvest by next links, limit=1000", kind="harvest", selection={"limit": "1000"}),
    ]


class Dialect(NamedTuple):
    """How a server is queried: the path for a row, given the id of the record before its position."""

    path: Callable[[Row, int], str]
    has_cache: bool = False


def _flurwerk(row: Row, before: int) -> str:
    base = f"/api/collections/{row.layer}"
    if row.tile:
        return f"{base}/tiles/WebMercatorQuad/{row.tile.z}/{row.tile.y}/{row.tile.x}"
    # A cursor is taken from the previous page's link.
    place = {"cursor": cursors.write(Cursor((), before, many=True), ())} if row.position else {}
    return f"{base}/items?{urlencode(row.selection | place)}"


def _tipg(row: Row, _: int) -> str:
    base = f"/collections/flurwerk.{row.layer}"
    if row.tile:
        return f"{base}/tiles/WebMercatorQuad/{row.tile.z}/{row.tile.x}/{row.tile.y}"
    return f"{base}/items?{urlencode({'f': 'geojson', **row.selection, **_offset(row)})}"


def _pygeoapi(row: Row, _: int) -> str:
    base = f"/collections/{row.layer}"
    if row.tile:
        return f"{base}/tiles/WebMercatorQuad/{row.tile.z}/{row.tile.y}/{row.tile.x}?f=mvt"
    return f"{base}/items?{urlencode({'f': 'json', **row.selection, **_offset(row)})}"


def _offset(row: Row) -> dict[str, str]:
    return {"offset": str(row.position)} if row.position else {}


DIALECTS = {"flurwerk": Dialect(_flurwerk, has_cache=True), "tipg": Dialect(_tipg), "pygeoapi": Dialect(_pygeoapi)}
