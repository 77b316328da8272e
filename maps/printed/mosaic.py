"""Pictures of map services for an extent in the stored reference system: asked for as one, or put together of tiles."""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from geo.ground.addresses import TILE, Box, picture_url, tile_url
from geo.ground.asking import NoAnswer, NotThere, ask
from geo.profile.services import Service

DPI = 150
"""Services draw names for screens: with more they would be too small to read on paper."""
MOST_TILES = 48
AT_ONCE = 6
LARGEST = 12_000_000
LARGEST_SIDE = 4096
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
PARTS = 8
"""Into how many parts each side is cut where tiles are brought into another reference system; within one, lines of one
are straight in the other to less than a pixel."""
WEB_EXTENT = 20_037_508.342789244
WHITE = (255, 255, 255)

Reproject = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Tiles:
    """A rectangle of tiles of one level: columns and rows, the last ones included."""

    z: int
    west: int
    north: int
    east: int
    south: int

    @property
    def count(self) -> int:
        """How many there are."""
        return (self.east - self.west + 1) * (self.south - self.north + 1)

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield the column and row of each, row by row."""
        return ((x, y) for y in range(self.north, self.south + 1) for x in range(self.west, self.east + 1))


def picture(service: Service, srid: int, box: Box, millimetres: tuple[float, float], deadline: float) -> Image.Image:
    """Return the service's picture of an extent (in the reference system ``srid``) that has this size on paper.

    Raises NoAnswer if the service does not give all of it until then (an instant of time.monotonic()).
    """
    width, height = (max(1, round(length / 25.4 * DPI)) for length in millimetres)
    if service.kind == "wms":
        return _asked(picture_url(service, f"EPSG:{srid}", box, (width, height)), deadline, (width, height))
    to_web = _to_web(srid)
    tiles = tiles_for(box, (width, height), (service.min_zoom, service.max_zoom), to_web)
    return _fitted(_mosaic(service, tiles, deadline), tiles, box, (width, height), to_web)


def tiles_for(box: Box, size: tuple[int, int], zooms: tuple[int, int], to_web: Reproject) -> Tiles:
    """Return the tiles that cover an extent, of the level whose pixels are nearest to those of such a picture."""
    west, south, east, north = box
    corners = [to_web(x, y) for x in (west, (west + east) / 2, east) for y in (south, (south + north) / 2, north)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    wanted = (max(xs) - min(xs)) / size[0]
    level = round(math.log2(2 * WEB_EXTENT / TILE / wanted))
    lowest, highest = zooms
    for z in range(min(max(level, lowest), highest), lowest - 1, -1):
        span = 2 * WEB_EXTENT / 2**z
        last = 2**z - 1
        columns = [min(max(int((x + WEB_EXTENT) // span), 0), last) for x in (min(xs), max(xs))]
        rows = [min(max(int((WEB_EXTENT - y) // span), 0), last) for y in (max(ys), min(ys))]
        tiles = Tiles(z, columns[0], rows[0], columns[1], rows[1])
        if tiles.count <= MOST_TILES:
            return tiles
    raise NoAnswer(f"The map service has no level below {lowest}, of which this map would need too many tiles.")


def _mosaic(service: Service, tiles: Tiles, deadline: float) -> Image.Image:
    """Return the tiles in one picture. What the service has no tile for stays white, unless it has none at all."""

    def tile(place: tuple[int, int]) -> Image.Image | None:
        try:
            return _asked(tile_url(service, tiles.z, *place), deadline)
        except NotThere:
            return None

    executor = ThreadPoolExecutor(AT_ONCE)
    try:
        found = list(executor.map(tile, tiles.places()))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    if not any(found):
        raise NoAnswer("The map service has no tile of this extent.")
    size = (tiles.east - tiles.west + 1) * TILE, (tiles.south - tiles.north + 1) * TILE
    mosaic = Image.new("RGB", size, WHITE)
    for (x, y), one in zip(tiles.places(), found, strict=True):
        if one:
            fitting = one if one.size == (TILE, TILE) else one.resize((TILE, TILE), Image.Resampling.LANCZOS)
            mosaic.paste(fitting, ((x - tiles.west) * TILE, (y - tiles.north) * TILE))
    return mosaic


def _fitted(mosaic: Image.Image, tiles: Tiles, box: Box, size: tuple[int, int], to_web: Reproject) -> Image.Image:
    """Return the part of the mosaic that an extent is, in its own reference system."""
    west, _, _, north = box
    across, down = (box[2] - west) / size[0], (north - box[1]) / size[1]
    pixel = 2 * WEB_EXTENT / 2**tiles.z / TILE

    def in_mosaic(x: int, y: int) -> tuple[float, float]:
        web_x, web_y = to_web(west + x * across, north - y * down)
        return (web_x + WEB_EXTENT) / pixel - tiles.west * TILE, (WEB_EXTENT - web_y) / pixel - tiles.north * TILE

    edges = [[round(side * part / PARTS) for part in range(PARTS + 1)] for side in size]
    mesh: list[Any] = []
    for left, right in zip(edges[0], edges[0][1:], strict=False):
        for top, bottom in zip(edges[1], edges[1][1:], strict=False):
            corners = ((left, top), (left, bottom), (right, bottom), (right, top))
            mesh.append(((left, top, right, bottom), tuple(one for at in corners for one in in_mosaic(*at))))
    return mosaic.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=WHITE)


def _asked(address: str, deadline: float, size: tuple[int, int] | None = None) -> Image.Image:
    """Return the picture at an address, on white. Raises NoAnswer."""
    body = ask(address, deadline, LARGEST, ("image/",)).body
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as found:
            if max(found.size) > LARGEST_SIDE or (size and found.size != size):
                raise NoAnswer(f"The map service has sent a picture of {found.size[0]} × {found.size[1]} pixels.")
            whole = found.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoAnswer(f"The map service has sent no picture: {error}.") from None
    white = Image.new("RGBA", whole.size, (*WHITE, 255))
    return Image.alpha_composite(white, whole).convert("RGB")


def _to_web(srid: int) -> Reproject:
    from pyproj import Transformer

    transformer = Transformer.from_crs(f"EPSG:{srid}", "EPSG:3857", always_xy=True)

    def to_web(x: float, y: float) -> tuple[float, float]:
        return transformer.transform(x, y)

    return to_web
