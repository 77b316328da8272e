"""``flurwerk supply``: the land on offer, its take-up, and how long it will last."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
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
from geo.land.supply import DIMENSIONS, WINDOWS, Row, Supply, UnknownDimension, Window, parse_dimensions, supply
from geo.land.supply.document import fields, hectares, records, rounded
from geo.land.supply.filters import measure_provenance, row_provenance, window_provenance
from geo.land.supply.rows import NO_TAKE_UP, UNKNOWN
from geo.migrate import connect_migrated
from geo.periods import UnknownDay, parse_day
from geo.records.layers import codes_of
from geo.records.layers.kept import are_kept, refuse_switched_off
from geo.records.layers.layer import Audience, Text
from geo.records.provenance import Provenance
from geo.settings import load_settings

MEASURE_FIELDS = ("horizon", "status", "measures")
NOTHING = Text(
    "Kein Grundstück im Angebot, kein Umsatz und kein Ankauf in den letzten fünf Jahren.",
    "No plot on offer, no take-up and no purchase in the last five years.",
)
NO_MEASURES = Text("Keine Maßnahmen erfasst.", "No measures recorded.")
TOTAL = Text("Summe", "Total")
SUPPLY_TITLE = Text("Flächenangebot am {day} (ha)", "Supply of land on {day} (ha)")
TAKE_UP_TITLE = Text(
    "Flächenumsatz (ha je Jahr) und Reichweite des Angebots (Jahre), im Mittel der letzten Jahre",
    "Take-up (ha per year) and range of supply (years), at the mean take-up of the last years",
)
BOUGHT_TITLE = Text(
    "Ankauf (ha) und Aufschlag auf den Bodenrichtwert (%) in den letzten Jahren",
    "Purchases (ha) and markup over the standard ground value (%) in the last years",
)
MEASURES_TITLE = Text("Maßnahmen der Flächenstrategie", "Measures of the land strategy")
AREA_COLUMNS = {
    "offered_m2": Text("angeboten", "offered"),
    "left_m2": Text("davon noch frei", "of which free"),
    "unrestricted_m2": Text("ohne Restriktion", "unrestricted"),
    "minor_m2": Text("gering restr.", "minor restrictions"),
    "serious_m2": Text("schwer restr.", "serious restrictions"),
    "divisible_m2": Text("teilbar", "divisible"),
    "brownfield_m2": Text("Brache", "brownfield"),
}
PLOTS = Text("Grundstücke", "Plots")
PRICE = Text("Median Preis €/m²", "median price €/m²")
MARKUP = Text("Median Aufschlag %", "median markup %")
TAKE_UP = Text("Umsatz {years} J.", "take-up {years} y")
RANGE = Text("Reichweite {years} J.", "range {years} y")
BOUGHT = Text("Ankauf {years} J.", "bought {years} y")
BOUGHT_MARKUP = Text("Aufschlag {years} J.", "markup {years} y")


def parse_by(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Return the dimensions. Raises BadParameter for an unknown one."""
    try:
        return parse_dimensions(value)
    except UnknownDimension as error:
        raise click.BadParameter(error.one_line(language_of_refusals(ctx))) from None


