"""``flurwerk check``: lists records to review before trusting a figure."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import click
from rich.markup import escape
from rich.table import Table

from api.cli.options import as_of_option, language_option
from api.cli.printing import Record, console, write_records
from geo.access import inspection
from geo.access.inspection import Fault
from geo.figures.checks import CHECKS, Finding, run
from geo.figures.checks.period import AffectedFigure, PeriodFinding, findings_of
from geo.formatting import number
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.records.layers.layer import Text
from geo.settings import load_settings
from geo.store.database import as_recorded

SHOWN = 10
"""How many findings of one check the table shows; csv and json list all."""

ROLES = Text("Datenbankrollen", "Database roles")
CORRECTED_BY = Text(
    "„flurwerk migrate“ bringt sie in Ordnung. Fehlt ihm das Recht, führt die Verwaltung des Servers dies aus:",
    "“flurwerk migrate” corrects them. If it lacks the right to, have the server's administrator run:",
)

OTHERS = Text(
    "{} weitere Auffälligkeiten betreffen keine Zahl dieses Zeitraums: „flurwerk check“ ohne --period nennt sie.",
    "{} more findings affect no figure of this period: “flurwerk check” without --period lists them.",
)
OTHER = Text(
    "1 weitere Auffälligkeit betrifft keine Zahl dieses Zeitraums: „flurwerk check“ ohne --period nennt sie.",
    "1 more finding affects no figure of this period: “flurwerk check” without --period lists it.",
)

PERIOD_FIELDS = (*Finding._fields, *AffectedFigure._fields)


@click.command("check")
@click.option("--period", help="Only findings that affect figures of this period, such as 2023-H2, with the figures.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@as_of_option
@language_option
def check_command(period: str | None, form: str, as_of: datetime | None, language: str | None) -> None:
    """List records that look wrong: overlapping trenches, derived or odd dates, odd areas or places, missing values.

    Without --period and --as-of, database roles that are not as they should be are named on stderr, each with the
    statement that corrects it.

    With --period, the number of findings that affect none of its figures is told on stderr; csv and json contain one
    row per affected figure: the indicator's key, the amount that the record contributes, and whether it does
    contribute or only would if the record were in order.
    """
    settings = load_settings()
    wanted = parse_period(period) if period else None
    with connect_migrated(settings) as connection, as_recorded(connection, as_of):
        everything = [finding for check in CHECKS for finding in run(connection, check)]
        found = findings_of(connection, wanted) if wanted else [PeriodFinding(finding, ()) for finding in everything]
        faults = [] if wanted or as_of else list(inspection.faults(connection))
    chosen = language or settings.language
    print_faults(faults, chosen)
    others = len({*everything} - {odd.finding for odd in found})
    if others:
        click.echo((OTHER if others == 1 else OTHERS).in_language(chosen).format(number(others, chosen)), err=True)
    if form == "table":
        if found or not faults:
            print_findings(found, chosen, with_figures=wanted is not None)
    elif wanted:
        write_records(_figures(found), PERIOD_FIELDS, form)
    else:
        write_records((odd.finding._asdict() for odd in found), Finding._fields, form)


def print_faults(faults: list[Fault], language: str) -> None:
    """Print what is wrong with the database's roles, and what to do, on stderr."""
    if faults:
        click.echo(f"{ROLES.in_language(language)} ({len(faults)}): {CORRECTED_BY.in_language(language)}", err=True)
    for fault in faults:
        click.echo(f"  {fault.role}: {fault.what.in_language(language)} {fault.remedy.as_string()};", err=True)


def print_findings(found: list[PeriodFinding], language: str, *, with_figures: bool) -> None:
    """Print one table per check, with advice on what to do."""
    if not found:
        click.echo("Keine Auffälligkeiten." if language == "de" else "Nothing found.")
    for check, of_check in groupby(found, key=attrgetter("check")):
        findings = list(of_check)
        title = f"{check.label.in_language(language)} ({check.layer}): {len(findings)}"
        table = _table(findings[:SHOWN], with_figures=with_figures)
        if len(findings) > SHOWN:
            table.add_row("…")
        console().print(f"[bold]{title}[/bold]", check.advice.in_language(language), table, sep="\n")


def _table(findings: list[PeriodFinding], *, with_figures: bool) -> Table:
    table = Table()
    for name in ("id", "source", "source_id", "detail", *(["figures"] if with_figures else [])):
        table.add_column(name)
    for odd in findings:
        finding = odd.finding
        figures = [", ".join(odd.keys)] if with_figures else []
        cells = (finding.source, finding.source_id, finding.detail, *figures)
        table.add_row(str(finding.id), *map(escape, cells))
    return table


def _figures(found: list[PeriodFinding]) -> Iterator[Record]:
    for odd in found:
        for figure in odd.figures:
            yield {**odd.finding._asdict(), **figure._asdict()}
