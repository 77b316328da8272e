"""``flurwerk match``: ranks the plots on offer for an inquiry."""

import json
import sys
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from api.cli.options import language_option
from api.cli.printing import console
from api.land.matching.models import matches_out
from geo.formatting import number
from geo.land.matching import Matches, find_wish, match
from geo.land.matching.choosing import choose, read_hard, read_weights
from geo.land.matching.match import FIT_LABELS
from geo.migrate import connect_migrated
from geo.records.layers.layer import Text
from geo.settings import load_settings

TITLE = Text(
    "Flächen für Anfrage {number}: {matched} von {offered}", "Plots for inquiry {number}: {matched} of {offered}"
)
NEAREST = Text("Nichts passt; am nächsten kommen", "Nothing matches; nearest misses")
COLUMNS = (Text("Punkte", "Score"), Text("Fläche", "Plot"), Text("frei (m²)", "free (m²)"), Text("Warum", "Why"))
MARKS = {"fits": "+", "partly": "~", "does_not_fit": "−", "unknown": "?"}


@click.command("match")
@click.argument("inquiry", metavar="NUMBER")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Maximum number of plots.")
@click.option(
    "--excluded", type=click.IntRange(0, 1000), help="Number of excluded plots to show; five if no plot matches."
)
@click.option("--weights", metavar="KEY:WEIGHT,…", help="Weights from 0 to 10, for example size:3,fibre:0.")
@click.option("--hard", metavar="KEY,…", help="Criteria that exclude a plot, for example size,zoning.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@language_option
def match_command(
    inquiry: str,
    limit: int,
    excluded: int | None,
    weights: str | None,
    hard: str | None,
    form: str,
    language: str | None,
) -> None:
    """Print the plots on offer that suit the inquiry with this NUMBER, best first, with the reasons."""
    choices = choose(read_weights(weights), read_hard(hard))
    settings = load_settings()
    language = language or settings.language
    with connect_migrated(settings) as connection:
        found = match(connection, find_wish(connection, inquiry), choices)
    result = matches_out(found, limit, excluded, None, language)
    if form == "json":
        json.dump(result, sys.stdout, ensure_ascii=False, indent=2, default=str)
        click.echo()
        return
    print_matches(found, result, language)


def print_matches(found: Matches, result: dict[str, Any], language: str) -> None:
    """Print the plots with their reasons: `+` fits, `~` fits partly, `−` does not fit, `?` unknown."""
    title = TITLE.in_language(language).format(
        number=found.wish.number, matched=result["matched"], offered=result["offered"]
    )
    legend = ", ".join(f"{MARKS[fit]} {label.in_language(language)}" for fit, label in FIT_LABELS.items())
    table = Table(title=title, title_justify="left", caption=legend, caption_justify="left", show_lines=True)
    for head, justify in zip(COLUMNS, ("right", "left", "right", "left"), strict=True):
        table.add_column(head.in_language(language), justify="right" if justify == "right" else "left")
    for one in result["matches"]:
        table.add_row(*_cells(one, language))
    if result["excluded_plots"]:
        table.add_section()
        table.add_row("", NEAREST.in_language(language) if not result["matches"] else "", "", "")
        for one in result["excluded_plots"]:
            table.add_row(*_cells(one, language))
    console().print(table)


def _cells(one: dict[str, Any], language: str) -> tuple[str, ...]:
    reasons = "\n".join(f"{MARKS[each['fit']]} {each['label']}: {each['reason']}" for each in one["criteria"])
    score = "–" if one["score"] is None else number(one["score"], language, 1)
    return score, escape(one["plot"]["name"]), number(one["plot"]["remaining_m2"], language, 0), escape(reasons)
