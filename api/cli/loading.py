"""``flurwerk load`` and ``flurwerk template``: import files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.kpis import language_option
from geo.exchange.mappings import FOLDERS, mapping_file
from geo.loading import FileMapping, LoadReport, Problem, load, template, write_problems
from geo.loading.mapping import read_mapping
from geo.migrate import connect_migrated
from geo.records.layers import LAYERS
from geo.settings import load_settings

SHOWN_PROBLEMS = 50
"""How many bad rows the table on the terminal shows; the report file lists all."""


def report_file(_ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    """Return the file for bad rows. Raises BadParameter, before anything is loaded, if it could not be written."""
    if value and value.suffix.lower() not in {".csv", ".json"}:
        raise click.BadParameter("the name must end in .csv or .json")
    if value and not value.absolute().parent.is_dir():
        raise click.BadParameter(f"the folder {value.absolute().parent} does not exist")
    return value


def constants_of(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return the columns that are set in every row, with their values. Raises BadParameter for a malformed one."""
    pairs = [value.partition("=") for value in values]
    for column, sign, _ in pairs:
        if not sign or not column.strip():
            raise click.BadParameter("write COLUMN=VALUE, for example programme=weisse-flecken")
    return {column.strip(): value for column, _, value in pairs}


def rules_of(mapping: str | None, layer: str, constants: dict[str, str]) -> FileMapping | None:
    """Return the mapping of that name or file with further constants; None for neither.

    Raises LoadRefused if the file cannot be used, and NoSuchMapping.
    """
    rules = None
    if mapping is not None:
        rules = read_mapping(mapping_file(mapping, layer) if mapping in FOLDERS else Path(mapping))
    if not constants:
        return rules
    rules = rules or FileMapping()
    return replace(rules, constants={**rules.constants, **constants})


layer_argument = click.argument("layer", type=click.Choice(list(LAYERS)), metavar="LAYER")


@click.command("load")
@layer_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="file", show_default=True, help="Where the records come from.")
@click.option("--crs", help="CRS of the coordinates if the file does not state it, for example EPSG:25832.")
@click.option(
    "--mapping",
    metavar="FILE",
    help=f"TOML file that maps columns and codes, or a mapping that Flurwerk has: {', '.join(FOLDERS)}.",
)
@click.option(
    "--set",
    "constants",
    multiple=True,
    metavar="COLUMN=VALUE",
    callback=constants_of,
    help="Set a column in every row, as [constants] in a mapping does; can be repeated.",
)
@click.option("--encoding", help="Encoding of a text file, for example cp1252; UTF-8 by default.")
@click.option("--repair", is_flag=True, help="Repair invalid polygons (ST_MakeValid) and list each repaired row.")
@click.option("--dry-run", is_flag=True, help="Check everything, but write nothing.")
@click.option("--prune", is_flag=True, help="Delete records of this source that are no longer in the file.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=report_file,
    help="Write every bad row to this .csv or .json file.",
)
@language_option
def load_command(
    layer: str,
    file: Path,
    source: str,
    crs: str | None,
    mapping: str | None,
    constants: dict[str, str],
    encoding: str | None,
    repair: bool,
    dry_run: bool,
    prune: bool,
    report: Path | None,
    language: str | None,
) -> None:
    """Load FILE into LAYER: all of its rows, or none.

    Reads CSV, XLSX, GeoJSON, GeoPackage, Shapefile, FlatGeobuf and GeoParquet. Loading the same file again changes
    nothing. `flurwerk template LAYER` shows the columns.
    """
    settings = load_settings()
    with connect_migrated(settings) as connection, progress_bar(layer) as progress:
        result = load(
            connection,
            layer,
            file,
            source=source,
            crs=crs,
            mapping=rules_of(mapping, layer, constants),
            encoding=encoding,
            repair=repair,
            dry_run=dry_run,
            prune=prune,
            progress=progress,
        )
    if report:
        write_problems(result.problems, report, language or settings.language)
    _print_result(result, language or settings.language)
    if result.problems:
        sys.exit(1)


@click.command("template")
@layer_argument
def template_command(layer: str) -> None:
    """Print an empty CSV file with the columns of LAYER; required ones are marked with *."""
    with connect_migrated(load_settings()) as connection:
        click.echo(template(connection, layer), nl=False)


def _print_result(result: LoadReport, language: str) -> None:
    for note in result.notes:
        click.echo(note.in_language(language), err=True)
    if result.repaired:
        _print_rows(f"Repaired: {len(result.repaired)}", result.repaired, language)
    if result.problems:
        _print_rows(f"Bad rows: {len(result.problems)} problems, nothing was written", result.problems, language)
        return
    if result.vanished:
        names = ", ".join(result.vanished[:10]) + (", …" if len(result.vanished) > 10 else "")
        done = "deleted" if result.removed else "kept (--prune deletes them)"
        click.echo(f"No longer in the file: {len(result.vanished)} records, {done}: {names}", err=True)
    click.echo(
        f"{result.layer}: {result.inserted} inserted, {result.changed} changed, {result.unchanged} unchanged, "
        f"{result.removed} removed" + (" (dry run: nothing was written)" if result.dry_run else "")
    )


def _print_rows(title: str, problems: list[Problem], language: str) -> None:
    table = Table(title=title, title_justify="left")
    for name in ("row", "source_id", "column", "value", "reason"):
        table.add_column(name, overflow="fold")
    for problem in problems[:SHOWN_PROBLEMS]:
        cells = problem.row, problem.source_id, problem.column, problem.value, problem.reason.in_language(language)
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in cells))
    console = Console(stderr=True) if sys.stderr.isatty() else Console(stderr=True, width=160)
    console.print(table)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - SHOWN_PROBLEMS} more: --report FILE.csv lists them all.", err=True)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """Yield a function that draws progress (done, total) on stderr; None if stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
