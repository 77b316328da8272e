"""``flurwerk load`` and ``flurwerk template``: import files."""

import shlex
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli import language_of_refusals
from api.cli.layer_choice import LayerChoice
from api.cli.options import language_option, refusal_language_option
from api.cli.progress import progress_bar
from api.cli.reading_options import reading_options
from api.cli.telling import spoken
from geo.loading import (
    LONGEST_WAIT_S,
    ColumnChange,
    FileMapping,
    LoadRefused,
    LoadReport,
    Problem,
    Question,
    draft_mapping,
    load,
    read_day,
    template,
    write_problems,
)
from geo.loading.reasons.of_loads import GIVE_UP_IN_SHELL
from geo.migrate import connect_migrated
from geo.settings import load_settings
from geo.text import Text, key_text

SHOWN_PROBLEMS = 50
"""How many bad rows the table on the terminal shows; the report file lists all."""


CONFIRM = Text("Wenn es so sein soll:", "If it is intended:")
ADJUSTED = Text("Geändert, um gespeichert werden zu können: {count}", "Changed so that they could be stored: {count}")
BAD_ROWS = Text(
    "Fehlerhafte Zeilen: {count}. Es wurde nichts geschrieben.", "Bad rows: {count} problems, nothing was written"
)
SOURCE = Text("Quelle: wessen Datensätze das sind", "Source of the records")
NOT_WRITTEN = Text("Es wurde nichts geschrieben.", "Nothing was written.")
DELETED = Text("gelöscht", "deleted")
KEPT = Text("behalten (--prune löscht sie)", "kept (--prune deletes them)")
VANISHED = Text(
    "Nicht mehr in der Datei: {count} Datensätze, {done}: {names}",
    "No longer in the file: {count} records, {done}: {names}",
)
RESULT = Text(
    "{layer}: {inserted} neu, {changed} geändert, {unchanged} unverändert, {removed} gelöscht",
    "{layer}: {inserted} inserted, {changed} changed, {unchanged} unchanged, {removed} removed",
)
DRY_RUN = Text("(Probelauf: Es wurde nichts geschrieben)", "(dry run: nothing was written)")
MORE = Text(
    "… und {count} weitere: --report FILE.csv nennt sie alle.", "… and {count} more: --report FILE.csv lists them all."
)
KEY = Text(*["source_id"] * 2)
PROBLEM_HEADS = (
    Text("Zeile", "row"),
    KEY,
    Text("Spalte", "column"),
    Text("Wert", "value"),
    Text("Grund", "reason"),
)
VALUES = Text("Werte vorhandener Datensätze", "Values of existing records")
CHANGE_HEADS = (
    Text("vorhanden", "present"),
    Text("ergänzt", "filled"),
    Text("geändert", "changed"),
    Text("geleert", "emptied"),
)


def report_file(_ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    """Return the file for bad rows. Raises BadParameter, before anything is loaded, if it could not be written."""
    if value and value.suffix.lower() not in {".csv", ".json"}:
        raise click.BadParameter(
            spoken(Text("der Name muss mit .csv oder .json enden", "the name must end in .csv or .json"))
        )
    if value and not value.absolute().parent.is_dir():
        raise click.BadParameter(
            spoken(
                Text(
                    f"den Ordner {value.absolute().parent} gibt es nicht",
                    f"the folder {value.absolute().parent} does not exist",
                )
            )
        )
    return value


layer_argument = click.argument("layer", type=LayerChoice(), metavar="LAYER")


@click.command("load")
@layer_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="Whose records these are, the same name for every delivery: netzbau.")
@reading_options
@click.option("--repair", is_flag=True, help="Repair invalid polygons (ST_MakeValid) and list each repaired row.")
@click.option("--dry-run", is_flag=True, help="Check everything, but write nothing.")
@click.option("--prune", is_flag=True, help="Delete records of this source that are no longer in the file.")
@click.option(
    "--valid-from",
    metavar="DAY",
    help="Districts only: they are as in the file from this day on (01.07.2025, 2025-07-01). What the file changes or "
    "lacks is kept as former districts, for figures of earlier periods.",
)
@click.option("--accept-emptying", is_flag=True, help="Let empty cells delete more than a tenth of a column's values.")
@click.option(
    "--accept-pruning",
    is_flag=True,
    help="Let --prune delete, or --valid-from end, more than a tenth of the source's records.",
)
@click.option("--accept-replacing", is_flag=True, help="Let known source_ids be on other things than before.")
@click.option("--accept-similar", is_flag=True, help="Let new source_ids be known ones but for zeros or case.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=LONGEST_WAIT_S,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another load of the layer and source.",
)
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
    source: str | None,
    rules: FileMapping,
    repair: bool,
    dry_run: bool,
    prune: bool,
    valid_from: str | None,
    accept_emptying: bool,
    accept_pruning: bool,
    accept_replacing: bool,
    accept_similar: bool,
    wait: float,
    report: Path | None,
    language: str | None,
) -> None:
    """Load FILE into LAYER: all of its rows, or none.

    Reads CSV, XLSX, ODS, GeoPackage, Shapefile, GeoJSON, FlatGeobuf, GeoParquet, file geodatabases, GML, KML, DXF and
    MapInfo, each also in a ZIP. Loading the same file again changes nothing. `flurwerk template LAYER` shows the
    columns.
    """
    settings = load_settings()
    shown = language or settings.language
    source = source if source is not None else _asked_source(file)
    with connect_migrated(settings) as connection, progress_bar(layer) as progress:
        result = load(
            connection,
            layer,
            file,
            source=source,
            mapping=rules,
            repair=repair,
            dry_run=dry_run,
            prune=prune,
            valid_from=None if valid_from is None else read_day(valid_from),
            accept_emptying=accept_emptying,
            accept_pruning=accept_pruning,
            accept_replacing=accept_replacing,
            accept_similar=accept_similar,
            progress=progress,
            waiting=lambda text: click.echo(
                f"{text.in_language(shown)} {GIVE_UP_IN_SHELL.in_language(shown)}", err=True
            ),
            longest_wait_s=wait,
        )
    if report:
        write_problems(result.problems, report, shown)
    _print_result(result, shown, language_of_refusals(click.get_current_context()))
    if result.problems:
        sys.exit(1)


