"""Tiles as the service answers them."""

from typing import NamedTuple

from geo.records.tiles import tile_sql
from geo.records.tiles.tile import MOST, Asked, View
from geo.records.tiles.versions import VERSION
from geo.store.database import AsyncConnection


class Drawn(NamedTuple):
    """A tile, and the version that its records had at the latest when they were read."""

    version: str
    body: bytes


async def draw(connection: AsyncConnection, asked: Asked) -> Drawn:
    """Draw a tile: its layers one behind the other, which is how vector tiles are put together.

    The version is read first: records written meanwhile then stand in a tile that counts as older, never the reverse.
    """
    cursor = await connection.execute(VERSION, {"views": asked.names}, prepare=False)
    row = await cursor.fetchone()
    assert row is not None
    layers = [await _layer(connection, view, asked) for view in asked.views]
    return Drawn(row[0], b"".join(layers))


async def _layer(connection: AsyncConnection, view: View, asked: Asked) -> bytes:
    body, features = b"", MOST + 1
    for query in tile_sql.ways(view, asked):
        if features > MOST:
            # Not prepared: the plan has to know the tile, or it would be one for any.
            cursor = await connection.execute(query.statement, query.parameters, prepare=False, binary=True)
            row = await cursor.fetchone()
            assert row is not None
            body, features = row
    return bytes(body or b"")
