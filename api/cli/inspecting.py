"""``flurwerk inspect``: what a delivered file is, before it is loaded."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from shlex import quote

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli import language_of_refusals
from api.cli.layer_choice import LayerChoice
from api.cli.loading import print_rows
from api.cli.options import language_option
from api.cli.printing import console
from api.cli.progress import progress_bar
from api.cli.reading_options import reading_options, repeated_options
from geo.formatting import SEPARATORS, day, number
from geo.loading import FileMapping, inspect_file
from geo.loading.inspecting import Inspection, fits
from geo.loading.profiling import ColumnProfile, Kind
from geo.migrate import connect_migrated
from geo.profile.wording import worded
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text
from geo.settings import load_settings
from geo.store.database import SRID

COLUMNS = Text("Spalten", "Columns")
HEADS = (
    Text("Spalte", "column"),
    Text("gefüllt", "filled"),
    Text("Art", "kind"),
    Text("von – bis, oder Beispiele", "from – to, or examples"),
    Text("gehört zu", "belongs to"),
)
LAYERS_TITLE = Text("Ähnelt", "Resembles")
SEEN_AS = Text("Gesehen als", "Seen as")
NO_LAYER = Text(
    "Die Datei ähnelt keinem Layer. Wählen Sie, was sie enthält, und nennen Sie es mit --as:",
    "The file resembles no layer. Choose what it contains, and name it with --as:",
)
BAD_ROWS = Text("Fehlerhafte Zeilen: {count}", "Bad rows: {count} problems")
ROW = Text("Zeile", "row")
FIRST_ROWS = Text("Die ersten Zeilen, wie sie gespeichert würden", "The first rows as they would be stored")
PLACE = Text(f"Lage (EPSG:{SRID})", f"Extent (EPSG:{SRID})")
INSIDE = worded(Text("{inside} {own:in_whole}, {outside} außerhalb", "{inside} {own:in_whole}, {outside} outside"))
NEXT = Text("Weiter mit", "Next")
SHOWN_EXAMPLES = 3
LONGEST_EXAMPLE = 24


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "layer", type=LayerChoice(), metavar="LAYER", help="See the file as this layer.")
@reading_options
@language_option
def inspect_command(file: Path, layer: str | None, rules: FileMapping, language: str | None) -> None:
    """Show what FILE is, without loading it: rows, columns, CRS, place, and how it would be stored.

    Names the layer that the file resembles, and which of its columns would go where.
    """
    settings = load_settings()
    with connect_migrated(settings) as connection, progress_bar(file.name) as progress:
        inspection = inspect_file(connection, file, layer, rules, progress)
    _print(file, inspection, language or settings.language)


def _print(file: Path, inspection: Inspection, language: str) -> None:
    out = console()
    out.print(_facts(file, inspection, language))
    out.print(_columns(inspection, language))
    for note in dict.fromkeys(inspection.source.notes):
        click.echo(note.in_language(language))
    if not inspection.layer:
        _print_layers(out, inspection, language)
        click.echo(f"{NEXT.in_language(language)}: flurwerk inspect {quote(str(file))} --as LAYER{repeated_options()}")
        return
    if inspection.rows:
        _print_first_rows(out, inspection, language)
    if inspection.problems:
        print_rows(BAD_ROWS, inspection.problems, language)
    if inspection.refused:
        told = language_of_refusals(click.get_current_context())
        click.echo(inspection.refused.one_line(told), err=True)
    click.echo(f"{NEXT.in_language(language)}: flurwerk {_next_command(file, inspection)}")


def _print_layers(out: Console, inspection: Inspection, language: str) -> None:
    """Print the layers that the file could be, by its geometries, each with its title."""
    click.echo(NO_LAYER.in_language(language))
    grid = Table.grid(padding=(0, 2))
    for layer in LAYERS.values():
        # A table may have coordinates under any heading.
        if not inspection.source.has_geometry or fits(layer, inspection.source, []):
            grid.add_row(f"  {layer.key}", layer.title.in_language(language))
    out.print(grid)


def _next_command(file: Path, inspection: Inspection) -> str:
    name = quote(str(file))
    if inspection.fits:
        return f"load {inspection.layer} {name} --source NAME --dry-run{repeated_options()}"
    return f"template --from {name} {inspection.layer}{repeated_options()} > mapping.toml"


def _facts(file: Path, inspection: Inspection, language: str) -> Table:
    is_given = click.get_current_context().params["layer"] is not None
    grid = Table.grid(padding=(0, 2))
    rows = inspection.row_count
    noun = Text("Zeile", "row") if rows == 1 else Text("Zeilen", "rows")
    grid.add_row(escape(file.name), f"{number(rows, language)} {noun.in_language(language)}")
    for label, value in inspection.source.facts:
        grid.add_row(label.in_language(language), escape(value))
    if inspection.source.crs:
        grid.add_row("CRS", escape(inspection.source.crs[:80]))
    if place := inspection.place:
        west, south, east, north = (number(round(value), language) for value in place.extent)
        counts = {"inside": number(place.inside, language), "outside": number(place.outside, language)}
        inside = INSIDE.in_language(language).format(**counts)
        grid.add_row(PLACE.in_language(language), f"{west} – {east}, {south} – {north}: {inside}")
    if inspection.layers:
        best = ", ".join(_likeness(key, likeness, language) for key, likeness in inspection.layers[:3])
        grid.add_row((SEEN_AS if is_given else LAYERS_TITLE).in_language(language), best)
    return grid


def _likeness(key: str, likeness: float, language: str) -> str:
    # A file may have nothing of a layer that was asked for.
    share = f", {number(round(likeness * 100), language)} %" if likeness else ""
    return f"{key} ({LAYERS[key].title.in_language(language)}{share})"


def _columns(inspection: Inspection, language: str) -> Table:
    table = Table(title=COLUMNS.in_language(language), title_justify="left")
    for head in HEADS:
        table.add_column(head.in_language(language), overflow="fold")
    targets = {match.header: match.target for match in inspection.matches}
    for profile in inspection.columns:
        table.add_row(
            escape(profile.header),
            number(profile.filled, language),
            profile.kind.label.in_language(language),
            escape(_content(profile, language)),
            targets.get(profile.header, ""),
        )
    return table


def _content(profile: ColumnProfile, language: str) -> str:
    if profile.first is not None and profile.last is not None:
        ends = dict.fromkeys(_end(end, profile.kind, language) for end in (profile.first, profile.last))
        return " – ".join(ends)
    values = list(profile.values)
    examples = ", ".join(" ".join(value.split())[:LONGEST_EXAMPLE] for value in values[:SHOWN_EXAMPLES])
    return examples + (", …" if len(values) > SHOWN_EXAMPLES else "")


def _end(text: str, kind: Kind, language: str) -> str:
    """Return the first or last number or day of a column for people. Numbers are not grouped: many are keys."""
    if kind is Kind.DATE:
        return day(date.fromisoformat(text), language)
    return number(Decimal(text), language).replace(SEPARATORS[language][0], "")


def _print_first_rows(out: Console, inspection: Inspection, language: str) -> None:
    table = Table(title=f"{inspection.layer}: {FIRST_ROWS.in_language(language)}", title_justify="left")
    names = list(inspection.rows[0])
    for name in (ROW.in_language(language), *names):
        table.add_column(name, overflow="fold")
    for row_number, row in zip(inspection.row_numbers, inspection.rows, strict=True):
        table.add_row(str(row_number), *(escape(row[name] or "") for name in names))
    out.print(table)
