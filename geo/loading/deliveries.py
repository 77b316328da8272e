"""Uploaded files: kept in the database for a day, so that any host of the service can inspect and load them."""

from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import NamedTuple
from uuid import UUID

from geo.errors import BilingualError
from geo.store.database import AsyncConnection
from geo.text import Text

PART = 1 << 20
"""Bytes of a stored part."""


class UnknownDelivery(BilingualError):
    """There is no such uploaded file, or it belongs to somebody else."""


class Delivery(NamedTuple):
    """An uploaded file."""

    id: UUID
    file_name: str
    size: int


LONGEST_NAME = 200
"""In bytes, of which file systems allow 255."""


def plain_name(name: str) -> str:
    """Return a file's name without folders and control characters, shortened if it is too long but with its suffix."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    if not kept.strip("."):
        # One or two dots are folders.
        return "delivery"
    suffix = _beginning(PurePath(kept).suffix, 20)
    return (
        kept if len(kept.encode()) <= LONGEST_NAME else _beginning(kept, LONGEST_NAME - len(suffix.encode())) + suffix
    )


def _beginning(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


async def keep(connection: AsyncConnection, name: str, blocks: AsyncIterator[bytes]) -> Delivery:
    """Store an uploaded file, in the caller's transaction. What has been there for a day is removed first."""
    await connection.execute("delete from flurwerk.deliveries where uploaded_at < now() - interval '1 day'")
    file_name = plain_name(name)
    row = await (
        await connection.execute("insert into flurwerk.deliveries (file_name) values (%s) returning id", [file_name])
    ).fetchone()
    assert row
    size = number = 0
    async for part in _parts(blocks):
        await connection.execute(
            "insert into flurwerk.delivery_parts (delivery, number, content) values (%s, %s, %s)",
            [row[0], number, part],
            binary=True,
        )
        size, number = size + len(part), number + 1
    return Delivery(row[0], file_name, size)


async def write_to(connection: AsyncConnection, delivery: UUID, folder: Path, by: str) -> Path:
    """Write an uploaded file into a folder, and return its path. Raises UnknownDelivery if it is not the caller's."""
    row = await (
        await connection.execute(
            """
            select file_name
            from flurwerk.deliveries
            where id = %s
              and uploaded_by = %s
              and uploaded_at > now() - interval '1 day'
            """,
            [delivery, by],
        )
    ).fetchone()
    if row is None:
        raise UnknownDelivery(
            Text("Die hochgeladene Datei ist nicht mehr da.", "The uploaded file is no longer there."),
            Text(
                "Dateien bleiben einen Tag. Laden Sie sie noch einmal hoch.",
                "Files are kept for a day. Upload it again.",
            ),
        )
    path = folder / row[0]
    number = 0
    with path.open("xb") as file:
        while part := await (
            await connection.execute(
                "select content from flurwerk.delivery_parts where delivery = %s and number = %s",
                [delivery, number],
                binary=True,
            )
        ).fetchone():
            file.write(part[0])
            number += 1
    return path


async def drop(connection: AsyncConnection, delivery: UUID, by: str) -> bool:
    """Remove an uploaded file. Return whether there was one of the caller's."""
    found = await connection.execute(
        "delete from flurwerk.deliveries where id = %s and uploaded_by = %s", [delivery, by]
    )
    return found.rowcount == 1


async def _parts(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the blocks joined to parts of equal size, but for the last one."""
    held = bytearray()
    async for block in blocks:
        held += block
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)
