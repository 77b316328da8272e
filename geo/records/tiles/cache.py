"""Tiles kept in the database, as they are sent, so that all servers share them.

A tile is found only under the version that its layers have now, so it is never stale. What draws tiles and what keeps
them are two logins: who reads records cannot put a tile here, and who keeps tiles cannot read records.
"""

import gzip
from collections.abc import Mapping
from typing import Any, Literal, LiteralString, NamedTuple

import zstandard
from psycopg import sql

from geo.records.tiles.shared import Shared
from geo.records.tiles.tile import Asked
from geo.records.tiles.versions import TEXT, VERSION
from geo.store.database import Pool
from geo.store.pools import borrow_autocommit

Encoding = Literal["zstd", "gzip"]

LOCK = 4713
"""Key of the advisory lock under which old tiles are removed."""
FILLED_AGAIN = 0.05
"""After storing so large a part of the limit, a server looks whether it is exceeded."""
LEVELS: dict[Encoding, tuple[int, int]] = {"gzip": (5, 9), "zstd": (3, 19)}
"""Of each compression the level for what is made while someone waits, and for what is made once."""

FIND = sql.SQL(
    """
    select current.version, c.body, c.used_at < now() - interval '1 hour'
    from (select {version} as version) as current
    left join flurwerk.tile_cache as c
        on c.views = %(views)s
        and c.z = %(z)s
        and c.x = %(x)s
        and c.y = %(y)s
        and c.parameters = %(parameters)s
        and c.encoding = %(encoding)s
        and c.version = current.version
    """
).format(version=TEXT)

STORE = """
    insert into flurwerk.tile_cache (views, z, x, y, parameters, encoding, version, body)
    values (%(views)s, %(z)s, %(x)s, %(y)s, %(parameters)s, %(encoding)s, %(version)s, %(body)s)
    on conflict (views, z, x, y, parameters, encoding) do update
    set version = excluded.version, body = excluded.body, used_at = now()
    returning size
"""

TOUCH = """
    update flurwerk.tile_cache
    set used_at = now()
    where views = %(views)s
      and z = %(z)s
      and x = %(x)s
      and y = %(y)s
      and parameters = %(parameters)s
      and encoding = %(encoding)s
    returning z
"""

# Nothing is decompressed or even read for it: the sizes stand beside the tiles.
EVICT = """
    with ranked as (
        select ctid as place, sum(size) over (order by used_at desc, ctid) as so_far
        from flurwerk.tile_cache
        where (select pg_try_advisory_xact_lock(%(lock)s))
    ),
    removed as (
        delete from flurwerk.tile_cache
        where ctid in (select place from ranked where so_far > %(limit)s)
        returning size
    )
    select count(*) from removed
"""


class Found(NamedTuple):
    """The version that a tile has now, and the tile as it is kept, if it is; ``is_fading`` when last used long ago."""

    version: str
    body: bytes | None
    is_fading: bool


class TileCache:
    """The kept tiles, by way of one server's connections."""

    def __init__(self, pool: Pool, limit_mb: float) -> None:
        self._pool = pool
        self._limit = limit_mb * 1_000_000
        self._stored = 0
        self._versions = Shared(self._version)

    async def version(self, asked: Asked) -> str:
        """The version that the tile has now. Neither the layers nor the kept tiles are touched."""
        return await self._versions.ask(asked.names)

    async def _version(self, views: str) -> str:
        (version,) = await self._row(VERSION, {"views": views})
        return version

    async def find(self, asked: Asked, encoding: Encoding) -> Found:
        """The tile's version and, if it is kept in that version, the tile."""
        version, body, is_fading = await self._row(FIND, _key(asked, encoding))
        return Found(version, body, bool(is_fading))

    async def keep(self, asked: Asked, encoding: Encoding, version: str, body: bytes) -> None:
        """Keep a compressed tile, and remove those used longest ago where they are too many."""
        if len(body) > self._limit * FILLED_AGAIN:
            return
        key = _key(asked, encoding) | {"version": version, "body": body}
        (size,) = await self._row(STORE, key)
        self._stored += size
        if self._stored > self._limit * FILLED_AGAIN:
            self._stored = 0
            await self.evict()

    async def use(self, asked: Asked, encoding: Encoding) -> None:
        """Note that a tile is in use. Once an hour is enough, so that reading costs no writing."""
        await self._row(TOUCH, _key(asked, encoding))

    async def _row(self, statement: sql.Composed | LiteralString, parameters: Mapping[str, Any]) -> Any:
        async with borrow_autocommit(self._pool) as connection:
            cursor = await connection.execute(statement, parameters, binary=True)
            return await cursor.fetchone()

    async def evict(self) -> int:
        """Remove the tiles used longest ago until the rest fills nine tenths of the limit; returns how many."""
        (removed,) = await self._row(EVICT, {"lock": LOCK, "limit": self._limit * 0.9})
        return removed


def compress(body: bytes, encoding: Encoding, *, thoroughly: bool = False) -> bytes:
    """A tile, or whatever else, as it is kept and sent; thoroughly where it is done once for all."""
    level = LEVELS[encoding][thoroughly]
    if encoding == "gzip":
        return gzip.compress(body, level, mtime=0)
    return zstandard.ZstdCompressor(level=level).compress(body)


def decompress(body: bytes, encoding: Encoding) -> bytes:
    """A tile for those who read no compression."""
    return gzip.decompress(body) if encoding == "gzip" else zstandard.ZstdDecompressor().decompress(body)


def _key(asked: Asked, encoding: Encoding) -> dict[str, Any]:
    return {
        "views": asked.names,
        "z": asked.tile.z,
        "x": asked.tile.x,
        "y": asked.tile.y,
        "parameters": asked.parameters,
        "encoding": encoding,
    }
