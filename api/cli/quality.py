"""``flurwerk check``: what a person should look at before trusting a figure."""

import click
from rich.markup import escape
from rich.table import Table

from api.cli.figures import console, language_option, write_records
from geo.checks import CHECKS, Check, Finding, run
from geo.migrate import connect_migrated
from geo.settings import load_settings

SHOWN = 10
"""How many findings of one check the table shows; csv and json have them all."""


@click.command("check")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@language_option
def check_command(form: str, language: str | None) -> None:
    """List what looks wrong in the records: overlapping trenches, derived dates, areas that differ, odd places."""
    settings = load_settings()
    with connect_migrated(settings) as connection:
        found = [(check, run(connection, check)) for check in CHECKS]
    if form == "table":
        print_findings([(check, findings) for check, findings in found if findings], language or settings.language)
    else:
        write_records((finding._asdict() for _, findings in found for finding in findings), Finding._fields, form)


def print_findings(found: list[tuple[Check, list[Finding]]], language: str) -> None:
    """Print a table a check, with what to do about it."""
    if not found:
        click.echo("Keine Auffälligkeiten." if language == "de" else "Nothing found.")
    for check, findings in found:
        title = f"{check.label.in_language(language)} ({check.layer}): {len(findings)}"
        table = Table()
        for name in ("id", "source", "source_id", "detail"):
            table.add_column(name)
        for finding in findings[:SHOWN]:
            table.add_row(str(finding.id), *map(escape, (finding.source, finding.source_id, finding.detail)))
        if len(findings) > SHOWN:
            table.add_row("…", "", "", "")
        console().print(f"[bold]{title}[/bold]", check.advice.in_language(language), table, sep="\n")