@click.command("template")
@layer_argument
@click.option(
    "--from", "delivery", type=click.Path(path_type=Path), help="A delivery: draft a mapping of its columns instead."
)
@reading_options
@refusal_language_option
def template_command(layer: str, delivery: Path | None, rules: FileMapping) -> None:
    """Print an empty CSV file with the columns of LAYER; required ones are marked with *.

    With --from FILE, print the draft of a mapping file from that file's columns and values to those of LAYER.
    """
    told = language_of_refusals(click.get_current_context())
    with connect_migrated(load_settings()) as connection:
        if delivery is None:
            click.echo(template(connection, layer), nl=False)
            return
        with progress_bar(delivery.name) as progress:
            draft = draft_mapping(connection, layer, delivery, rules, progress, told)
        click.echo(draft, nl=False)


def _asked_source(file: Path) -> str:
    """Return the source that the user names or confirms. Raises LoadRefused, with a suggestion, without a terminal."""
    suggested = "-".join(key_text(file.name.partition(".")[0]).split()) or "NAME"
    if not sys.stdin.isatty():
        raise LoadRefused(
            Text(
                "Die Quelle fehlt: wessen Datensätze das sind. Eine Zeile ersetzt den Datensatz mit gleicher Quelle "
                "und source_id.",
                "The source is missing: whose records these are. A row replaces that of the same source and source_id.",
            ),
            Text(
                f"Nennen Sie sie, bei jeder Lieferung gleich, zum Beispiel: --source {shlex.quote(suggested)}",
                f"Name it, the same for every delivery, for example: --source {shlex.quote(suggested)}",
            ),
        )
    return click.prompt(
        SOURCE.in_language(language_of_refusals(click.get_current_context())), default=suggested, err=True
    )


def _print_result(result: LoadReport, language: str, told: str) -> None:
    """Print what a load has done: what concerns the file in ``language``, the outcome in ``told``."""
    for note in result.notes:
        click.echo(note.in_language(language), err=True)
    if result.adjusted:
        print_rows(ADJUSTED, result.adjusted, language)
    if result.columns:
        _print_columns(result.columns, told)
    bad = [problem for problem in result.problems if not isinstance(problem, Question)]
    if bad:
        print_rows(BAD_ROWS, bad, language)
    for question in result.questions:
        click.echo(
            f"? {question.reason.in_language(language)} {CONFIRM.in_language(language)} {question.option}", err=True
        )
    if result.questions and not bad:
        click.echo(NOT_WRITTEN.in_language(told), err=True)
    if result.problems:
        return
    if result.vanished:
        names = ", ".join(result.vanished[:10]) + (", …" if len(result.vanished) > 10 else "")
        done = (DELETED if result.removed else KEPT).in_language(told)
        told_of = VANISHED.in_language(told).format(count=len(result.vanished), done=done, names=names)
        click.echo(told_of, err=True)
    outcome = RESULT.in_language(told).format(
        layer=result.layer,
        inserted=result.inserted,
        changed=result.changed,
        unchanged=result.unchanged,
        removed=result.removed,
    )
    click.echo(f"{outcome} {DRY_RUN.in_language(told)}" if result.dry_run else outcome)


def print_rows(title: Text, problems: list[Problem], language: str) -> None:
    """Print problems of rows as a table on stderr; with many, only the first ones.

    ``title`` has a place for their {count}. The reasons are told in ``language``, the rest in the language of refusals.
    """
    told = language_of_refusals(click.get_current_context())
    table = Table(title=title.in_language(told).format(count=len(problems)), title_justify="left")
    for head in PROBLEM_HEADS:
        table.add_column(head.in_language(told), overflow="fold")
    for problem in problems[:SHOWN_PROBLEMS]:
        cells = problem.row, problem.source_id, problem.column, problem.value, problem.reason.in_language(language)
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in cells))
    _print_table(table)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(MORE.in_language(told).format(count=len(problems) - SHOWN_PROBLEMS), err=True)


def _print_columns(changes: list[ColumnChange], language: str) -> None:
    table = Table(title=VALUES.in_language(language), title_justify="left")
    table.add_column(Text("Spalte", "column").in_language(language), overflow="fold")
    for head in CHANGE_HEADS:
        table.add_column(head.in_language(language), justify="right")
    for change in changes:
        table.add_row(change.column, *map(str, (change.present, change.filled, change.changed, change.emptied)))
    _print_table(table)


def _print_table(table: Table) -> None:
    console = Console(stderr=True) if sys.stderr.isatty() else Console(stderr=True, width=160)
    console.print(table)
