"""``flurwerk attachments``: where photos and documents are, moving them, and looking for what is missing."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from api.cli.telling import tell, warn
from geo.errors import BilingualError
from geo.formatting import number
from geo.migrate import connect_migrated
from geo.records.attachments import objects
from geo.records.attachments.moving import Destination, Moved, move
from geo.records.attachments.objects import Tidied
from geo.settings import load_settings
from geo.store.database import Connection
from geo.store.objects import ObjectStore, ObjectStoreFailed, needed, object_store
from geo.text import Text

SHOWN = 20
"""How many missing files are named."""
NAMES = {"database": Text("der Datenbank", "the database"), "s3": Text("dem Dateispeicher", "the object store")}


@click.group("attachments")
def attachments_command() -> None:
    """Move the bytes of photos and documents, and check those in the object store."""


@attachments_command.command("move")
@click.option(
    "--to",
    type=click.Choice(["database", "s3"]),
    help="Where to; where FLURWERK_ATTACHMENT_STORE sends uploads by default.",
)
def move_command(to: Destination | None) -> None:
    """Move all photos and documents to the database, or to the bucket of FLURWERK_S3_BUCKET.

    The service may go on meanwhile. What was interrupted goes on with the next call.
    """
    settings = load_settings()
    destination: Destination = to or settings.attachment_store
    store = object_store(settings)
    with connect_migrated(settings) as connection, _telling_operators():
        if store is None and destination == "database" and not objects.elsewhere(connection).files:
            moved, tidied = Moved(0, 0), Tidied(0, 0, None)
        else:
            moved, tidied = asyncio.run(_move(connection, needed(store), destination))
    where = NAMES[destination]
    tell(
        Text(
            f"{number(moved.files, 'de')} Dateien mit {number(moved.size / 1e6, 'de', 1)} MB sind jetzt in {where.de}; "
            "alle anderen waren es schon.",
            f"{number(moved.files, 'en')} files of {number(moved.size / 1e6, 'en', 1)} MB are in {where.en} now; all "
            "others were already.",
        )
    )
    tell_tidied(tidied)


@contextmanager
def _telling_operators() -> Iterator[None]:
    """Tell what is to be done if the store fails: whoever calls a command runs the service."""
    try:
        yield
    except ObjectStoreFailed as error:
        raise BilingualError(error.texts[0], error.remedy) from None


async def _move(connection: Connection, store: ObjectStore, to: Destination) -> tuple[Moved, Tidied]:
    moved = Moved(0, 0)
    async for each in move(connection, store, to):
        moved = each
    return moved, await objects.tidy(connection, store)


def tell_tidied(tidied: Tidied) -> None:
    """Tell what was deleted in the object store; exit with status 1 if it did not delete all."""
    if tidied.deleted:
        tell(
            Text(
                f"Im Dateispeicher gelöscht: {tidied.deleted} Dateien, die niemand mehr braucht.",
                f"Deleted in the object store: {tidied.deleted} files that nobody needs any more.",
            )
        )
    if tidied.failure:
        message, _ = tidied.failure.texts
        warn(
            Text(
                f"{tidied.left} Dateien sind im Dateispeicher noch zu löschen: {message.de} "
                f"{tidied.failure.remedy.de} Der nächste Aufruf von flurwerk purge versucht es wieder.",
                f"{tidied.left} files are still to be deleted in the object store: {message.en} "
                f"{tidied.failure.remedy.en} The next flurwerk purge tries again.",
            )
        )
        sys.exit(1)


@attachments_command.command("check")
@click.option("--bytes", "reads", is_flag=True, help="Read all of them, and compare them with what was stored.")
@click.option("--remove-unknown", "removes", is_flag=True, help="Delete the objects that the database does not know.")
def check_command(reads: bool, removes: bool) -> None:
    """Look for photos and documents that are missing in the object store, and for objects that nobody knows.

    Exit status 1 if some are missing or altered. Objects become unknown when an older backup is restored: the database
    that it has replaced needs them. Those of other installations in the same bucket are left alone.
    """
    settings = load_settings()
    store = object_store(settings)
    with connect_migrated(settings) as connection, _telling_operators():
        found = objects.elsewhere(connection)
        missing = asyncio.run(_check(connection, store, reads=reads)) if found.files else 0
        tell(
            Text(
                f"{number(found.files, 'de')} Dateien mit {number(found.size / 1e6, 'de', 1)} MB sind im "
                f"Dateispeicher; davon fehlen {number(missing, 'de')}.",
                f"{number(found.files, 'en')} files of {number(found.size / 1e6, 'en', 1)} MB are in the object store; "
                f"{number(missing, 'en')} of them are missing.",
            )
        )
        if store:
            asyncio.run(_unknown(connection, store, removes=removes))
    if missing:
        sys.exit(1)


async def _check(connection: Connection, store: ObjectStore | None, *, reads: bool) -> int:
    count = 0
    async for kept, error in objects.faulty(connection, store, reads=reads):
        count += 1
        message, _ = error.texts
        if count <= SHOWN:
            where = "/".join(kept.place)
            warn(Text(f"{where}: {message.de}", f"{where}: {message.en}"))
    if count > SHOWN:
        warn(Text(f"… und {count - SHOWN} weitere.", f"… and {count - SHOWN} more."))
    return count


async def _unknown(connection: Connection, store: ObjectStore, *, removes: bool) -> None:
    found = await objects.unknown(connection, store)
    if not found:
        return
    if removes:
        for place in found:
            await store.delete(place)
        tell(
            Text(
                f"{len(found)} Dateien, von denen die Datenbank nichts weiß, sind gelöscht.",
                f"Deleted {len(found)} files of which the database does not know.",
            )
        )
        return
    tell(
        Text(
            f"Von {len(found)} Dateien dieser Installation in {store.bucket}/{store.prefix} weiß die Datenbank nichts. "
            "Wenn keine Datenbank sie mehr braucht, die eine Sicherung ersetzt hat (flurwerk db old): flurwerk "
            "attachments check --remove-unknown",
            f"The database does not know {len(found)} files of this installation in {store.bucket}/{store.prefix}. If "
            "no database that a backup has replaced needs them any more (flurwerk db old): flurwerk attachments check "
            "--remove-unknown",
        )
    )
