"""``flurwerk report --due``: does the scheduled work for a period's report. Run by a timer."""

import os
import socket
import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from api.cli.account import account
from api.cli.report.files import files_of_report
from api.cli.telling import spoken, tell
from geo.figures.releases.assembling import draft
from geo.figures.report.documents import Document, DocumentEntry, entries, find
from geo.figures.report.missing import Missing
from geo.figures.report.schedule import DutyOutcome, next_due, run_due_duties
from geo.migrate import connect_migrated
from geo.periods import Period, parse_period
from geo.settings import Settings, load_settings
from geo.store.database import Connection, connect, make_read_only
from geo.text import Text
from maps.figures.report.writing import FORMS, media_type_of, write

NOT_DONE = 3
"""Exit status if figures are missing, or the draft failed or is not in the folder.

Status 1 is for errors before any work was started.
"""


@click.command("due")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for a copy of the draft; FLURWERK_REPORT_FOLDER by default.",
)
@click.option("--again", is_flag=True, help="Make the draft although there is one; the new one replaces it.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
def due_command(folder: Path | None, again: bool, today: datetime | None) -> None:
    """Do what is due on the first working day after a reported period: make the draft and list missing figures.

    The draft's documents are kept in the database until the report is published, and are on the report's page. To be
    run daily by a timer, on any number of hosts; finished work is not repeated. Exit status 0 if everything is done or
    nothing is due, 3 if figures are missing, or if the draft failed or could not be written to the folder.
    """
    settings = load_settings()
    named = folder or settings.report_folder
    day = today.date() if today else None
    by = f"{account()} on {socket.gethostname()}"
    with connect_migrated(settings) as connection:
        done = run_due_duties(connection, lambda period: make_draft(settings, period), day, by=by, again=again)
        kept = [entry for entry in entries(connection) if entry.period in {each.period for each in done}]
        if not done:
            period, on = next_due(day)
            tell(
                Text(
                    f"Bis zum {on} ist nichts fällig: der Entwurf von {period.name}.",
                    f"Nothing is due until {on}: the draft of {period.name}.",
                )
            )
        for each in done:
            print_outcome(each, kept)
        is_written = write_kept(connection, kept, named or settings.home / "reports")
    # Nobody misses a copy in a folder that nobody has named.
    if (named and not is_written) or any(each.outcome != "done" for each in done):
        sys.exit(NOT_DONE)


def make_draft(settings: Settings, period: Period) -> list[Document]:
    """Make the period's draft in all formats."""
    with connect(settings) as reader:
        make_read_only(reader)
        files = files_of_report(reader, draft(reader, period), settings, settings.language, FORMS)
    return [Document(name, media_type_of(name), content) for name, content in files.items()]


def write_kept(connection: Connection, kept: Iterable[DocumentEntry], folder: Path) -> bool:
    """Write the documents that the period's subfolder lacks, or has from an earlier draft; return whether it worked.

    A file that somebody has edited is newer than its draft and stays.
    """
    try:
        lacking = [one for one in kept if _is_outdated(folder / one.period / one.name, one)]
        for period, documents in groupby(lacking, key=lambda one: one.period):
            target = folder / period
            target.mkdir(parents=True, exist_ok=True)
            made_at = {one.name: one.made_at for one in documents}
            found = filter(None, (find(connection, parse_period(period), name) for name in made_at))
            for path in write({one.name: one.content for one in found}, target):
                # Clocks of hosts differ: the file gets the time of the database.
                when = made_at[path.name].timestamp()
                os.utime(path, (when, when))
                click.echo(path)
    except OSError as error:
        reason = f"{error.strerror or error}: {error.filename or folder}"
        tell(
            Text(
                f"flurwerk: Der Entwurf ist in der Datenbank, aber nicht in {folder} (Meldung: {reason})",
                f"flurwerk: the draft is in the database, but not in {folder} ({reason})",
            ),
            err=True,
        )
        return False
    return True


def _is_outdated(path: Path, entry: DocumentEntry) -> bool:
    try:
        return path.stat().st_mtime < entry.made_at.timestamp() - 1
    except FileNotFoundError:
        return True


def print_outcome(done: DutyOutcome, kept: Iterable[DocumentEntry]) -> None:
    """Print the outcome of a scheduled task; on stderr unless it is done. ``kept`` are the documents of its period."""
    match done.duty, done.outcome:
        case "draft", "done":
            tell(
                Text(
                    f"{done.period}: Der Entwurf wurde am {done.done_at:%d.%m.%Y} gemacht: {', '.join(done.files)}",
                    f"{done.period}: the draft was made on {done.done_at:%Y-%m-%d}: {', '.join(done.files)}",
                )
            )
            if not kept:
                tell(
                    Text(
                        "  Die Dateien sind nicht in der Datenbank: Der Bericht ist veröffentlicht, oder "
                        "eine frühere Version schrieb",
                        "  Its files are not in the database: the report has been published, or an earlier "
                        "version wrote",
                    )
                )
                tell(
                    Text(
                        "  sie in einen Ordner (flurwerk report --due --again macht einen neuen Entwurf).",
                        "  them into a folder (flurwerk report --due --again makes a new draft).",
                    )
                )
        case "draft", _:
            tell(
                Text(
                    f"flurwerk: {done.period}: Der Entwurf ist gescheitert (Meldung: {done.error})",
                    f"flurwerk: {done.period}: the draft failed: {done.error}",
                ),
                err=True,
            )
        case "figures", "done":
            tell(Text(f"{done.period}: Es fehlt keine Zahl.", f"{done.period}: no figure is missing."))
        case _:
            count = len(done.missing)
            tell(
                Text(
                    f"flurwerk: {done.period}: fehlende Zahlen: {count}",
                    f"flurwerk: {done.period}: missing {'figures' if count > 1 else 'figure'}: {count}",
                ),
                err=True,
            )
            for product, missing in groupby(done.missing, key=lambda each: spoken(each.product)):
                click.echo(f"  {product}: {listed(missing)}", err=True)


def listed(missing: Iterable[Missing]) -> str:
    """Return the missing figures as one line of text."""
    return ", ".join(f"{each.key} ({each.what} of {each.period})" for each in missing)
