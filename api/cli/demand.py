"""``flurwerk demand``: the demand for land, and the plots on offer that fit."""

from datetime import datetime
from decimal import Decimal

import click
from rich.markup import escape
from rich.table import Table

from api.cli import language_of_refusals
from api.cli.options import as_of_option, language_option
from api.cli.printing import console, write_records
from api.cli.telling import spoken
from api.records.item_urls import item_urls
from geo.formatting import day, number
from geo.land.demand import DIMENSIONS, Demand, demand
from geo.land.demand.document import records, row_record
from geo.land.demand.filters import row_provenance
from geo.land.supply import UnknownDimension, parse_dimensions
from geo.land.supply.document import rounded
from geo.migrate import connect_migrated
from geo.profile.wording import worded
from geo.records.layers.layer import Text
from geo.settings import load_settings

TITLE = Text("Gesuche nach Flächen am {day} und passendes Angebot", "Demand for land on {day} and matching supply")
NOTHING = Text("Kein Unternehmen sucht eine Fläche.", "Nobody is looking for land.")
TOTAL = Text("Summe", "Total")
MENTIONS = worded(
    Text(
        "Ein Gesuch für mehrere {own:districts} zählt {own:in_each_district}, in der Summe einmal.",
        "An inquiry for several {own:districts} counts once {own:in_each_district} and once in the total.",
    )
)
COLUMNS = {
    "inquiries": Text("Gesuche", "Inquiries"),
    "smallest_ha": Text("mindestens (ha)", "at least (ha)"),
    "largest_ha": Text("höchstens (ha)", "at most (ha)"),
    "plots": Text("passende Grundstücke", "matching plots"),
    "plots_ha": Text("davon frei (ha)", "of which free (ha)"),
    "unmet": Text("ohne passendes", "without a match"),
}


def parse_by(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Return the dimensions. Raises BadParameter for an unknown one."""
    try:
        return parse_dimensions(value, DIMENSIONS)
    except UnknownDimension as error:
        raise click.BadParameter(error.one_line(language_of_refusals(ctx))) from None


@click.command("demand")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option(
    "--by", callback=parse_by, help=f"Split by any of {', '.join(DIMENSIONS)}; for example size_class,zoning."
)
@click.option(
    "--links",
    metavar="URL",
    help="With json: add links to the features behind each figure, at the service with this URL.",
)
@as_of_option
@language_option
def demand_command(
    form: str, by: tuple[str, ...], links: str | None, as_of: datetime | None, language: str | None
) -> None:
    """Print the demand for commercial land: open inquiries, the area they want, and the plots on offer that fit."""
    if links and form != "json":
        raise click.UsageError(spoken(Text("--links braucht --format json.", "--links needs --format json.")))
    settings = load_settings()
    with connect_migrated(settings) as connection:
        found = demand(connection, by, as_of)
    if form == "table":
        print_demand(found, language or settings.language)
        return
    rows = records(found)
    if links:
        urls = [item_urls(links, row_provenance(row), as_of) for row in (*found.rows, found.total)]
        rows = [row | {"items": items} for row, items in zip(rows, urls, strict=True)]
    write_records(rows, list(rows[-1]), form)


def print_demand(found: Demand, language: str) -> None:
    """Print the table, with hectares rounded to one decimal."""
    if not found.total.inquiries:
        click.echo(NOTHING.in_language(language))
        return
    title = TITLE.in_language(language).format(day=day(found.day, language))
    caption = MENTIONS.in_language(language) if "district" in found.by else None
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    for dimension in found.by:
        table.add_column(DIMENSIONS[dimension].in_language(language))
    if not found.by:
        table.add_column("")
    for head in COLUMNS.values():
        table.add_column(head.in_language(language), justify="right", max_width=16)
    for row in (*found.rows, found.total):
        labels = [escape(found.label(name, code, language)) for name, code in row.part.items()]
        if row is found.total:
            table.add_section()
            labels = [TOTAL.in_language(language), *[""] * (len(found.by) - 1)]
        table.add_row(*labels, *(_cell(value, language) for value in row_record(row).values()))
    console().print(table)


def _cell(value: int | Decimal, language: str) -> str:
    return number(rounded(value, 1) or 0, language, 1) if isinstance(value, Decimal) else number(value, language)
