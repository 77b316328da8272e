"""``flurwerk report PERIOD``: the period's report, written to files."""

from datetime import datetime
from pathlib import Path

import click

from api.cli.figures import as_of_option
from geo.database import as_recorded
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.report.content import content
from geo.report.document import canonical
from geo.settings import load_settings


@click.command("report")
@click.argument("period")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write to; it is made where there is none.",
)
@as_of_option
def make_command(period: str, folder: Path, as_of: datetime | None) -> None:
    """Write the report of PERIOD: 2023, 2023-H2, 2023-Q3 or 2023-07."""
    settings = load_settings()
    asked = parse_period(period)
    with connect_migrated(settings) as connection, as_recorded(connection, as_of):
        report = content(connection, asked, as_of)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"flurwerk-{asked.name}.json"
    path.write_bytes(canonical(report))
    click.echo(path)
