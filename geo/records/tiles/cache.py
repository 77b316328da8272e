"""The tile cache in the database, which all servers share. Tiles are stored as they are sent.

A tile is only found under the current version of its layers, so it is never stale. Tiles are drawn and cached with
different logins: the one that reads records cannot write to the cache, and the one that writes cannot read records.
"""

import gzip
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, LiteralString, NamedTuple

import psycopg
import zstandard
from psycopg import sql

from geo.errors import FlurwerkError
from geo.records.tiles.shared import Shared
from geo.records.tiles.tile import TileRequest
from geo.records.tiles.versions import TEXT, VERSION
from geo.store.database import first_line
from geo.store.pools import Pool, borrow_autocommit

log = logging.getLogger("flurwerk.api")

Encoding = Literal["zstd", "gzip"]

LOCK = 4713
"""Key of the advisory lock under which old tiles are removed."""
CHECKED_EVERY = 0.05
"""After storing this share of the limit, a server checks whether the limit is exceeded. Larger tiles are not cached."""
LEVELS: dict[Encoding, tuple[int, int]] = {"gzip": (5, 9), "zstd": (3, 19)}
"""The compression levels of each encoding: for content made on request, and for content made once."""

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

# Tiles are neither decompressed nor read for this, since their sizes are stored in a column.
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
    """The current version of a tile, and the tile if it is cached; ``is_fading``: it was last used long ago."""

    version: str
    body: bytes | None
    is_fading: bool


class TileCache:
    """The tile cache, accessed with the connections of one server."""

    def __init__(self, pool: Pool, limit_mb: float) -> None:
        self.pool = pool
        self._limit = limit_mb * 1_000_000
        self._stored = 0
        self._versions = Shared(self._version)

    async def version(self, wanted: TileRequest) -> str:
        """Return the current version of the tile. Reads neither the layers nor cached tiles."""
        return await self._versions.ask(wanted.names)

    async def _version(self, views: str) -> str:
        (version,) = await self._row(VERSION, {"views": views})
        return version

    async def find(self, wanted: TileRequest, encoding: Encoding) -> Found:
        """Return the tile's current version and, if it is cached in that version, the tile."""
        version, body, is_fading = await self._row(FIND, _key(wanted, encoding))
        return Found(version, body, bool(is_fading))

    async def keep(self, wanted: TileRequest, encoding: Encoding, version: str, body: bytes) -> None:
        """Store a compressed tile, and remove the least recently used ones if there are too many.

        A failure is only logged: the client has the tile, which will be drawn again for the next one.
        """
        with _only_logging("store a tile"):
            await self._keep(wanted, encoding, version, body)

    async def _keep(self, wanted: TileRequest, encoding: Encoding, version: str, body: bytes) -> None:
        if len(body) > self._limit * CHECKED_EVERY:
            return
        key = _key(wanted, encoding) | {"version": version, "body": body}
        (size,) = await self._row(STORE, key)
        self._stored += size
        if self._stored > self._limit * CHECKED_EVERY:
            self._stored = 0
            await self.evict()

    async def use(self, wanted: TileRequest, encoding: Encoding) -> None:
        """Record that a tile is in use. Once an hour is enough, so that reading rarely requires writing.

        A failure is only logged.
        """
        with _only_logging("record the use of a tile"):
            await self._row(TOUCH, _key(wanted, encoding))

    async def _row(self, statement: sql.Composed | LiteralString, parameters: Mapping[str, Any]) -> Any:
        async with borrow_autocommit(self.pool) as connection:
            cursor = await connection.execute(statement, parameters, binary=True)
            return await cursor.fetchone()

    async def evict(self) -> int:
        """Remove the least recently used tiles until the rest fills nine tenths of the limit; return how many."""
        (removed,) = await self._row(EVICT, {"lock": LOCK, "limit": self._limit * 0.9})
        return removed


def compress(body: bytes, encoding: Encoding, *, thoroughly: bool = False) -> bytes:
    """Return a compressed tile or other content; ``thoroughly`` for content that is compressed only once."""
    level = LEVELS[encoding][thoroughly]
    if encoding == "gzip":
        return gzip.compress(body, level, mtime=0)
    return zstandard.ZstdCompressor(level=level).compress(body)


def decompress(body: bytes, encoding: Encoding) -> bytes:
    """Return a decompressed tile, for clients that do not accept compression."""
    return gzip.decompress(body) if encoding == "gzip" else zstandard.ZstdDecompressor().decompress(body)


@contextmanager
def _only_logging(purpose: str) -> Iterator[None]:
    try:
        yield
    except (FlurwerkError, psycopg.Error) as error:
        log.warning("cannot %s: %s", purpose, first_line(error))


def _key(wanted: TileRequest, encoding: Encoding) -> dict[str, Any]:
    return {
        "views": wanted.names,
        "z": wanted.tile.z,
        "x": wanted.tile.x,
        "y": wanted.tile.y,
        "parameters": wanted.parameters,
        "encoding": encoding,
    }
