"""The options of the commands that read delivered files: how a file is read, and what its columns mean."""

from collections.abc import Callable
from functools import reduce, wraps
from pathlib import Path
from shlex import quote
from typing import Any

import click

from api.cli.telling import spoken
from geo.exchange.mappings import FOLDERS, mapping_file
from geo.loading import FileMapping, LoadRefused, overridden, read_mapping
from geo.store.database import SRID
from geo.text import Text


def _constants(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for column, sign, _ in pairs:
        if not sign or not column.strip():
            raise click.BadParameter(
                spoken(
                    Text(
                        "schreiben Sie SPALTE=WERT, zum Beispiel programme=weisse-flecken",
                        "write COLUMN=VALUE, for example programme=weisse-flecken",
                    )
                )
            )
    return {column.strip(): value for column, _, value in pairs}


OPTIONS = (
    click.option(
        "--mapping",
        metavar="FILE",
        help=f"TOML file that maps columns and codes, or a mapping that Flurwerk has: {', '.join(FOLDERS)}.",
    ),
    click.option("--crs", help=f"CRS of the coordinates if the file does not state it, for example EPSG:{SRID}."),
    click.option(
        "--accuracy",
        type=click.FloatRange(min=0, min_open=True),
        metavar="M",
        help="Metres that suffice when coordinates are transformed; 1 by default, and no grid may be missing.",
    ),
    click.option("--encoding", help="Encoding of a text file, for example cp1252; UTF-8 by default."),
    click.option("--layer", "part", metavar="NAME", help="The file's layer (or file in a ZIP) to read; * for all."),
    click.option("--sheet", help="Sheet of a spreadsheet, if the one named like LAYER or the only one is not meant."),
    click.option("--header-row", type=click.IntRange(min=1), help="Row of a table file that has the column names."),
    click.option(
        "--rows",
        type=click.Choice(["hidden=skip", "hidden=load"]),
        help="What becomes of rows that a spreadsheet hides; without this, a file that has some is refused.",
    ),
    click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only such rows; also COLUMN=A|B, COLUMN!=A."),
    click.option("--ignore", multiple=True, metavar="COLUMN", help="Skip a column of the file."),
    click.option(
        "--set",
        "constants",
        multiple=True,
        metavar="COLUMN=VALUE",
        callback=_constants,
        help="Set a column in every row, as [constants] in a mapping does; can be repeated.",
    ),
)
FLAGS = {
    "mapping": "--mapping",
    "crs": "--crs",
    "accuracy": "--accuracy",
    "encoding": "--encoding",
    "part": "--layer",
    "sheet": "--sheet",
    "header_row": "--header-row",
    "rows": "--rows",
    "where": "--where",
    "ignore": "--ignore",
    "constants": "--set",
}
PLAIN = ("crs", "accuracy", "encoding", "sheet", "header_row")
"""The options that are named like the mapping's entries."""


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options. It gets them as one mapping, ``rules``, with what the named mapping file says."""

    @wraps(command)
    def with_rules(*, mapping: str | None, rows: str | None, part: str | None, **given: Any) -> None:
        rules = _mapping(mapping, given.get("layer"))
        entries = {name: given.pop(name) for name in PLAIN}
        entries |= {"layer": part, "hidden_rows": rows.removeprefix("hidden=") if rows else None}
        entries |= {name: (*getattr(rules, name), *given.pop(name)) for name in ("where", "ignore")}
        entries["constants"] = {**rules.constants, **given.pop("constants")}
        command(rules=overridden(rules, **entries), **given)

    return reduce(lambda decorated, option: option(decorated), reversed(OPTIONS), with_rules)


def repeated_options() -> str:
    """Return these options as the running command was given them, for a command that is to follow; begins with a blank.

    Empty if none was given.
    """
    given = click.get_current_context().params
    words: list[str] = []
    for name, flag in FLAGS.items():
        value = given.get(name)
        each = [f"{column}={text}" for column, text in value.items()] if isinstance(value, dict) else value
        for one in each if isinstance(each, list | tuple) else [] if each is None else [each]:
            words += [flag, quote(f"{one:g}" if isinstance(one, float) else str(one))]
    return "".join(f" {word}" for word in words)


def _mapping(name: str | None, layer: str | None) -> FileMapping:
    """Return the mapping of that name or file. Raises LoadRefused if it cannot be used, and NoSuchMapping."""
    if name is None:
        return FileMapping()
    if name not in FOLDERS:
        return read_mapping(Path(name))
    if layer is None:
        raise LoadRefused(
            Text(f"Die Zuordnung {name} ist je Layer eine andere.", f"The mapping {name} differs from layer to layer."),
            Text("Nennen Sie den Layer: --as LAYER.", "Name the layer: --as LAYER."),
        )
    return read_mapping(mapping_file(name, layer))
