"""``flurwerk kpi``: prints figures."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from api.cli.options import as_of_option, language_option
from api.cli.printing import Record, console, write_records
from api.cli.telling import spoken
from geo.figures.kpis import Indicator
from geo.figures.kpis import evaluation as kpis
from geo.figures.kpis.answers import MONTH, SPLITS
from geo.figures.kpis.figures import compute
from geo.figures.kpis.part_labels import in_words_of
from geo.figures.kpis.recorded import NOT_RECORDED, absent
from geo.figures.kpis.reform_notes import note
from geo.figures.report import columns, periods_of
from geo.figures.report.words import REMARK
from geo.formatting import day, number, printed
from geo.migrate import connect_migrated
from geo.periods import Period, parse_period
from geo.profile.levels import UPPER
from geo.records.layers.layer import Text
from geo.settings import load_settings
from geo.store.database import Connection, as_recorded

WORDS = {
    "product": Text("Produkt", "Product"),
    "indicator": Text("Kennzahl", "Indicator"),
    "remark": REMARK,
}
FIGURE_FIELDS = ("key", "label", "unit", "period", "target", "actual", "actual_rounded", "remark", "recorded")
ROW_FIELDS = ("key", *kpis.Row._fields)


def print_definitions(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    """Print the page of all indicators and end, if the option is given."""
    if value and not ctx.resilient_parsing:
        from geo.figures.kpis.document import markdown

        click.echo(markdown(), nl=False)
        ctx.exit()


@click.command("kpi")
@click.argument("period")
@click.option(
    "--document",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_definitions,
    help="Print what each indicator counts, as Markdown.",
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--key", help="Only this indicator, for example public_land_m2.")
@click.option("--by", type=click.Choice(list(SPLITS)), help="Split the figures; the parts add up to the total.")
@click.option("--part", help="Only this part of the city or county, by its key: 05958004.")
@click.option(
    "--rows",
    is_flag=True,
    help="List the records behind the figures; with --by district, one row per district.",
)
@as_of_option
@language_option
def kpi_command(
    period: str,
    form: str,
    key: str | None,
    by: str | None,
    part: str | None,
    rows: bool,
    as_of: datetime | None,
    language: str | None,
) -> None:
    """Print the figures of PERIOD: 2023, 2023-H2, 2023-Q3 or 2023-07."""
    if rows and by == MONTH:
        raise click.UsageError(
            spoken(
                Text(
                    "--rows nennt die Daten ohnehin. Lassen Sie --by month weg.",
                    "--rows lists dates anyway. Remove --by month.",
                )
            )
        )
    if part is not None and (rows or by):
        raise click.UsageError(
            spoken(
                Text(
                    "--part gibt die Zahlen eines Teils. Lassen Sie --by und --rows weg.",
                    "--part gives the figures of one part. Remove --by and --rows.",
                )
            )
        )
    settings = load_settings()
    language = language or settings.language
    wanted = parse_period(period)
    with _records_of(settings, as_of) as connection:
        chosen = kpis.in_force(known := kpis.indicators(connection), wanted)
        if key:
            chosen = [kpis.definition(kpis.find(known, key), wanted)]
        name = kpis.find_part(connection, wanted, part) if part is not None else None
        chosen = [in_words_of(part, each) for each in chosen]
        if not rows and not by and form == "table":
            print_report(connection, wanted, chosen, language, part, name)
            return
        if rows:
            fields = ROW_FIELDS
            records = contributing(connection, chosen, wanted, level=by)
        elif by:
            fields = (FIGURE_FIELDS[0], by, *FIGURE_FIELDS[1:])
            records = split(connection, chosen, wanted, by, language)
        else:
            fields = FIGURE_FIELDS
            records = (figure.as_record(language) for figure in compute(connection, [wanted], chosen, part=part))
        if form == "table":
            _print_records(list(records), language, {each.key: each.decimals for each in chosen})
        else:
            write_records(records, fields, form)
        if by and by != MONTH and (told := note(kpis.reforms(connection), wanted, by)):
            click.echo(told.in_language(language), err=True)


@contextmanager
def _records_of(settings: Any, as_of: datetime | None) -> Iterator[Connection]:
    with connect_migrated(settings) as connection, as_recorded(connection, as_of):
        yield connection


def contributing(
    connection: Connection, chosen: Iterable[Indicator], period: Period, *, level: str | None
) -> Iterator[Record]:
    """Yield one record per contributing row: key, layer, id, source, source_id, date, amount, district.

    With a ``level`` one per record and part of it, whose name is in ``district``. Those of a ratio have the keys of its
    numerator and its denominator.
    """
    known = kpis.reforms(connection)
    for key, indicator in records_of(chosen, period):
        found = kpis.rows(connection, indicator, period, by_part=bool(level), level=level or UPPER, known=known)
        for row in found:
            yield {"key": key, **row._asdict()}


def records_of(chosen: Iterable[Indicator], period: Period) -> Iterator[tuple[str, Indicator]]:
    """Yield what has records: each indicator once, with its key; numerator and denominator in the place of a ratio."""
    found: dict[str, Indicator] = {}
    for indicator in chosen:
        counted = indicator.in_force(period)
        for side in counted.sides if counted else ():
            found.setdefault(side.key, side)
    yield from ((key, each) for key, each in found.items() if each.in_force(period))


def split(
    connection: Connection, chosen: Iterable[Indicator], period: Period, by: str, language: str
) -> Iterator[Record]:
    """Yield one record per indicator and part, with a column of the split's name (``district``) after the key.

    Parts have no targets or remarks: those are set for the whole city and period.
    """
    known = kpis.reforms(connection)
    for figure in compute(connection, [period], list(chosen)):
        record = figure.as_record(language)
        parts = (
            kpis.by_month(connection, figure.indicator, period)
            if by == MONTH
            else kpis.by_district(connection, figure.indicator, period, level=by, known=known)
        )
        for part in parts:
            yield {
                "key": record["key"],
                by: part.part,
                "label": record["label"],
                "unit": record["unit"],
                "period": record["period"],
                "target": None,
                "actual": part.amount,
                "actual_rounded": figure.indicator.printed(part.amount),
                "remark": None,
                "recorded": part.amount is not None or not figure.indicator.is_sum,
            }


def print_report(
    connection: Connection,
    period: Period,
    chosen: list[Indicator],
    language: str,
    part: str | None = None,
    name: str | None = None,
) -> None:
    """Print the table as in the report: rounded targets and actuals side by side, with the remarks.

    With the key of a ``part``, its figures under its ``name``.
    """
    shown = columns(period)
    figures = {
        (figure.indicator.key, figure.period): figure
        for figure in compute(connection, periods_of(shown), chosen, part=part)
    }
    title = " · ".join(filter(None, ["Flurwerk", name and escape(name), period.name]))
    table = Table(title=title, title_justify="left", expand=False)
    table.add_column(WORDS["product"].in_language(language), max_width=22)
    table.add_column(WORDS["indicator"].in_language(language), max_width=44)
    for column in shown:
        table.add_column(column.label.in_language(language), justify="right", no_wrap=True)
    table.add_column(WORDS["remark"].in_language(language), max_width=36)
    for indicator in kpis.in_force(chosen, period):
        cells: list[str] = []
        for column in shown:
            figure = figures.get((indicator.key, column.period))
            value = None if figure is None else figure.target if column.content == "target" else figure.rounded
            if figure is None or (value is None and column.content == "target"):
                cells.append("")
            elif value is None:
                cells.append(absent(indicator).in_language(language))
            else:
                cells.append(printed(value, indicator.decimals, indicator.unit.printed, language))
        remark = figures[indicator.key, period.name].remark or ""
        labels = indicator.product.in_language(language), indicator.label.in_language(language)
        table.add_row(*labels, *cells, escape(remark))
    console().print(table)


def _print_records(records: list[Record], language: str, decimals: Mapping[str, int]) -> None:
    """Print records as a table, figures with the ``decimals`` of their indicators, by key."""
    if not records:
        click.echo("Keine Datensätze in diesem Zeitraum." if language == "de" else "No records in this period.")
        return
    hidden = {"label", "target", "remark", "actual", "recorded"} if "actual" in records[0] else set()
    table = Table(show_lines=False)
    for name in records[0]:
        if name not in hidden:
            table.add_column(name, justify="right" if name in {"amount", "actual_rounded", "id"} else "left")
    for record in records:
        shown = {**record}
        if record.get("recorded") is False:
            shown["actual_rounded"] = NOT_RECORDED.in_language(language)
        elif "actual_rounded" in record:
            shown["actual_rounded"] = printed(record["actual_rounded"], decimals[record["key"]], None, language)
        table.add_row(*(_cell(value, language) for name, value in shown.items() if name not in hidden))
    console().print(table)


def _cell(value: Any, language: str) -> str:
    if isinstance(value, Decimal):
        return number(value, language)
    return day(value, language) if isinstance(value, date) else escape(str(value))
