"""Vector tiles: builds one statement per layer for a square of the map, with which PostGIS writes the tile."""

from geo.records.tiles.answers import Drawn, draw
from geo.records.tiles.cache import TileCache, compress, decompress
from geo.records.tiles.tile import Tile, TileRequest, View, view

__all__ = ["Drawn", "Tile", "TileCache", "TileRequest", "View", "compress", "decompress", "draw", "view"]
