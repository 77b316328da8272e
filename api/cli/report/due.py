"""``flurwerk report --due``: does the scheduled work for a half-year's report. Run by a timer."""

import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from api.cli.report.files import files_of_report
from geo.figures.releases.assembling import draft
from geo.figures.report.missing import Missing
from geo.figures.report.schedule import DutyOutcome, next_due, run_due_duties
from geo.migrate import connect_migrated
from geo.periods import Period
from geo.settings import Settings, load_settings
from geo.store.database import connect, make_read_only
from maps.figures.report.writing import FORMS, write

NOT_DONE = 3
"""Exit status if figures are missing or the draft failed. Status 1 is for errors before any work was started."""


@click.command("due")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for drafts; FLURWERK_REPORT_FOLDER by default.",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
def due_command(folder: Path | None, today: datetime | None) -> None:
    """Do what is due on the first working day after a half-year: write the draft and list missing figures.

    To be run daily by a timer; finished work is not repeated. Exit status 0 if everything is done or nothing is due, 3
    if figures are missing or the draft failed.
    """
    settings = load_settings()
    where = folder or report_folder(settings)
    day = today.date() if today else None
    with connect_migrated(settings) as connection:
        done = run_due_duties(connection, lambda period: write_draft(settings, period, where), day)
    if not done:
        period, on = next_due(day)
        click.echo(f"Nothing is due until {on}: the draft of {period.name}.")
    for each in done:
        print_outcome(each)
    if any(each.outcome != "done" for each in done):
        sys.exit(NOT_DONE)


def report_folder(settings: Settings) -> Path:
    """Return the folder for drafts, which has one subfolder per period."""
    return settings.report_folder or settings.home / "reports"


def write_draft(settings: Settings, period: Period, folder: Path) -> list[str]:
    """Write the period's draft in all formats to its folder and return the file names. No file is left incomplete."""
    target = folder / period.name
    target.mkdir(parents=True, exist_ok=True)
    with connect(settings) as reader:
        make_read_only(reader)
        files = files_of_report(reader, draft(reader, period), settings, settings.language, FORMS)
    return [file.name for file in write(files, target)]


def print_outcome(done: DutyOutcome) -> None:
    """Print the outcome of a scheduled task; on stderr unless it is done."""
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
                click.echo(f"  {product}: {listed(missing)}", err=True)


def listed(missing: Iterable[Missing]) -> str:
    """Return the missing figures as one line of text."""
    return ", ".join(f"{each.key} ({each.what} of {each.period})" for each in missing)
