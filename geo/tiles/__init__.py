"""Vector tiles: a square of the map becomes one statement for each layer, and PostGIS writes the bytes."""

from geo.tiles.answers import Drawn, draw
from geo.tiles.base import Asked, Tile, View, view
from geo.tiles.cache import TileCache, compress, decompress

__all__ = ["Asked", "Drawn", "Tile", "TileCache", "View", "compress", "decompress", "draw", "view"]
