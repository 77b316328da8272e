"""``flurwerk purge``: delete for good what was deleted long enough ago."""

import click

from api.cli.telling import tell
from geo.migrate import connect_migrated
from geo.records.attachments.purging import purge
from geo.settings import load_settings
from geo.text import Text


@click.command("purge")
@click.option(
    "--days",
    type=click.IntRange(0, 3650),
    help="How many days ago; that of FLURWERK_RETENTION_DAYS by default. 0: all that was ever deleted.",
)
def purge_command(days: int | None) -> None:
    """Delete for good what deleted attachments contained, and what deleted or corrected memos said.

    Who deleted what and when stays in the history. Until then, who has deleted something can undo it. For a timer.
    """
    settings = load_settings()
    kept = settings.retention_days if days is None else days
    with connect_migrated(settings) as connection:
        purged = purge(connection, kept)
    tell(
        Text(
            f"Endgültig gelöscht, was vor {kept} Tagen oder früher gelöscht wurde: {purged.contents} Dateien, "
            f"{purged.texts} frühere Fassungen von Texten.",
            f"Deleted for good what was deleted {kept} days ago or earlier: {purged.contents} files, "
            f"{purged.texts} earlier versions of texts.",
        )
    )
