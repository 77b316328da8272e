"""``flurwerk report --due``: what falls due for a half-year's report, done by a timer."""

import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from api.cli.report.editions import edition_of
from geo.figures.releases.assembling import draft
from geo.figures.report.missing import Missing
from geo.figures.report.schedule import Done, do_what_is_due, next_due
from geo.migrate import connect_migrated
from geo.periods import Period
from geo.settings import Settings, load_settings
from geo.store.database import connect, look_only
from maps.figures.report.writing import FORMS, write

NOT_DONE = 3
"""The exit status where figures are missing or the draft failed; 1 is for errors before anything was asked."""


@click.command("due")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for drafts; FLURWERK_REPORT_FOLDER unless given.",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
def due_command(folder: Path | None, today: datetime | None) -> None:
    """Do what is due: a draft on the first working day after a half-year's end, and tell which figures are missing.

    Made to be run by a timer, every day: what is done is not done again. Exit status 0 where all is done or nothing is
    due, 3 where figures are missing or the draft failed.
    """
    settings = load_settings()
    where = folder or report_folder(settings)
    asked = today.date() if today else None
    with connect_migrated(settings) as connection:
        done = do_what_is_due(connection, lambda period: write_draft(settings, period, where), asked)
    if not done:
        period, on = next_due(asked)
        click.echo(f"Nothing is due before {on}: the draft of {period.name}.")
    for each in done:
        tell(each)
    if any(each.outcome != "done" for each in done):
        sys.exit(NOT_DONE)


def report_folder(settings: Settings) -> Path:
    """Where drafts lie: a folder for each period."""
    return settings.report_folder or settings.home / "reports"


def write_draft(settings: Settings, period: Period, folder: Path) -> list[str]:
    """Write the period's draft in every form to its folder; the names of the files. Each is there whole or not."""
    target = folder / period.name
    target.mkdir(parents=True, exist_ok=True)
    with connect(settings) as reader, TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
        look_only(reader)
        edition = edition_of(reader, draft(reader, period), settings, settings.language, FORMS)
        written = write(edition, Path(unfinished), FORMS, settings.report_template)
        return [file.replace(target / file.name).name for file in written]


def tell(done: Done) -> None:
    """Print what became of a duty; what is not done on stderr."""
    match done.duty, done.outcome:
        case "draft", "done":
            click.echo(f"{done.period}: the draft was made on {done.done_at:%Y-%m-%d}: {', '.join(done.files)}")
        case "draft", _:
            click.echo(f"flurwerk: {done.period}: the draft failed: {done.error}", err=True)
        case "figures", "done":
            click.echo(f"{done.period}: no figure is missing.")
        case _:
            count = len(done.missing)
            click.echo(f"flurwerk: {done.period}: missing {'figures' if count > 1 else 'figure'}: {count}", err=True)
            for product, missing in groupby(done.missing, key=lambda each: each.product.en):
                click.echo(f"  {product}: {said(missing)}", err=True)


def said(missing: Iterable[Missing]) -> str:
    """What is missing, in one line."""
    return ", ".join(f"{each.key} ({each.what} of {each.period})" for each in missing)
