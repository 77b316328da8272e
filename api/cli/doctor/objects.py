"""Looks at the object store of photos and documents: whether it can be written, read and deleted."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from api.cli.doctor.finding import Finding, advice, fault, ok
from geo.errors import ConfigurationError
from geo.records.attachments.objects import LOOKED_UP, SAME_STORE, Kept, count_missing, elsewhere, newest, to_delete
from geo.settings import Settings
from geo.store.database import Connection
from geo.store.objects import ObjectStore, ObjectStoreFailed, needed, object_store
from geo.text import Text

PROBE = b"flurwerk doctor"
DOCTOR = "doctor"
"""Where probes are, after the prefix of the settings."""
LATE = timedelta(days=2)
"""How long an object may wait to be deleted: `flurwerk purge` is called each night."""


def object_findings(settings: Settings) -> Iterator[Finding]:
    """Yield what was found; a small object is written, read and deleted again."""
    try:
        store = object_store(settings)
        if store is None:
            yield ok("files", Text("Uploads kommen in die Datenbank.", "Uploads go into the database."))
            return
        asyncio.run(_probe(store))
    except ConfigurationError as error:
        yield fault("files", *error.texts)
        return
    except ObjectStoreFailed as error:
        message, _ = error.texts
        yield fault("files", message, error.remedy)
        return
    where = f"{settings.s3_endpoint}, {store.bucket}/{store.prefix}"
    yield ok(
        "files",
        Text(
            f"Der Dateispeicher lässt sich beschreiben, lesen und löschen ({where}).",
            f"The object store can be written, read and deleted from ({where}).",
        ),
    )
    if settings.attachment_store == "database":
        yield ok(
            "files",
            Text(
                "Uploads kommen in die Datenbank; aus dem Dateispeicher wird nur gelesen.",
                "Uploads go into the database; the object store is read only.",
            ),
        )


async def _probe(store: ObjectStore) -> None:
    place = store.new_place(DOCTOR, "probe")
    await store.write(place, PROBE)
    try:
        await store.read(place, 0, len(PROBE))
        _ = [each async for each in store.listed(store.under(DOCTOR))]
    finally:
        await store.delete(place)


def _looked_up(store: ObjectStore, kept: list[Kept]) -> Iterator[Finding]:
    """Yield whether files are missing in a store that works: it may not be the one that they have been written to."""
    try:
        missing = asyncio.run(count_missing(store, kept))
    except ObjectStoreFailed:
        # Told already.
        return
    if missing:
        yield fault(
            "files",
            Text(
                f"Von den {len(kept)} zuletzt gespeicherten Dateien fehlen im Dateispeicher {missing}.",
                f"Of the {len(kept)} files that were stored last, the object store lacks {missing}.",
            ),
            SAME_STORE,
        )


def stored_objects(connection: Connection, settings: Settings) -> Iterator[Finding]:
    """Yield whether what the database says of objects can be done with the settings."""
    try:
        store = object_store(settings)
    except ConfigurationError:
        # Told already.
        return
    found = elsewhere(connection)
    if found.files and store is None:
        try:
            needed(store)
        except ObjectStoreFailed as error:
            buckets = ", ".join(found.buckets)
            yield fault(
                "files",
                Text(
                    f"{found.files} Dateien liegen in einem Dateispeicher, der nicht eingestellt ist ({buckets}).",
                    f"{found.files} files are in an object store that is not set ({buckets}).",
                ),
                error.remedy,
            )
    if found.files and store:
        yield from _looked_up(store, newest(connection, LOOKED_UP))
    if late := len(to_delete(connection, LATE)):
        yield advice(
            "files",
            Text(
                f"{late} Dateien, die niemand mehr braucht, warten seit Tagen darauf, im Dateispeicher gelöscht zu "
                "werden.",
                f"{late} files that nobody needs have been waiting for days to be deleted in the object store.",
            ),
            Text("Rufen Sie jede Nacht auf: flurwerk purge.", "Call each night: flurwerk purge."),
        )
