"""``flurwerk export ofds``: the network by the Open Fibre Data Standard."""

import json
from pathlib import Path
from uuid import UUID

import click

from api.cli.exchange.account import print_account, programme_option
from api.cli.options import language_option
from api.cli.telling import tell
from geo.exchange.ofds import Publication, export_network
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.profile import packaged_profile, profile
from geo.records.layers.layer import Text
from geo.settings import load_settings
from geo.store.database import make_read_only

UNNAMED = Text(
    "Die UUID des Netzes folgt aus dem voreingestellten Herausgeber „Flurwerk“ und kann anderswo dieselbe sein: "
    "bitte nennen Sie im Profil Ihre Behörde (publisher.name) oder geben Sie --id an, bevor Sie die Datei weitergeben.",
    "The network's UUID is made from the default publisher “Flurwerk”, and may be the same elsewhere: please name "
    "your agency in the profile (publisher.name), or give --id before you pass the file on.",
)


@click.command("ofds")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.json")
@click.option("--period", help="The network on this period's last day, for example 2023-H2; today's by default.")
@programme_option
@click.option("--name", default="Breitbandausbau", show_default=True, help="The network's name.")
@click.option(
    "--id", "network_id", type=click.UUID, help="The network's UUID; made from publisher and name by default."
)
@language_option
def ofds_command(
    file: Path,
    period: str | None,
    programmes: tuple[str, ...],
    name: str,
    network_id: UUID | None,
    language: str | None,
) -> None:
    """Write the network of trenches to FILE.json by the Open Fibre Data Standard 0.4.

    Trenches become spans; network nodes and the ends of trenches become nodes. The file shows where the network runs:
    it is internal, as the records are. Its publisher is the profile's.
    """
    settings = load_settings()
    publication = Publication(profile().publisher.name, name, str(network_id) if network_id else None)
    wanted = parse_period(period) if period else None
    with connect_migrated(settings) as connection:
        connection.commit()
        make_read_only(connection)
        package, account = export_network(connection, publication, period=wanted, programmes=programmes)
    if not network_id and profile().folder == packaged_profile():
        click.echo(UNNAMED.in_language(language or settings.language), err=True)
    text = json.dumps(package, ensure_ascii=False) + "\n"
    file.write_text(text, "utf-8")
    print_account(account, language or settings.language)
    tell(
        Text(
            f"{file} ist geschrieben ({len(text.encode()) / 1000000.0:.1f} MB).",
            f"Wrote {file} ({len(text.encode()) / 1e6:.1f} MB).",
        )
    )
