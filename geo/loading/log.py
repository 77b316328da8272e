"""The log of loads: which file changed how many records of which layer, when and by whom."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from psycopg.rows import class_row

from geo.loading.report import LoadReport
from geo.profile import profile
from geo.store.database import AsyncConnection, Connection

CHUNK = 1 << 20


class Load(NamedTuple):
    """A load of a file."""

    id: int
    layer: str
    source: str
    file_name: str
    file_sha256: str
    rows: int
    inserted: int
    changed: int
    unchanged: int
    removed: int
    recorded_at: datetime
    recorded_by: str
    undone_at: datetime | None
    undone_by: str | None

    @property
    def has_effect(self) -> bool:
        """Whether it changed any record."""
        return self.inserted + self.changed + self.removed > 0


LOADS = """
    select
        id, layer, record_source as source, file_name, file_sha256, rows, inserted, changed, unchanged, removed,
        recorded_at, recorded_by, undone_at, undone_by
    from flurwerk.loads
"""


LATEST = f"""
    {LOADS}
    where (%(layer)s::text is null or layer = %(layer)s)
      and layer <> all (%(off)s)
    order by id desc
    limit %(limit)s
"""


def record_load(connection: Connection, report: LoadReport, path: Path) -> int:
    """Add a load to the log, in its own transaction. Return its number."""
    row = connection.execute(
        """
        insert into flurwerk.loads
            (layer, record_source, file_name, file_sha256, rows, inserted, changed, unchanged, removed)
        values
            (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        returning id
        """,
        [
            report.layer,
            report.source,
            path.name,
            sha256_of(path),
            report.rows,
            report.inserted,
            report.changed,
            report.unchanged,
            report.removed,
        ],
    ).fetchone()
    assert row
    return row[0]


def latest_loads(connection: Connection, limit: int = 50, layer: str | None = None) -> list[Load]:
    """Return the latest loads, newest first, of one layer or of all that the agency keeps."""
    with connection.cursor(row_factory=class_row(Load)) as cursor:
        return cursor.execute(LATEST, _bound(limit, layer)).fetchall()


async def latest_loads_async(connection: AsyncConnection, limit: int, layer: str | None) -> list[Load]:
    """Like `latest_loads`, on a connection of the web service."""
    async with connection.cursor(row_factory=class_row(Load)) as cursor:
        await cursor.execute(LATEST, _bound(limit, layer))
        return await cursor.fetchall()


def _bound(limit: int, layer: str | None) -> dict[str, object]:
    return {"layer": layer, "limit": limit, "off": sorted(profile().modules.off)}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder (such as a .gdb) that of its files' names and contents, in order."""
    digest = hashlib.sha256()
    for part in _files(path):
        if part != path:
            digest.update(part.relative_to(path).as_posix().encode() + b"\0")
        with part.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(part for part in path.rglob("*") if part.is_file())
    else:
        yield path
