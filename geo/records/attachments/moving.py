"""Moves the bytes of attachments from the database to an object store, or back, while the service goes on.

Each rendition moves for itself, and nothing is locked while the store is asked.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Literal, NamedTuple

from geo.records.attachments.objects import Kept, not_the_bytes, owner, read_whole
from geo.records.attachments.storing import fingerprint
from geo.store.database import Connection
from geo.store.objects import ObjectStore, Place

Destination = Literal["database", "s3"]


class Moved(NamedTuple):
    """What has moved: how many renditions and bytes so far."""

    files: int
    size: int


async def move(connection: Connection, store: ObjectStore, to: Destination) -> AsyncIterator[Moved]:
    """Move all bytes to the database, or to the bucket of the settings, and yield what has moved so far.

    Each rendition moves for itself, so that the next call goes on where one was interrupted. Raises ObjectStoreFailed
    and NotTheBytes. What has moved away is deleted by ``tidy``.
    """
    count = size = 0
    for digest, rendition in list(_elsewhere_than(connection, store, to)):
        moved = await (_to_database if to == "database" else _to_store)(connection, store, digest, rendition)
        count, size = count + (moved > 0), size + moved
        yield Moved(count, size)


def _elsewhere_than(connection: Connection, store: ObjectStore, to: Destination) -> Iterator[tuple[str, str]]:
    bucket = None if to == "database" else store.bucket
    with connection.transaction():
        yield from connection.execute(
            """
            select sha256, rendition
            from flurwerk.attachment_renditions
            where bucket is distinct from %s
            order by sha256, rendition
            """,
            [bucket],
        ).fetchall()


async def _to_database(connection: Connection, store: ObjectStore, digest: str, rendition: str) -> int:
    kept = _kept(connection, digest, rendition)
    if kept is None:
        return 0
    content = await read_whole(store, kept)
    with connection.transaction():
        moved = connection.execute(
            """
            update flurwerk.attachment_renditions
            set content = %s, bucket = null, object_key = null
            where sha256 = %s
              and rendition = %s
              and object_key = %s
            """,
            [content, digest, rendition, kept.place.key],
            binary=True,
        )
    return kept.size * moved.rowcount


async def _to_store(connection: Connection, store: ObjectStore, digest: str, rendition: str) -> int:
    kept = _kept(connection, digest, rendition)
    if kept:
        content = await read_whole(store, kept)
    else:
        with connection.transaction():
            row = connection.execute(
                "select content, digest from flurwerk.attachment_renditions where sha256 = %s and rendition = %s",
                [digest, rendition],
                binary=True,
            ).fetchone()
        if row is None:
            # Purged meanwhile.
            return 0
        content = row[0]
        if fingerprint(content) != row[1]:
            raise not_the_bytes()
    with connection.transaction():
        place = store.new_place(owner(connection), digest, rendition)
        connection.execute("insert into flurwerk.stored_objects (bucket, object_key) values (%s, %s)", place)
    await store.write(place, content)
    with connection.transaction():
        moved = connection.execute(
            """
            update flurwerk.attachment_renditions
            set content = null, bucket = %s, object_key = %s
            where sha256 = %s
              and rendition = %s
              and object_key is not distinct from %s
            """,
            [*place, digest, rendition, kept.place.key if kept else None],
        )
    return len(content) * moved.rowcount


def _kept(connection: Connection, digest: str, rendition: str) -> Kept | None:
    with connection.transaction():
        row = connection.execute(
            """
            select bucket, object_key, digest, size_bytes
            from flurwerk.attachment_renditions
            where sha256 = %s
              and rendition = %s
              and object_key is not null
            """,
            [digest, rendition],
        ).fetchone()
    return row and Kept(Place(row[0], row[1]), row[2], row[3])
