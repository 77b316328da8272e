"""Helpers to request tiles, to read them, and to compare them with the records."""

import os
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import mapbox_vector_tile
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.records.features.selection import Bounds, Days
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.tiles import Tile, TileRequest, View, tile_sql
from geo.records.tiles.matrices import limits
from geo.records.tiles.tile import EXTENT, HALF_WORLD, MOST
from tests.records import Connection
from tests.test_api.helpers import Api

SET = "WebMercatorQuad"
DORTMUND = (7.30, 51.43, 7.60, 51.59)
CITY = float(os.environ.get("FLURWERK_TEST_CITY", "0.1"))
"""How large the dense city is; 1 is the whole of it (`make test-tiles`)."""


@dataclass(frozen=True)
class Feature:
    """A feature of a tile, its geometry in web mercator."""

    id: int | None
    geometry: BaseGeometry
    properties: dict[str, Any]

    @property
    def count(self) -> int:
        """How many records it stands for."""
        return self.properties.get("count", 1)


class Place(NamedTuple):
    """A point of the map in web mercator."""

    x: float
    y: float

    def tile(self, z: int) -> Tile:
        """The tile in which it lies."""
        side = 2 * HALF_WORLD / (1 << z)
        return Tile(z, int((self.x + HALF_WORLD) // side), int((HALF_WORLD - self.y) // side))


def place(connection: Connection, x: float, y: float) -> Place:
    """The place of coordinates in EPSG:25832."""
    found = connection.execute(
        "select st_x(p), st_y(p) from st_transform(st_setsrid(st_makepoint(%s, %s), 25832), 3857) as p", [x, y]
    ).fetchone()
    assert found
    return Place(*found)


def pixel(z: int) -> float:
    """A pixel of a tile of 512, in units of web mercator."""
    return 2 * HALF_WORLD / (1 << z) / 512


def url(key: str, tile: Tile) -> str:
    """The address of a layer's tile."""
    return f"/api/collections/{key}/tiles/{SET}/{tile.z}/{tile.y}/{tile.x}"


def read(body: bytes, tile: Tile) -> dict[str, list[Feature]]:
    """The features of each layer of a tile."""
    side = 2 * HALF_WORLD / (1 << tile.z)
    west, north = tile.x * side - HALF_WORLD, HALF_WORLD - tile.y * side
    # Rows count from the north, as in the tile.
    options = {"y_coord_down": True, "transformer": lambda x, y: (west + x / EXTENT * side, north - y / EXTENT * side)}
    layers = mapbox_vector_tile.decode(body, default_options=options)
    return {
        name: [Feature(one.get("id") or None, shape(one["geometry"]), one["properties"]) for one in layer["features"]]
        for name, layer in layers.items()
    }


def features(client: Api, key: str, tile: Tile, **parameters: str) -> list[Feature]:
    """The features of a layer's tile as the service returns them."""
    response = client.get(url(key, tile), **parameters)
    assert response.status_code == 200, response.text
    return read(response.content, tile).get(key, [])


def draw(
    connection: Connection,
    key: str,
    tile: Tile,
    audience: Audience = Audience.INTERNAL,
    since: date | None = None,
    *,
    with_steps: bool = False,
) -> bytes:
    """A layer's tile as drawn within the test's own transaction."""
    view = View(LAYERS[key], audience, with_steps)
    request = TileRequest((view,), tile, Days(since, None) if since else None)
    body, many = b"", MOST + 1
    for query in tile_sql.ways(view, request):
        if many > MOST:
            row = connection.execute(query.statement, query.parameters).fetchone()
            assert row
            body, many = row
    return body or b""


def drawn(
    connection: Connection,
    key: str,
    tile: Tile,
    audience: Audience = Audience.INTERNAL,
    since: date | None = None,
    *,
    with_steps: bool = False,
) -> list[Feature]:
    """The features of a layer's tile as drawn within the test's own transaction."""
    return read(draw(connection, key, tile, audience, since, with_steps=with_steps), tile).get(key, [])


def tiles_around(z: int) -> list[Tile]:
    """All tiles of a zoom level that touch Dortmund."""
    found = limits(Bounds(*DORTMUND))[z]
    return [
        Tile(z, x, y)
        for x in range(found.first_column, found.last_column + 1)
        for y in range(found.first_row, found.last_row + 1)
    ]
