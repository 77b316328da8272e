"""``flurwerk export gis-nb``: the network plan of the federal broadband funding."""

from pathlib import Path

import click

from api.cli.exchange.account import print_account, programme_option
from api.cli.options import language_option
from api.cli.telling import tell
from geo.exchange.gis_nb import FORMATS, VERSIONS, export_plan
from geo.migrate import connect_migrated
from geo.settings import load_settings
from geo.store.database import make_read_only
from geo.text import Text


@click.command("gis-nb")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--version",
    type=click.Choice(VERSIONS),
    required=True,
    help="The version of the GIS-Nebenbestimmungen that the grant notice names.",
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="shape", show_default=True)
@programme_option
@language_option
def gis_nb_command(folder: Path, version: str, form: str, programmes: tuple[str, ...], language: str | None) -> None:
    """Write the network plan of the GIS-Nebenbestimmungen (phase 2) to a new FOLDER. UNVERIFIED.

    The official text was not at hand: fields and codes are those that other programs write (docs/exchange.md). Records
    whose value has no known code are left out and listed in the folder, never guessed. Compare the result with the
    document that your grant notice names.
    """
    settings = load_settings()
    with connect_migrated(settings) as connection:
        connection.commit()
        make_read_only(connection)
        account = export_plan(connection, folder, version=version, form=form, programmes=programmes)
    print_account(account, language or settings.language)
    tell(
        Text(
            f"{folder} ist geschrieben. Ungeprüft: Lesen Sie zuerst LIESMICH.txt.",
            f"Wrote {folder}. Unverified: read LIESMICH.txt first.",
        )
    )
