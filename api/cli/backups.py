"""``flurwerk db backup``, ``restore`` and ``old``: what is kept of the database in use."""

from datetime import date, datetime
from pathlib import Path

import click

from api.cli.telling import spoken, tell
from geo.backups.databases import managing
from geo.backups.keeping import back_up_keeping
from geo.backups.migrating import Choices
from geo.backups.restoring import described, look, restore
from geo.backups.writing import back_up
from geo.errors import FlurwerkError
from geo.periods import CITY_TIME
from geo.settings import load_settings
from geo.text import Text, joined

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="FILE is a folder: write a dated file to it, and keep this and the newest others, N in all. For a timer.",
)
def backup_command(target: Path, keep: int | None) -> None:
    """Write the whole database, including its history, to FILE (PostgreSQL's custom format), for your eyes only.

    What the database's role may not read is not in it, and is named on stderr.
    """
    settings = load_settings()
    if keep is None:
        if target.is_dir():
            raise click.UsageError(
                spoken(
                    Text(
                        f"{target} ist ein Ordner. Nennen Sie eine Datei, oder heben Sie mit --keep N darin N "
                        "datierte Dateien auf.",
                        f"{target} is a folder. Name a file, or use --keep N to keep N dated files in it.",
                    )
                )
            )
        for lacking in back_up(settings, target):
            click.echo(lacking, err=True)
        tell(Text(f"{_described(target)} ist geschrieben.", f"Wrote {_described(target)}."))
        return
    if target.exists() and not target.is_dir():
        raise click.UsageError(
            spoken(
                Text(
                    f"--keep schreibt datierte Dateien in einen Ordner, und {target} ist keiner.",
                    f"--keep writes dated files to a folder, and {target} is none.",
                )
            )
        )
    kept = back_up_keeping(settings, target, keep)
    for lacking in kept.lacking:
        click.echo(lacking, err=True)
    tell(
        Text(
            f"{_described(kept.file)} ist geschrieben und wieder gelesen: {kept.rows} Zeilen.",
            f"Wrote {_described(kept.file)}, and read it again: {kept.rows} rows.",
        )
    )
    for each in kept.removed:
        tell(Text(f"{each} ist entfernt.", f"Removed {each}."))


def _described(file: Path) -> str:
    return f"{file} ({file.stat().st_size / 1e6:.1f} MB)"


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only look into the file: whether it is complete, and can be restored.")
@click.option("--keep-until", type=click.DateTime(["%Y-%m-%d"]), help="Last day to keep the replaced database.")
@click.option("--drop-old", "drops_old", is_flag=True, help="Drop the replaced database instead of keeping it.")
@click.option("--accept-unverified", is_flag=True, help="Restore even if releases are not as they were published.")
@click.option("--without-own", is_flag=True, help="Leave out what is your own and cannot be restored or migrated.")
@click.option("--discard-unfinished", is_flag=True, help="Drop what a killed restore loaded into an empty database.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore_command(
    file: Path,
    dry_run: bool,
    keep_until: datetime | None,
    drops_old: bool,
    accept_unverified: bool,
    without_own: bool,
    discard_unfinished: bool,
    yes: bool,
) -> None:
    """Put the backup in FILE in the place of the database. If that fails, nothing changes.

    The backup is restored beside the present database, migrated and compared; then the two exchange names. Whoever is
    connected is disconnected. The replaced database is kept under a name with the time: see flurwerk db old.
    An empty database, unless its role is a superuser, is filled directly.
    """
    if drops_old and keep_until:
        raise click.UsageError(
            spoken(
                Text(
                    "--drop-old und --keep-until schließen einander aus.",
                    "--drop-old and --keep-until exclude each other.",
                )
            )
        )
    until = keep_until.date() if keep_until else None
    if until and until < _today():
        raise click.UsageError(
            spoken(
                Text(
                    "Der Tag von --keep-until ist vorbei. Um nichts aufzuheben, nehmen Sie --drop-old.",
                    "The day of --keep-until has passed. To keep nothing, use --drop-old.",
                )
            )
        )
    if dry_run:
        click.echo(described(file, look(file)))
        return
    if not yes:
        click.confirm(
            spoken(
                Text(
                    "Die Sicherung kommt an die Stelle der jetzigen Datenbank. Fortfahren?",
                    "This puts the backup in the place of the present database. Continue?",
                )
            ),
            abort=True,
        )
    choices = Choices(until, drops_old, accept_unverified, without_own, discard_unfinished)
    restore(load_settings(), file, choices, click.echo)


@click.command("old")
@click.option("--drop", "names", multiple=True, metavar="NAME", help="Drop this one; can be repeated.")
@click.option("--drop-due", is_flag=True, help="Drop those whose day (restore --keep-until) is over; for a timer.")
def old_command(names: tuple[str, ...], drop_due: bool) -> None:
    """List the databases that restores have replaced, or drop some."""
    with managing(load_settings()) as databases:
        kept = {each.name for each in databases.put_aside()}
        if unknown := sorted(set(names) - kept):
            raise FlurwerkError(
                Text(
                    f"Keine Wiederherstellung hat eine Datenbank {unknown[0]} ersetzt.",
                    f"No restore has replaced a database {unknown[0]}.",
                ),
                Text("flurwerk db old nennt die Namen.", "Run flurwerk db old for their names."),
            )
        due = databases.due(_today()) if drop_due else []
        for name in dict.fromkeys([*names, *due]):
            databases.drop(name)
            tell(Text(f"{name} ist gelöscht.", f"Dropped {name}."))
        for each in databases.put_aside():
            size = f"{each.name}: {each.size / 1e6:.0f} MB"
            kept = Text(f", aufgehoben bis {each.until}", f", kept until {each.until}") if each.until else ""
            tell(joined(size, kept))


def _today() -> date:
    return datetime.now(CITY_TIME).date()
