"""``flurwerk export xtrasse``: an application for consent under § 127 TKG."""

from datetime import datetime
from pathlib import Path

import click

from api.cli.options import language_option
from geo.exchange.xtrasse import Application, Choice, Kind, Written, write_application
from geo.migrate import connect_migrated
from geo.settings import load_settings
from geo.store.database import make_read_only

DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


@click.command("xtrasse")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--cluster", "clusters", multiple=True, help="Trenches of this cluster; can be repeated.")
@click.option("--trench", "source_ids", multiple=True, help="The trench with this source_id; can be repeated.")
@click.option("--applied-on", type=DAY, help="Trenches that were applied for on this day.")
@click.option("--name", required=True, help="Name of the plan, such as “Ausbau Nordstadt, 2. Abschnitt”.")
@click.option("--number", help="Number of the plan.")
@click.option("--kind", type=click.Choice(list(Kind)), default=Kind.LAYING, show_default=True, help="What it is.")
@click.option("--applicant", help="Who applies; the trenches' operator by default.")
@click.option("--contractor", help="The company that builds.")
@click.option("--begins-on", type=DAY, help="When the works are to begin.")
@click.option("--ends-on", type=DAY, help="When the works are to end; the last due date of the trenches by default.")
@language_option
def xtrasse_command(
    file: Path,
    clusters: tuple[str, ...],
    source_ids: tuple[str, ...],
    applied_on: datetime | None,
    name: str,
    number: str | None,
    kind: str,
    applicant: str | None,
    contractor: str | None,
    begins_on: datetime | None,
    ends_on: datetime | None,
    language: str | None,
) -> None:
    """Write trenches to FILE as an application for consent (§ 127 TKG): XTrasse 2.0, GML.

    Trenches are chosen by --cluster, --trench or --applied-on; of several conditions all must be met. Duplicates and
    discarded trenches are left out, and what the format cannot say of a trench stands in its description.
    """
    settings = load_settings()
    choice = Choice(clusters, source_ids, applied_on and applied_on.date())
    application = Application(
        name,
        number,
        Kind(kind),
        applicant,
        contractor,
        begins_on and begins_on.date(),
        ends_on and ends_on.date(),
    )
    with connect_migrated(settings) as connection:
        make_read_only(connection)
        written = write_application(connection, file, choice, application)
    _print(written, file, language or settings.language)


def _print(written: Written, file: Path, language: str) -> None:
    for trench, text in written.notes:
        click.echo(f"{trench}: {text.in_language(language)}" if trench else text.in_language(language), err=True)
    if language == "en":
        click.echo(f"{file}: {written.trenches} trenches as {written.sections} sections")
    else:
        click.echo(f"{file}: {written.trenches} Trassen in {written.sections} Abschnitten")
