"""``flurwerk compare``: compares the records with what a register says, and changes nothing."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from api.cli.exchange.enriching import READING, atlas_day, pairs, with_options
from api.cli.options import language_option
from api.cli.printing import console, write_records
from geo.exchange import atlas
from geo.exchange.atlas.comparing import FINDINGS, Comparison
from geo.exchange.enriching import HowToRead
from geo.migrate import connect_migrated
from geo.settings import load_settings
from geo.store.database import make_read_only

SHOWN = 20
"""How many cells of a finding the table shows; csv and json list all."""


@click.group("compare")
def compare_command() -> None:
    """Compare the records with what a register says. Nothing is changed."""


@compare_command.command("breitbandatlas")
@click.argument("file", type=click.Path(path_type=Path))
@with_options(READING)
@atlas_day
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@language_option
def breitbandatlas_command(
    file: Path,
    layer: str,
    crs: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
    as_of: datetime,
    form: str,
    language: str | None,
) -> None:
    """Connections on record and FILE, the 100 m grid of the Breitbandatlas: cells in which only one knows of fibre.

    An address on record has fibre if its technology is FTTH or FTTB and it was passed by the atlas's day. Roles of
    columns as for `flurwerk enrich breitbandatlas`.
    """
    settings = load_settings()
    how = HowToRead(layer, crs, encoding, pairs(columns))
    with connect_migrated(settings) as connection:
        make_read_only(connection)
        found = atlas.compare(connection, file, how, as_of.date())
    if form == "table":
        _print(found, language or settings.language)
    else:
        write_records((each._asdict() for each in found.differences), atlas.Difference._fields, form)


def _print(found: Comparison, language: str) -> None:
    counts = Counter(each.finding for each in found.differences)
    for finding, text in FINDINGS.items():
        if not counts[finding]:
            continue
        cells = [each for each in found.differences if each.finding is finding]
        table = Table(title=f"{text.in_language(language)}: {len(cells)}", title_justify="left")
        for name in ("cell", "x", "y", "addresses", "with_fibre", "atlas_fibre_percent"):
            table.add_column(name)
        for each in cells[:SHOWN]:
            row = (each.cell, each.x, each.y, each.addresses, each.with_fibre, each.atlas_fibre_percent)
            table.add_row(*("" if value is None else str(value) for value in row))
        if len(cells) > SHOWN:
            table.add_row("…")
        console().print(table)
    if language == "en":
        click.echo(
            f"{found.cells} cells with addresses on record: {found.agreeing} agree, {len(found.differences)} differ; "
            f"{found.outside} addresses are in no cell of the atlas"
        )
    else:
        click.echo(
            f"{found.cells} Zellen mit eigenen Adressen: {found.agreeing} stimmen überein, {len(found.differences)} "
            f"weichen ab; {found.outside} Adressen liegen in keiner Zelle des Atlas"
        )
