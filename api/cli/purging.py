"""``flurwerk purge``: delete for good what was deleted long enough ago."""

import asyncio

import click

from api.cli.attachments import tell_tidied
from api.cli.telling import tell
from geo.migrate import connect_migrated
from geo.records.attachments.objects import tidy
from geo.records.attachments.purging import purge
from geo.settings import load_settings
from geo.store.objects import object_store
from geo.text import Text


@click.command("purge")
@click.option(
    "--days",
    type=click.IntRange(0, 3650),
    help="How many days ago; that of FLURWERK_RETENTION_DAYS by default. 0: all that was ever deleted.",
)
def purge_command(days: int | None) -> None:
    """Delete for good what deleted attachments contained, and what deleted or corrected memos said.

    In the object store, too, where the next call deletes what this one cannot, and what interrupted uploads left.
    Who deleted what and when stays in the history. Until then, who has deleted something can undo it. For a timer.
    """
    settings = load_settings()
    kept = settings.retention_days if days is None else days
    with connect_migrated(settings) as connection:
        purged = purge(connection, kept)
        tidied = asyncio.run(tidy(connection, object_store(settings)))
    tell(
        Text(
            f"Endgültig gelöscht, was vor {kept} Tagen oder früher gelöscht wurde: {purged.contents} Dateien, "
            f"{purged.texts} frühere Fassungen von Texten.",
            f"Deleted for good what was deleted {kept} days ago or earlier: {purged.contents} files, "
            f"{purged.texts} earlier versions of texts.",
        )
    )
    tell_tidied(tidied)
