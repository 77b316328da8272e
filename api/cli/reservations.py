"""``flurwerk reservations``: what ends soon or has expired, and who waits."""

from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from api.cli.options import language_option
from api.cli.printing import console, write_records
from geo.formatting import day, number
from geo.land.reservations import DUE, due, notice_days, today
from geo.migrate import connect_migrated
from geo.records.layers.layer import Text
from geo.settings import load_settings

FIELDS = (
    *("due", "id", "plot", "plot_name", "inquiry_number", "company", "state", "area_m2", "promised_m2", "held_m2"),
    *("queued_on", "reserved_on", "expires_on", "days_left", "place", "note", "entered_by"),
)
TITLE = Text(
    "Reservierungen am {day}: was in {days} Tagen abläuft oder seit so vielen abgelaufen ist, und wer wartet",
    "Reservations on {day}: what ends within {days} days or has expired since as many, and who waits",
)
NOTHING = Text(
    "In den nächsten {days} Tagen läuft keine Reservierung ab, in den letzten ist keine abgelaufen, und niemand "
    "wartet.",
    "No reservation ends within the next {days} days, none has expired in the last, and nobody waits.",
)
WHOLE = Text("ganze Restfläche", "all that is left")
COLUMNS = (
    Text("Was", "What"),
    Text("Grundstück", "Plot"),
    Text("Anfrage", "Inquiry"),
    Text("Unternehmen", "Company"),
    Text("m²", "m²"),
    Text("Endet am", "Ends on"),
    Text("Tage", "Days"),
    Text("Platz", "Place"),
)
RIGHT = {"m²", "Tage", "Days", "Platz", "Place"}


@click.command("reservations")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option(
    "--within",
    type=click.IntRange(1, 365),
    metavar="DAYS",
    help="How many days ahead, and back for what has expired; by default the profile's `land.reservation_notice_days`.",
)
@language_option
def reservations_command(form: str, within: int | None, language: str | None) -> None:
    """Print the reservations that end soon or have just expired, and the waiting list.

    One row per reservation, the most pressing first: who is next in line, what ends, what has expired, who waits.
    """
    settings = load_settings()
    days = within or notice_days()
    with connect_migrated(settings) as connection:
        found = due(connection, days)
    if form == "table":
        print_due(found, days, language or settings.language)
    else:
        write_records([{name: row[name] for name in FIELDS} for row in found], FIELDS, form)


def print_due(found: list[dict[str, Any]], days: int, language: str) -> None:
    """Print one table, with a line between the reasons for which reservations are due."""
    if not found:
        click.echo(NOTHING.in_language(language).format(days=days))
        return
    title = TITLE.in_language(language).format(day=day(today(), language), days=days)
    table = Table(title=title, title_justify="left")
    for column in COLUMNS:
        head = column.in_language(language)
        table.add_column(head, justify="right" if head in RIGHT else "left")
    before = found[0]["due"]
    for row in found:
        if row["due"] != before:
            table.add_section()
        before = row["due"]
        table.add_row(*_cells(row, language))
    console().print(table)


def _cells(row: dict[str, Any], language: str) -> list[str]:
    area = WHOLE.in_language(language) if row["area_m2"] is None else number(row["area_m2"], language)
    ends = row["expires_on"]
    return [
        DUE[row["due"]].in_language(language),
        escape(row["plot_name"]),
        escape(row["inquiry_number"] or ""),
        escape(row["company"] or ""),
        area,
        day(ends, language) if ends else "",
        "" if row["days_left"] is None else number(row["days_left"], language),
        "" if row["place"] is None else str(row["place"]),
    ]