def parse_on(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """Return the reference day. Raises BadParameter if it is malformed."""
    try:
        return None if value is None else parse_day(value)
    except UnknownDay as error:
        raise click.BadParameter(error.one_line(language_of_refusals(ctx))) from None


@click.command("supply")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option(
    "--by", callback=parse_by, help=f"Split by any of {', '.join(DIMENSIONS)}; for example horizon,ownership."
)
@click.option(
    "--measures", is_flag=True, help="Only the measures, by horizon and status; required to get them as csv or json."
)
@click.option(
    "--on",
    callback=parse_on,
    help="Reference day, on which take-up periods end, for example 2024-06-30; today by default.",
)
@click.option(
    "--links",
    metavar="URL",
    help="With json: add links to the features behind each figure, at the service with this URL.",
)
@as_of_option
@language_option
def supply_command(
    form: str,
    by: tuple[str, ...],
    measures: bool,
    on: date | None,
    links: str | None,
    as_of: datetime | None,
    language: str | None,
) -> None:
    """Print the supply of commercial land: hectares on offer, take-up and range, prices, purchases, measures."""
    if links and form != "json":
        raise click.UsageError(spoken(Text("--links braucht --format json.", "--links needs --format json.")))
    if measures:
        refuse_switched_off(Text("--measures", "--measures"), "measures")
    settings = load_settings()
    language = language or settings.language
    with connect_migrated(settings) as connection:
        found = supply(connection, by, as_of, on=on)
    if form == "table":
        if not measures:
            print_supply(found, language)
        if are_kept("measures"):
            print_measures(found, language)
        return
    if measures:
        rows = [{name: getattr(count, name) for name in MEASURE_FIELDS} for count in found.measures or ()]
        provenances = [measure_provenance(count) for count in found.measures or ()]
    else:
        rows = records(found, language)
        provenances = [_provenance_of(found, row) for row in (*found.rows, found.total)]
    names = [*(MEASURE_FIELDS if measures else fields(found)), *(["items"] if links else [])]
    if links:
        urls = [item_urls(links, provenance, as_of) for provenance in provenances]
        rows = [row | {"items": items} for row, items in zip(rows, urls, strict=True)]
    write_records(rows, names, form)


def _provenance_of(found: Supply, row: Row) -> dict[str, Provenance]:
    """Return the provenance of each figure of a flat record, by column."""
    of_windows = {
        f"{name}_{window.years}y": provenance
        for window in row.windows or ()
        for name, provenance in window_provenance(found, row, window, Audience.INTERNAL).items()
    }
    return row_provenance(found, row) | of_windows


def print_supply(found: Supply, language: str) -> None:
    """Print three tables with the same rows: supply, take-up and range, purchases."""
    if found.is_empty:
        click.echo(NOTHING.in_language(language))
        return
    title = SUPPLY_TITLE.in_language(language).format(day=day(found.day, language))
    columns = [PLOTS, *AREA_COLUMNS.values(), PRICE, MARKUP]
    _print_table(found, title, [text.in_language(language) for text in columns], _supply_cells, language)
    for about, first, second, cells in (
        (TAKE_UP_TITLE, TAKE_UP, RANGE, _take_up_cells),
        (BOUGHT_TITLE, BOUGHT, BOUGHT_MARKUP, _bought_cells),
    ):
        heads = [text.in_language(language).format(years=years) for text in (first, second) for years in WINDOWS]
        _print_table(found, about.in_language(language), heads, cells, language)


def print_measures(found: Supply, language: str) -> None:
    """Print the number of measures, with one row per horizon and one column per status."""
    counts = found.measures or ()
    if not any(count.measures for count in counts):
        click.echo(NO_MEASURES.in_language(language))
        return
    table = Table(title=MEASURES_TITLE.in_language(language), title_justify="left")
    table.add_column(DIMENSIONS["horizon"].in_language(language))
    states = codes_of("measures", "status")
    for status in states.values():
        table.add_column(status.in_language(language), justify="right")
    for horizon in dict.fromkeys(count.horizon for count in counts):
        label = UNKNOWN if horizon is None else codes_of("measures", "horizon")[horizon]
        cells = [str(count.measures) for count in counts if count.horizon == horizon]
        table.add_row(label.in_language(language), *cells)
    table.add_section()
    sums = [
        sum(count.measures for count in counts if count.status == status) for status in codes_of("measures", "status")
    ]
    table.add_row(TOTAL.in_language(language), *map(str, sums))
    console().print(table)


def _print_table(
    found: Supply, title: str, heads: Sequence[str], cells: Callable[[Row, str], list[str]], language: str
) -> None:
    table = Table(title=title, title_justify="left")
    for dimension in found.by:
        table.add_column(DIMENSIONS[dimension].in_language(language))
    if not found.by:
        table.add_column("")
    for head in heads:
        table.add_column(head, justify="right", max_width=16)
    for row in found.rows:
        labels = [escape(found.label(dimension, code, language)) for dimension, code in row.part.items()]
        table.add_row(*labels, *cells(row, language))
    table.add_section()
    blanks = [""] * (len(found.by) - 1)
    table.add_row(TOTAL.in_language(language), *blanks, *cells(found.total, language))
    console().print(table)


def _supply_cells(row: Row, language: str) -> list[str]:
    areas = [_ha(getattr(row, name), language) for name in AREA_COLUMNS]
    prices = [_decimals(row.asking_price_eur_m2, 2, language), _decimals(row.asking_markup_percent, 1, language)]
    return [number(row.plots, language), *areas, *prices]


def _take_up_cells(row: Row, language: str) -> list[str]:
    def years_left(window: Window) -> str:
        years = row.range_years(window)
        return NO_TAKE_UP.in_language(language) if years is None else _decimals(years, 1, language)

    windows = row.windows or ()
    return [*(_ha(window.taken_m2_per_year, language) for window in windows), *map(years_left, windows)]


def _bought_cells(row: Row, language: str) -> list[str]:
    windows = row.windows or ()
    areas = [_ha(window.bought_m2, language) for window in windows]
    return [*areas, *(_decimals(window.bought_markup_percent, 1, language) for window in windows)]


def _ha(area_m2: Decimal, language: str) -> str:
    return _decimals(hectares(area_m2), 1, language)


def _decimals(value: Decimal | None, decimals: int, language: str) -> str:
    exact = rounded(value, decimals)
    return "–" if exact is None else number(exact, language, decimals)
