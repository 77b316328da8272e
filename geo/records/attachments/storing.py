"""Stores what attachments contain, and reads it as an audience sees it.

The bytes are in a table of their own, or in an object store: each rendition's row says where. An object is noted, then
written, then kept by its row (geo/store/schema/0059_stored_objects.sql); whatever interrupts that, no row refers to
an object that is not there, and none is there that is not noted. Where objects are is read by the audience's view.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.records.attachments.files import Content, Rendition
from geo.records.layers import LAYERS
from geo.records.layers.belongings import Belonging
from geo.records.layers.layer import Audience
from geo.records.layers.views import RENDITIONS, SCHEMAS, view_of
from geo.store.database import AsyncConnection
from geo.store.objects import ObjectStore, Place

PART_BYTES = 1 << 20
"""How much of a content is read at once."""
OWNER = "select object_owner::text from flurwerk.instance"
"""The statement that names whose objects are in the store: other installations in the same bucket have other keys."""

ADD_CONTENT = """
insert into flurwerk.attachment_contents (sha256, media_type, width_px, height_px)
values (%s, %s, %s, %s)
on conflict do nothing
"""
ADD_BYTES = """
insert into flurwerk.attachment_renditions (sha256, rendition, media_type, content)
values (%s, %s, %s, %s)
"""
"""Adds a rendition whose bytes are in the database."""


class Stored(NamedTuple):
    """A rendition of an attachment that the audience sees. ``digest`` is the SHA-256 of its bytes.

    ``file_name`` is that of the file as it was uploaded, None for the public.
    """

    media_type: str
    digest: str
    size: int
    file_name: str | None


def fingerprint(sent: bytes) -> str:
    """Return the SHA-256 of a file as it was sent, by which its content is stored once."""
    return sha256(sent).hexdigest()


async def is_kept(connection: AsyncConnection, digest: str) -> bool:
    """Return whether the content of a file with this fingerprint is stored already."""
    found = await connection.execute("select from flurwerk.attachment_contents where sha256 = %s", [digest])
    return await found.fetchone() is not None


async def note(
    connection: AsyncConnection, store: ObjectStore, digest: str, renditions: Iterable[Rendition]
) -> dict[Rendition, Place]:
    """Note objects that are about to be written, and return where to; to be committed before."""
    row = await (await connection.execute(OWNER)).fetchone()
    assert row
    places: dict[Rendition, Place] = {rendition: store.new_place(row[0], digest, rendition) for rendition in renditions}
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into flurwerk.stored_objects (bucket, object_key) values (%s, %s)", places.values()
        )
    return places


async def keep(
    connection: AsyncConnection, digest: str, content: Content, places: Mapping[Rendition, Place] | None = None
) -> None:
    """Store what a file contains, unless it is stored already. All of it or nothing is there in the end.

    ``places`` are those of the objects, if they have been noted and written; without, the bytes go into the database.
    """
    added = await connection.execute(ADD_CONTENT, [digest, content.media_type, content.width_px, content.height_px])
    if not added.rowcount:
        return
    for rendition, file in content.renditions.items():
        if places is None:
            await connection.execute(ADD_BYTES, [digest, rendition, file.media_type, file.content], binary=True)
            continue
        await connection.execute(
            """
            insert into flurwerk.attachment_renditions (
                sha256, rendition, media_type, digest, size_bytes, bucket, object_key
            )
            values (%s, %s, %s, %s, %s, %s, %s)
            """,
            [digest, rendition, file.media_type, fingerprint(file.content), len(file.content), *places[rendition]],
        )


async def same_file(connection: AsyncConnection, of: Belonging, record: int, digest: str) -> int | None:
    """Return the attachment of a record with this content, if there is one.

    Until the transaction ends, nobody else adds one: of two equal uploads at the same time, the second finds the first.
    """
    await connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])
    statement = sql.SQL("select id from flurwerk.attachments where {} = %s and sha256 = %s").format(
        sql.Identifier(of.column)
    )
    row = await (await connection.execute(statement, [record, digest])).fetchone()
    return row and row[0]


async def find(connection: AsyncConnection, audience: Audience, attachment: int, rendition: Rendition) -> Stored | None:
    """Return a rendition of an attachment, without its bytes; None if the audience does not see the attachment."""
    is_public = audience is Audience.PUBLIC
    statement = sql.SQL(
        """
        select r.media_type, r.digest, r.size_bytes as size, {file_name} as file_name
        from {renditions} as r
        join {attachments} as a on a.id = r.attachment
        where r.attachment = %s
          and r.rendition = %s
        """
    ).format(
        file_name=sql.SQL("null") if is_public else sql.SQL("a.file_name"),
        renditions=_renditions(audience),
        attachments=view_of(audience, LAYERS["attachments"]),
    )
    async with connection.cursor(row_factory=class_row(Stored)) as cursor:
        await cursor.execute(statement, [attachment, rendition])
        return await cursor.fetchone()


async def read_part(
    connection: AsyncConnection, audience: Audience, attachment: int, rendition: Rendition, start: int, length: int
) -> bytes | Place:
    """Return so many bytes of a rendition from ``start`` on, or where they are, if that is not the database.

    No bytes if the audience no longer sees the attachment.
    """
    statement = sql.SQL(
        """
        select substring(r.content from %s for %s), r.bucket, r.object_key
        from {} as r
        where r.attachment = %s
          and r.rendition = %s
        """
    ).format(_renditions(audience))
    cursor = await connection.execute(statement, [start + 1, length, attachment, rendition], binary=True)
    row = await cursor.fetchone()
    if row is None:
        return b""
    content, *place = row
    return Place(*place) if content is None else content


def _renditions(audience: Audience) -> sql.Identifier:
    return sql.Identifier(SCHEMAS[audience], RENDITIONS)
