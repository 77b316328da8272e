"""Drafts of mapping files, made from a delivery: what is certain is filled in, what is not is left to be decided."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

from geo.loading.columns import required_columns
from geo.loading.converting.codes import CodeTable
from geo.loading.mapping import FileMapping
from geo.loading.profiling import ColumnProfile, Kind, profile_columns
from geo.loading.reading import Source, open_source
from geo.loading.resembling import Match, suggest
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer
from geo.store.catalogue import Table, describe
from geo.store.database import SRID, Connection
from geo.text import Text

DECIDE = Text("ENTSCHEIDEN", "DECIDE")
FIRST = Text(
    "# Entwurf einer Zuordnung zu {layer} ({title}). Prüfen Sie jede Zeile; {decide} steht, wo Sie entscheiden.\n"
    "# Probieren Sie sie dann aus, hier unter dem Namen mapping.toml:",
    "# Draft of a mapping to {layer} ({title}). Check every line; {decide} marks what has to be decided.\n"
    "# Then try it, here under the name mapping.toml:",
)
THEIRS = Text("ihr Name = unserer", "theirs = ours")
IGNORED = Text("nach [columns] verschieben, was geladen werden soll", "move to [columns] what shall be loaded")
RIGHT = Text("richtig? ", "right? ")
REQUIRED = Text("Pflicht", "required")
FOR_ALL = Text("für alle Zeilen", "for every row")
COORDINATES = Text("falls die Datei Koordinaten hat", "if the file has coordinates")
ONE_OF = Text("eins von", "one of")
SPAN = Text(", {first} bis {last}", ", {first} to {last}")
FILLED = Text(", {filled} von {rows} gefüllt", ", {filled} of {rows} filled")
MOST_CODES = 60
"""A column with more distinct values is not offered as a table of codes."""


def draft_mapping(
    connection: Connection,
    layer: str,
    path: Path,
    given: FileMapping | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    language: str = "en",
) -> str:
    """Return a mapping file (TOML) from a file to a layer. ``given`` says how the file is read.

    Columns that resemble one of the layer's are mapped, all others ignored by name; values of coded columns are
    translated where a code resembles them. What has to be decided is marked by ``DECIDE``, in German ``ENTSCHEIDEN``.
    Its comments are in ``language``. Raises LoadRefused if the file cannot be read.
    """
    read = given or FileMapping()
    command = f"#   flurwerk load {layer} {shlex.quote(str(path))} --source NAME --mapping mapping.toml --dry-run"
    source = open_source(path, layer, read)
    return _draft(source, LAYERS[layer], describe(connection, layer), read, progress, command, language)


def _draft(
    source: Source,
    layer: Layer,
    table: Table,
    given: FileMapping,
    progress: Callable[[int, int | None], None] | None,
    command: str,
    language: str,
) -> str:
    profiles, _ = profile_columns(source, progress=progress)
    suggested = suggest(layer, table, profiles, reads_geometry=source.has_geometry)
    matches = [match for match in suggested if match.target not in given.constants]
    by_header = {match.header: match for match in matches}
    lines = [
        FIRST.in_language(language).format(
            layer=layer.key, title=layer.title.in_language(language), decide=DECIDE.in_language(language)
        ),
        # A line break in the file's name would end the comment.
        " ".join(command.split("\n")),
        *_how_to_read(source, given, language),
        *_ignored([profile for profile in profiles if profile.header not in by_header], language),
        "",
        f"[columns]  # {THEIRS.in_language(language)}",
        *[_column(by_header[profile.header], profile, language) for profile in profiles if profile.header in by_header],
        *_missing(source, table, matches, given, language),
    ]
    for profile in profiles:
        if profile.header in by_header:
            lines += _codes(layer, by_header[profile.header].target, profile, language)
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    # TOML's basic strings escape what JSON's do; the rest may stand as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _how_to_read(source: Source, given: FileMapping, language: str) -> list[str]:
    lines = [
        f"{name} = {quoted(value)}"
        for name in ("encoding", "delimiter", "decimal", "sheet", "layer", "hidden_rows")
        if (value := getattr(given, name))
    ]
    if given.header_row:
        lines.append(f"header_row = {given.header_row}")
    if given.accuracy:
        lines.append(f"accuracy = {given.accuracy:g}")
    if given.where:
        lines.append(f"where = [{', '.join(map(quoted, given.where))}]")
    if given.crs or source.crs is None:
        unknown = f'# crs = "EPSG:{SRID}"  # {_decide(COORDINATES, language)}'
        lines.append(f"crs = {quoted(given.crs)}" if given.crs else unknown)
    return lines


def _ignored(profiles: list[ColumnProfile], language: str) -> list[str]:
    if not profiles:
        return []
    lines = [f"    {quoted(profile.header)},  # {_content(profile, language)}" for profile in profiles]
    return [f"ignore = [  # {_decide(IGNORED, language)}", *lines, "]"]


def _decide(what: Text, language: str) -> str:
    return f"{DECIDE.in_language(language)}: {what.in_language(language)}"


def _column(match: Match, profile: ColumnProfile, language: str) -> str:
    doubt = "" if match.likeness == 1 else _decide(RIGHT, language)
    return f"{quoted(match.header)} = {quoted(match.target)}  # {doubt}{_content(profile, language)}"


def _content(profile: ColumnProfile, language: str) -> str:
    kind = profile.kind.label.in_language(language)
    if profile.kind is Kind.EMPTY:
        return kind
    examples = ", ".join(" ".join(value.split())[:30] for value in list(profile.values)[:3])
    span = share = ""
    if profile.kind is Kind.DATE:
        span = SPAN.in_language(language).format(first=profile.first, last=profile.last)
    if profile.filled != profile.rows:
        share = FILLED.in_language(language).format(filled=profile.filled, rows=profile.rows)
    return f"{kind}{share}{span}: {examples}"


def _missing(source: Source, table: Table, matches: list[Match], given: FileMapping, language: str) -> list[str]:
    found = {match.target for match in matches} | ({"geometry"} if source.has_geometry else set()) | {*given.constants}
    if {"x", "y"} <= found:
        found.add("geometry")
    lacking = [name for name in required_columns(table) if name not in found]
    lines = [f'# "…" = "{name}"  # {_decide(REQUIRED, language)}' for name in sorted(lacking)]
    for_all = f"[constants]  # {FOR_ALL.in_language(language)}"
    constant = [name for name in sorted(lacking) if name not in {"source_id", "geometry"}]
    if given.constants:
        lines += ["", for_all, *_constants(given)]
    elif constant:
        lines += ["", f"# {for_all}"]
    return lines + [f'# {name} = "…"' for name in constant]


def _constants(given: FileMapping) -> list[str]:
    return [
        # Days and numbers are written by TOML as by Python, yes and no are not.
        f"{name} = {quoted(value) if isinstance(value, str) else str(value).lower()}"
        for name, value in given.constants.items()
    ]


def _codes(layer: Layer, target: str, profile: ColumnProfile, language: str) -> list[str]:
    codes = layer.column(target).codes if layer.has_column(target) else None
    if not codes or not profile.is_complete or len(profile.values) > MOST_CODES:
        return []
    table = CodeTable({}, codes)
    lines: list[str] = []
    for value, rows in profile.values.items():
        code = table.translated(value)
        if code == value and code in codes:
            continue
        if code in codes:
            lines.append(f"{quoted(value)} = {quoted(code)}  # {_counted(rows).in_language(language)}")
        else:
            known = f"{ONE_OF.in_language(language)} {', '.join(codes)}"
            lines.append(f'# {quoted(value)} = "…"  # {_decide(_counted(rows), language)}; {known}')
    return ["", f"[codes.{target}]  # {THEIRS.in_language(language)}", *lines] if lines else []


def _counted(rows: int) -> Text:
    return Text("1 Zeile", "1 row") if rows == 1 else Text(f"{rows} Zeilen", f"{rows} rows")
