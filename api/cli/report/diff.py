"""``flurwerk report diff``: explains why a published figure differs from the current one or from another release."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from api.cli.options import language_option
from api.cli.printing import console, write_records
from geo.figures.kpis.recorded import NOT_RECORDED
from geo.figures.releases.differing import Difference
from geo.figures.releases.explaining import Explanation, Side, explain
from geo.figures.releases.listing import FIELDS, rows
from geo.figures.releases.set_values import SetDifference
from geo.figures.releases.writes import Write
from geo.formatting import day, number, printed
from geo.migrate import connect_migrated
from geo.periods import CITY_TIME, parse_period
from geo.profile.wording import worded
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text
from geo.settings import load_settings
from geo.store.database import make_read_only

NOW = "now"
EFFECTS = {
    "appeared": Text("neu", "appeared"),
    "disappeared": Text("entfallen", "disappeared"),
    "changed": Text("geändert", "changed"),
}
HEADINGS = (
    Text("Was", "What"),
    Text("Datensatz", "Record"),
    Text("vorher", "before"),
    Text("nachher", "after"),
    Text("Unterschied", "difference"),
    Text("Ursache", "Cause"),
    Text("Von", "By"),
    Text("Am", "On"),
)
SET = worded(
    Text("{own:Targets}, {own:Remarks} und gemeldete Werte", "{own:Targets}, {own:remarks} and reported figures")
)
SAME = Text("Kein Unterschied.", "No difference.")


class Version(click.ParamType):
    """Parameter type: the number of a release, or ``now``."""

    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return the number, or ``now``."""
        if isinstance(value, int) or value == NOW:
            return value
        if not (value.isascii() and value.isdigit() and int(value)):
            self.fail(f"“{value}” is neither the number of a release nor “now”.", param, ctx)
        return int(value)


@click.command("diff")
@click.argument("period")
@click.argument("release", type=click.IntRange(min=1), required=False)
@click.argument("other", type=Version(), default=NOW)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@language_option
def diff_command(period: str, release: int | None, other: int | str, form: str, language: str | None) -> None:
    """Explain which records make PERIOD's RELEASE (default: the latest) differ from now or from the release OTHER."""
    settings = load_settings()
    language = language or settings.language
    wanted = parse_period(period)
    with connect_migrated(settings) as connection:
        make_read_only(connection)
        found = explain(connection, wanted, release, None if isinstance(other, str) else other)
    if form == "table":
        _print(found, language)
    else:
        write_records(rows(found, language), FIELDS, form)


def _print(found: Explanation, language: str) -> None:
    sides = (_side(side, language) for side in (found.before, found.after))
    console().print(f"[bold]{found.period}: {' → '.join(sides)}[/bold]")
    if found.is_empty:
        click.echo(SAME.in_language(language))
    for difference in found.differences:
        _print_difference(difference, language)
    if found.set_values:
        _print_set(found.set_values, language)


def _side(side: Side, language: str) -> str:
    if side.number is None or side.recorded_at is None:
        return "now" if language == "en" else "jetzt"
    when = _moment(side.recorded_at, language)
    return f"release {side.number} ({when})" if language == "en" else f"Fassung {side.number} ({when})"


def _print_difference(difference: Difference, language: str) -> None:
    indicator = difference.indicator
    unit = indicator.unit.printed
    before, after = (
        NOT_RECORDED.in_language(language) if is_absent else printed(value, indicator.decimals, unit, language)
        for value, is_absent in zip((difference.before, difference.after), difference.not_recorded, strict=True)
    )
    signed = _signed(difference.difference, unit, language)
    table = Table()
    for heading in HEADINGS:
        table.add_column(heading.in_language(language), justify="right" if heading in HEADINGS[2:5] else "left")
    for record in difference.records:
        table.add_row(
            EFFECTS[record.effect].in_language(language),
            escape(record.label.in_language(language)),
            *(printed(row and row.amount, 0, unit, language) for row in (record.before, record.after)),
            _signed(record.difference, unit, language),
            escape(record.cause.in_language(language)),
            *_by_and_on(record.writes, language),
        )
    title = f"{escape(indicator.label.in_language(language))} ({indicator.key}): {before} → {after} ({signed})"
    console().print(f"\n[bold]{title}[/bold]", *([table] if difference.records else []), sep="\n")


def _print_set(found: Sequence[SetDifference], language: str) -> None:
    table = Table(*(heading.in_language(language) for heading in (*HEADINGS[:4], *HEADINGS[6:])))
    for changed in found:
        title = LAYERS[changed.layer].title.in_language(language)
        values = (_value(value, language) for value in (changed.before, changed.after))
        table.add_row(title, f"{changed.key} {changed.period}", *values, *_by_and_on(changed.writes, language))
    console().print(f"\n[bold]{SET.in_language(language)}[/bold]", table, sep="\n")


def _value(text: str | None, language: str) -> str:
    if text is None:
        return "–"
    is_number = re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
    return number(Decimal(text), language) if is_number else escape(text)


def _by_and_on(writes: Sequence[Write], language: str) -> tuple[str, str]:
    return (
        escape("\n".join(write.by for write in writes)),
        "\n".join(_moment(write.at, language) for write in writes),
    )


def _moment(instant: datetime, language: str) -> str:
    local = instant.astimezone(CITY_TIME)
    return f"{day(local, language)} {local:%H:%M}"


def _signed(value: Decimal, unit: Text | None, language: str) -> str:
    text = printed(value, 0, unit, language)
    return f"+{text}" if value > 0 else text
