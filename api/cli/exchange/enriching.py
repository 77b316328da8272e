"""``flurwerk enrich``: takes over what registers say about plots, one subcommand per register."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli.exchange.xtrasse import DAY
from api.cli.loading import report_file
from api.cli.options import language_option
from api.cli.telling import spoken
from geo.exchange import atlas, boris
from geo.exchange.alkis import enrich_by_parcels
from geo.exchange.enriching import Action, Enrichment, Entry, HowToRead, Options, write_report
from geo.exchange.enriching.report import ACTIONS
from geo.exchange.xplanung import enrich_by_plans
from geo.migrate import connect_migrated
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text
from geo.settings import load_settings
from geo.store.database import SRID, Connection

SHOWN = 50
"""How many entries of an action the table on the terminal shows; the report file lists all."""

Command = TypeVar("Command", bound=Callable[..., Any])
COMMON = (
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--dry-run", is_flag=True, help="Tell everything, but write nothing."),
    click.option("--overwrite", is_flag=True, help="Also replace values that somebody has entered and that differ."),
    click.option(
        "--report",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=report_file,
        help="Write what happened to each plot to this .csv or .json file.",
    ),
    language_option,
)
READING = (
    click.option("--layer", default="", help="The layer of the file, if it has several."),
    click.option("--crs", help=f"CRS of the coordinates if the file does not state it, for example EPSG:{SRID}."),
    click.option("--encoding", help="Encoding of a text file or Shapefile, for example cp1252."),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="ROLE=NAME",
        help="The file's name for one of the columns above; can be repeated.",
    ),
)


atlas_day = click.option(
    "--as-of", type=DAY, required=True, help="The day of the atlas, which its file does not name: 2024-12-31."
)


def with_options(*groups: tuple[Callable[[Any], Any], ...]) -> Callable[[Command], Command]:
    """Return a decorator that adds these groups of options in order."""

    def decorate(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate


@click.group("enrich")
def enrich_command() -> None:
    """Take over what a register says about plots.

    Each plot gets what the area says that covers more than half of it, and at least twice as much as any other. What
    somebody has entered stays, unless --overwrite is set. Every change names the area and its share of the plot, and
    stands in the plot's history with the file's name.
    """


@enrich_command.command("boris")
@with_options(COMMON[:1], READING, COMMON[1:])
@click.option(
    "--use",
    "uses",
    multiple=True,
    default=boris.COMMERCIAL,
    show_default=True,
    help="A use (nuta) that counts as commercial; can be repeated.",
)
def boris_command(
    file: Path,
    layer: str,
    crs: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
    dry_run: bool,
    overwrite: bool,
    report: Path | None,
    language: str | None,
    uses: tuple[str, ...],
) -> None:
    """Ground values from FILE, the zones of BORIS (Shapefile, GeoPackage): value, day and zone.

    Roles of columns: value (brw), day (stag), zone (brwznr), committee (genu), use (nuta). Only zones of a commercial
    use count. The codes of uses differ by state and are not verified: the uses passed over are listed.
    """
    how = HowToRead(layer, crs, encoding, pairs(columns))
    options = Options(overwrite, dry_run)
    run(lambda connection: boris.enrich_by_zones(connection, file, options, how, uses), report, language)


@enrich_command.command("xplanung")
@with_options(COMMON[:1])
@click.option("--crs", help=f"CRS of the coordinates if the file does not state it, for example EPSG:{SRID}.")
@with_options(COMMON[1:])
def xplanung_command(
    file: Path, crs: str | None, dry_run: bool, overwrite: bool, report: Path | None, language: str | None
) -> None:
    """Plan name, zoning, GRZ and GFZ from FILE, development plans as XPlanGML 4.1 to 6.1 (also in a ZIP archive).

    Plans that are not in force are passed over, and listed.
    """
    options = Options(overwrite, dry_run)
    run(lambda connection: enrich_by_plans(connection, file, options, crs), report, language)


@enrich_command.command("alkis")
@with_options(COMMON[:1], READING, COMMON[1:])
def alkis_command(
    file: Path,
    layer: str,
    crs: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
    dry_run: bool,
    overwrite: bool,
    report: Path | None,
    language: str | None,
) -> None:
    """Parcel keys and official area from FILE, the cadastre: simplified ALKIS (GeoPackage, Shapefile, GML) or NAS.

    Roles of columns: parcels (flstkennz), official_area_m2 (flaeche). A plot gets the keys of all parcels that it lies
    on; the official area only if these parcels and the plot are the same land within 2 %.
    """
    how = HowToRead(layer, crs, encoding, pairs(columns))
    run(lambda connection: enrich_by_parcels(connection, file, Options(overwrite, dry_run), how), report, language)


@enrich_command.command("breitbandatlas")
@with_options(COMMON[:1], READING)
@atlas_day
@with_options(COMMON[1:])
def breitbandatlas_command(
    file: Path,
    layer: str,
    crs: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
    as_of: datetime,
    dry_run: bool,
    overwrite: bool,
    report: Path | None,
    language: str | None,
) -> None:
    """Shares of households from FILE, the 100 m grid of the Breitbandatlas (GeoPackage or CSV): fibre and gigabit.

    Roles of columns: fibre (down_fn_hh_ftthb_1000), gigabit (down_fn_hh_alle_1000), cell (id), and in a table the
    centre in EPSG:3035: x (x_mp), y (y_mp). A plot gets the mean of its cells, weighted by their area within it. The
    names are not verified. `flurwerk compare breitbandatlas` compares the connections.
    """
    how, options = HowToRead(layer, crs, encoding, pairs(columns)), Options(overwrite, dry_run)
    run(lambda connection: atlas.enrich_by_cells(connection, file, options, how, as_of.date()), report, language)


def pairs(columns: tuple[str, ...]) -> dict[str, str]:
    """Return the names by role of ``ROLE=NAME``. Raises BadParameter."""
    split = [column.partition("=") for column in columns]
    if any(not (role and sign and name) for role, sign, name in split):
        raise click.BadParameter(
            spoken(Text("schreiben Sie ROLLE=NAME, etwa value=Richtwert", "write ROLE=NAME, such as value=Richtwert")),
            param_hint="--column",
        )
    return {role: name for role, _, name in split}


def run(enriching: Callable[[Connection], Enrichment], report: Path | None, language: str | None) -> None:
    """Enrich the plots, print the outcome, and exit with status 1 if a value was refused."""
    settings = load_settings()
    chosen = language or settings.language
    with connect_migrated(settings) as connection:
        result = enriching(connection)
    if report:
        write_report(result.entries, report, chosen)
    for note in result.notes:
        click.echo(note.in_language(chosen), err=True)
    for action in Action:
        entries = [entry for entry in result.entries if entry.action is action]
        if entries:
            _print_entries(action, entries, chosen)
    _print_summary(result, chosen)
    if not result.ok:
        sys.exit(1)


def _print_entries(action: Action, entries: list[Entry], language: str) -> None:
    table = Table(title=f"{ACTIONS[action].in_language(language)}: {len(entries)}", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading.in_language(language), overflow="fold")
    for plot, name, column, _, before, after, reason in entries[:SHOWN]:
        label = LAYERS["plots"].label(column).in_language(language)
        cells = (plot, name, label, before, after, reason.in_language(language))
        table.add_row(*("" if cell is None else escape(cell) for cell in cells))
    console = Console(stderr=True) if sys.stderr.isatty() else Console(stderr=True, width=160)
    console.print(table)
    if len(entries) > SHOWN:
        click.echo(f"… {len(entries) - SHOWN} (--report FILE.csv)", err=True)


HEADINGS = (
    Text("Grundstück", "Plot"),
    Text("Bezeichnung", "Name"),
    Text("Angabe", "Field"),
    Text("bisher", "before"),
    Text("Register", "register"),
    Text("Beleg", "proof"),
)


def _print_summary(result: Enrichment, language: str) -> None:
    counts = result.counts
    parts = [f"{counts[action]} {ACTIONS[action].in_language(language)}" for action in Action if counts[action]]
    listed = "".join(f", {part}" for part in parts)
    if language == "en":
        text = f"{result.plots} plots: {result.unchanged} values unchanged{listed}"
        nothing = "nothing was written"
    else:
        text = f"{result.plots} Grundstücke: {result.unchanged} Angaben unverändert{listed}"
        nothing = "es wurde nichts geschrieben"
    if result.dry_run or not result.ok:
        text += f" ({nothing})"
    click.echo(text)
