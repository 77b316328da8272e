"""Draws tiles from the database."""

from typing import NamedTuple

from geo.records.tiles import tile_sql
from geo.records.tiles.tile import MOST, TileRequest, View
from geo.records.tiles.versions import VERSION
from geo.store.database import AsyncConnection


class Drawn(NamedTuple):
    """A tile, and the version of its records; these may be newer, but not older."""

    version: str
    body: bytes


async def draw(connection: AsyncConnection, wanted: TileRequest) -> Drawn:
    """Draw a tile. Its layers are concatenated, which is valid for vector tiles.

    The version is read first, so records written meanwhile may be in a tile with an older version, never the reverse.
    """
    cursor = await connection.execute(VERSION, {"views": wanted.names}, prepare=False)
    row = await cursor.fetchone()
    assert row is not None
    layers = [await _layer(connection, view, wanted) for view in wanted.views]
    return Drawn(row[0], b"".join(layers))


async def _layer(connection: AsyncConnection, view: View, wanted: TileRequest) -> bytes:
    body, features = b"", MOST + 1
    for query in tile_sql.ways(view, wanted):
        if features > MOST:
            # Not prepared, since a generic plan would not take the tile's position into account.
            cursor = await connection.execute(query.statement, query.parameters, prepare=False, binary=True)
            row = await cursor.fetchone()
            assert row is not None
            body, features = row
    return bytes(body or b"")
