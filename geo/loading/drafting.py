"""Drafts of mapping files, made from a delivery: what is certain is filled in, what is not is left to be decided."""

import json
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
from geo.store.database import Connection

MOST_CODES = 60
"""A column with more distinct values is not offered as a table of codes."""


def draft_mapping(
    connection: Connection,
    layer: str,
    path: Path,
    given: FileMapping | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> str:
    """Return a mapping file (TOML) from a file to a layer. ``given`` says how the file is read.

    Columns that resemble one of the layer's are mapped, all others ignored by name; values of coded columns are
    translated where a code resembles them. What has to be decided is marked by ``DECIDE``. Raises LoadRefused if the
    file cannot be read.
    """
    read = given or FileMapping()
    return _draft(open_source(path, layer, read), LAYERS[layer], describe(connection, layer), read, progress)


def _draft(
    source: Source,
    layer: Layer,
    table: Table,
    given: FileMapping,
    progress: Callable[[int, int | None], None] | None,
) -> str:
    profiles, _ = profile_columns(source, progress=progress)
    suggested = suggest(layer, table, profiles, reads_geometry=source.has_geometry)
    matches = [match for match in suggested if match.target not in given.constants]
    by_header = {match.header: match for match in matches}
    lines = [
        f"# Draft of a mapping to {layer.key}. Check every line; DECIDE marks what has to be decided.",
        *_how_to_read(source, given),
        *_ignored([profile for profile in profiles if profile.header not in by_header]),
        "",
        "[columns]  # theirs = ours",
        *[_column(by_header[profile.header], profile) for profile in profiles if profile.header in by_header],
        *_missing(source, table, matches, given),
    ]
    for profile in profiles:
        if profile.header in by_header:
            lines += _codes(layer, by_header[profile.header].target, profile)
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    # TOML's basic strings escape what JSON's do; the rest may stand as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _how_to_read(source: Source, given: FileMapping) -> list[str]:
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
        unknown = '# crs = "EPSG:25832"  # DECIDE: if the file has coordinates'
        lines.append(f"crs = {quoted(given.crs)}" if given.crs else unknown)
    return lines


def _ignored(profiles: list[ColumnProfile]) -> list[str]:
    if not profiles:
        return []
    return ["ignore = [  # DECIDE: move to [columns] what shall be loaded", *map(_ignored_line, profiles), "]"]


def _ignored_line(profile: ColumnProfile) -> str:
    return f"    {quoted(profile.header)},  # {_content(profile)}"


def _column(match: Match, profile: ColumnProfile) -> str:
    doubt = "" if match.likeness == 1 else "DECIDE: right? "
    return f"{quoted(match.header)} = {quoted(match.target)}  # {doubt}{_content(profile)}"


def _content(profile: ColumnProfile) -> str:
    if profile.kind is Kind.EMPTY:
        return "empty"
    examples = ", ".join(" ".join(value.split())[:30] for value in list(profile.values)[:3])
    span = f", {profile.first} to {profile.last}" if profile.kind is Kind.DATE else ""
    share = "" if profile.filled == profile.rows else f", {profile.filled} of {profile.rows} filled"
    return f"{profile.kind.value}{share}{span}: {examples}"


def _missing(source: Source, table: Table, matches: list[Match], given: FileMapping) -> list[str]:
    found = {match.target for match in matches} | ({"geometry"} if source.has_geometry else set()) | {*given.constants}
    if {"x", "y"} <= found:
        found.add("geometry")
    lacking = [name for name in required_columns(table) if name not in found]
    lines = [f'# "…" = "{name}"  # DECIDE: required' for name in sorted(lacking)]
    constant = [name for name in sorted(lacking) if name not in {"source_id", "geometry"}]
    if given.constants:
        lines += ["", "[constants]  # for every row", *_constants(given)]
    elif constant:
        lines += ["", "# [constants]  # for every row"]
    return lines + [f'# {name} = "…"' for name in constant]


def _constants(given: FileMapping) -> list[str]:
    return [
        # Days and numbers are written by TOML as by Python, yes and no are not.
        f"{name} = {quoted(value) if isinstance(value, str) else str(value).lower()}"
        for name, value in given.constants.items()
    ]


def _codes(layer: Layer, target: str, profile: ColumnProfile) -> list[str]:
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
            lines.append(f"{quoted(value)} = {quoted(code)}  # {_counted(rows)}")
        else:
            lines.append(f'# {quoted(value)} = "…"  # DECIDE: {_counted(rows)}; one of {", ".join(codes)}')
    return ["", f"[codes.{target}]  # theirs = ours", *lines] if lines else []


def _counted(rows: int) -> str:
    return f"{rows} row" if rows == 1 else f"{rows} rows"
