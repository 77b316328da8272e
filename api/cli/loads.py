"""``flurwerk loads``: what has been loaded, and undoing it."""

import click
from rich.markup import escape
from rich.table import Table

from api.cli import language_of_refusals
from api.cli.layer_choice import LayerChoice
from api.cli.options import language_option, refusal_language_option
from api.cli.printing import console
from geo.formatting import day, number
from geo.loading import latest_loads, undo_load
from geo.loading.log import Load
from geo.migrate import connect_migrated
from geo.periods import CITY_TIME
from geo.records.layers.layer import Text
from geo.settings import load_settings

TITLE = Text("Ladevorgänge", "Loads")
NONE = Text("Es wurde noch nichts geladen.", "Nothing has been loaded yet.")
HEADS = (
    Text("Nr.", "no."),
    Text("am", "on"),
    Text("von", "by"),
    Text("Layer", "layer"),
    Text("Quelle", "source"),
    Text("Datei", "file"),
    Text("neu", "new"),
    Text("geändert", "changed"),
    Text("gleich", "unchanged"),
    Text("entfernt", "removed"),
    Text("rückgängig", "undone"),
)
UNDONE = Text(
    "{layer}: Ladung {id} ({file}) wurde rückgängig gemacht: {inserted} gelöscht, {changed} wiederhergestellt, "
    "{removed} zurückgeholt",
    "{layer}: load {id} ({file}) was undone: {inserted} deleted, {changed} restored, {removed} returned",
)
COUNTS = 6
"""The place of the first column of counts."""


@click.group("loads", invoke_without_command=True)
@click.option("--layer", type=LayerChoice(), metavar="LAYER", help="Only loads of this layer.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many, at most.")
@language_option
@click.pass_context
def loads_command(ctx: click.Context, layer: str | None, limit: int, language: str | None) -> None:
    """List the latest loads of files, newest first; `loads undo NUMBER` undoes one as a whole."""
    if ctx.invoked_subcommand:
        return
    settings = load_settings()
    with connect_migrated(settings) as connection:
        found = latest_loads(connection, limit, layer)
    chosen = language or settings.language
    if found:
        console().print(_table(found, chosen))
    else:
        click.echo(NONE.in_language(chosen))


@loads_command.command("undo")
@click.argument("load_number", metavar="NUMBER", type=int)
@refusal_language_option
def undo_command(load_number: int) -> None:
    """Undo load NUMBER: its new records go, changed ones get their earlier values, removed ones return.

    Refused if any of them has been changed since. The history keeps all of it.
    """
    with connect_migrated(load_settings()) as connection:
        load = undo_load(connection, load_number)
    told = language_of_refusals(click.get_current_context())
    counts = {name: number(getattr(load, name), told) for name in ("inserted", "changed", "removed")}
    click.echo(UNDONE.in_language(told).format(layer=load.layer, id=load.id, file=load.file_name, **counts))


def _table(found: list[Load], language: str) -> Table:
    table = Table(title=TITLE.in_language(language), title_justify="left")
    for place, head in enumerate(HEADS):
        is_count = COUNTS <= place < COUNTS + 4
        table.add_column(head.in_language(language), overflow="fold", justify="right" if is_count else "left")
    for load in found:
        counts = (load.inserted, load.changed, load.unchanged, load.removed)
        undone = f"{day(load.undone_at.astimezone(CITY_TIME), language)}, {load.undone_by}" if load.undone_at else ""
        table.add_row(
            str(load.id),
            f"{day(load.recorded_at.astimezone(CITY_TIME), language)} {load.recorded_at.astimezone(CITY_TIME):%H:%M}",
            escape(load.recorded_by),
            load.layer,
            escape(load.source),
            escape(load.file_name),
            *(number(count, language) for count in counts),
            escape(undone),
        )
    return table
