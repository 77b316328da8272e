"""What becomes of objects after they were written: deleted when nothing refers to them, and looked for.

For commands: nothing is locked in the database while the store is asked, and whatever is interrupted goes on next time.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from geo.records.attachments.storing import OWNER
from geo.store.database import Connection
from geo.store.objects import RESTORE, ObjectMissing, ObjectStore, ObjectStoreFailed, Place, needed
from geo.text import Text

UPLOAD_TAKES = timedelta(hours=1)
"""After this time, an object to which no row refers is what an interrupted upload or move has left."""
UNKNOWN_AFTER = timedelta(days=1)
"""After this time, an object that is there is known if it ever will be."""
LOOKED_UP = 3
"""How many of the files that were stored last tell whether the store is the one that they were written to."""
ANOTHER = Text(
    "Im Dateispeicher fehlt, was zuletzt gespeichert wurde: Es ist wohl ein anderer.",
    "The object store lacks what was stored last: it is probably another one.",
)
SAME_STORE = Text(
    "Prüfen Sie, ob FLURWERK_S3_ENDPOINT noch der Dateispeicher ist, in den die Dateien gekommen sind; sonst holen Sie "
    "sie aus einer Sicherung des Buckets zurück. Was fehlt, nennt flurwerk attachments check.",
    "Check that FLURWERK_S3_ENDPOINT is still the store that the files were written to; otherwise bring them back from "
    "a backup of the bucket. flurwerk attachments check names what is missing.",
)
ALTERED = Text(
    "Die Datei im Dateispeicher ist nicht die, die gespeichert wurde.",
    "The file in the object store is not the one that was stored.",
)


class Tidied(NamedTuple):
    """How many objects were deleted, how many are still to be, and what the store said when it stopped answering."""

    deleted: int
    left: int
    failure: ObjectStoreFailed | None


class Elsewhere(NamedTuple):
    """How many renditions have their bytes in an object store, of how many bytes, in which buckets."""

    files: int
    size: int
    buckets: list[str]


class Kept(NamedTuple):
    """An object to which a rendition refers."""

    place: Place
    digest: str
    size: int


class NotTheBytes(ObjectMissing):
    """The object is there, but it is not what was stored."""


def elsewhere(connection: Connection) -> Elsewhere:
    """Return what is in object stores; nothing in a database that has not been migrated."""
    if connection.execute("select to_regclass('flurwerk.stored_objects')").fetchone() == (None,):
        return Elsewhere(0, 0, [])
    row = connection.execute(
        """
        select count(*), coalesce(sum(size_bytes), 0)::bigint, coalesce(array_agg(distinct bucket), '{}')
        from flurwerk.attachment_renditions
        where object_key is not null
        """
    ).fetchone()
    assert row
    return Elsewhere(*row)


def to_delete(connection: Connection, waiting: timedelta = timedelta()) -> list[Place]:
    """Return the objects to which no row refers any more, and those that an interrupted upload has left.

    Only those that have been waiting for so long.
    """
    if connection.execute("select to_regclass('flurwerk.stored_objects')").fetchone() == (None,):
        return []
    found = connection.execute(
        """
        select bucket, object_key
        from flurwerk.stored_objects
        where (state = 'released' and since <= now() - %(waiting)s)
           or (state = 'noted' and since < now() - %(upload)s - %(waiting)s)
        order by since
        """,
        {"waiting": waiting, "upload": UPLOAD_TAKES},
    )
    return [Place(*row) for row in found]


async def tidy(connection: Connection, store: ObjectStore | None) -> Tidied:
    """Delete what is to be deleted, each for itself; what the store does not delete now, the next call does.

    Nothing is deleted in a store that lacks all that was stored last.
    """
    with connection.transaction():
        # From here on, an upload that took longer than any should can no longer refer to them.
        connection.execute(
            """
            update flurwerk.stored_objects
            set state = 'released', since = now()
            where state = 'noted'
              and since < now() - %s
            """,
            [UPLOAD_TAKES],
        )
    places = to_delete(connection)
    kept = newest(connection, LOOKED_UP)
    connection.commit()
    try:
        # Another store has nothing to delete, either: what is owed to this one would be forgotten.
        if places and kept and await count_missing(needed(store), kept) == len(kept):
            return Tidied(0, len(places), ObjectMissing(ANOTHER, SAME_STORE))
    except ObjectStoreFailed as error:
        return Tidied(0, len(places), error)
    for number, place in enumerate(places):
        try:
            await needed(store).delete(place)
        except ObjectStoreFailed as error:
            return Tidied(number, len(places) - number, error)
        with connection.transaction():
            connection.execute(
                "delete from flurwerk.stored_objects where bucket = %s and object_key = %s and state = 'released'",
                place,
            )
    return Tidied(len(places), 0, None)


def newest(connection: Connection, most: int) -> list[Kept]:
    """Return the objects that were kept last."""
    found = connection.execute(
        """
        select r.bucket, r.object_key, r.digest, r.size_bytes
        from flurwerk.attachment_renditions as r
        join flurwerk.stored_objects as o using (bucket, object_key)
        order by o.since desc
        limit %s
        """,
        [most],
    )
    return [Kept(Place(bucket, key), digest, size) for bucket, key, digest, size in found]


async def count_missing(store: ObjectStore, kept: Sequence[Kept]) -> int:
    """Return how many of these objects are not in the store. Raises ObjectStoreFailed."""
    missing = 0
    for each in kept:
        try:
            await store.size(each.place)
        except ObjectMissing:
            missing += 1
    return missing


async def faulty(
    connection: Connection, store: ObjectStore | None, *, reads: bool = False
) -> AsyncIterator[tuple[Kept, ObjectMissing]]:
    """Yield each object that is missing, or not of its size; with ``reads``, also those that have other bytes."""
    found = connection.execute(
        """
        select bucket, object_key, digest, size_bytes
        from flurwerk.attachment_renditions
        where object_key is not null
        order by bucket, object_key
        """
    ).fetchall()
    connection.commit()
    for bucket, key, digest, size in found:
        kept = Kept(Place(bucket, key), digest, size)
        try:
            if reads:
                await read_whole(needed(store), kept)
            elif await needed(store).size(kept.place) != size:
                raise not_the_bytes()
        except ObjectMissing as error:
            yield kept, error


async def unknown(connection: Connection, store: ObjectStore) -> list[Place]:
    """Return this installation's objects that the database does not know, some time after their writing.

    There are some after an older backup was restored. Those of others in the same bucket are none of them.
    """
    before = datetime.now(UTC) - UNKNOWN_AFTER
    own = store.under(owner(connection))
    listed = [each.place async for each in store.listed(own) if each.modified_at < before]
    known = {Place(*row) for row in connection.execute("select bucket, object_key from flurwerk.stored_objects")}
    connection.commit()
    return [place for place in listed if place not in known]


def owner(connection: Connection) -> str:
    """Return what the keys of this installation's objects begin with, after the prefix of the settings."""
    row = connection.execute(OWNER).fetchone()
    assert row
    return row[0]


async def read_whole(store: ObjectStore, kept: Kept) -> bytes:
    """Return an object's bytes. Raises NotTheBytes if they are not those that were stored."""
    content = await store.read(kept.place, 0, kept.size)
    if sha256(content).hexdigest() != kept.digest:
        raise not_the_bytes()
    return content


def not_the_bytes() -> NotTheBytes:
    """Return the error that an object is not what was stored."""
    return NotTheBytes(ALTERED, RESTORE)
