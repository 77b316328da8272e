"""What a file is, before it is loaded: its columns, its place, the layer it resembles, its first rows as stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import shapely

from geo.loading.batches import Conversion
from geo.loading.columns import Plan, make_plan
from geo.loading.diagnosis.checks import codes_of, no_code
from geo.loading.mapping import FileMapping, overridden
from geo.loading.profiling import ColumnProfile, profile_columns
from geo.loading.reading import Source, open_source
from geo.loading.report import LoadRefused, Problem
from geo.loading.resembling import Match, resemblance, suggest
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer
from geo.store.catalogue import Table, describe
from geo.store.database import Connection

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

CITY = """
    select st_asbinary(st_union(geom))
    from flurwerk.districts
    where kind = 'district'
"""
SHOWN_ROWS = 5
LEAST_RESEMBLANCE = 0.2
"""With less than a fifth of its columns in a layer, a file is rather something else: two of ten are found by chance."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file's geometries are: their extent in the stored CRS (metres), and how many lie in the city."""

    extent: tuple[float, float, float, float]
    inside: int
    outside: int


@dataclass(slots=True)
class Inspection:
    """All that is found out about a file.

    ``row_count`` is the number of its rows. ``layers`` are the keys of the layers that it resembles, each with how much
    (0 to 1), the best one first. What follows is as seen by ``layer``: the one that was asked for, else the best one,
    None if it resembles none. ``rows`` are its first rows by our columns, as they would be stored; ``refused`` says why
    it cannot be loaded as a whole.
    """

    source: Source
    row_count: int
    columns: list[ColumnProfile]
    layers: list[tuple[str, float]]
    layer: str | None = None
    matches: list[Match] = field(default_factory=list)
    rows: list[Mapping[str, str | None]] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    place: Place | None = None
    refused: LoadRefused | None = None

    @property
    def fits(self) -> bool:
        """Whether the file could be loaded as it is: all its columns are the layer's, and no row is bad."""
        exact = {match.header for match in self.matches if match.likeness == 1}
        known = all(profile.header in exact for profile in self.columns)
        return known and not self.problems and self.refused is None


def inspect_file(
    connection: Connection,
    path: Path,
    layer: str | None = None,
    mapping: FileMapping | None = None,
    progress: Progress | None = None,
) -> Inspection:
    """Read a whole file, and return what is found out about it. Nothing is written, not even for a moment.

    Without a ``layer`` it is seen as the one it resembles most. Columns that the mapping does not name are assigned to
    those that they resemble. Raises LoadRefused if the file cannot be read at all.
    """
    rules = mapping or FileMapping()
    # What is hidden is looked at too: the load asks what becomes of it.
    source = open_source(path, layer or "", overridden(rules, hidden_rows=rules.hidden_rows or "load"))
    profiles, rows = profile_columns(source, progress=progress)
    seen = [_seen_as(connection, LAYERS[key], source, profiles) for key in ([layer] if layer else LAYERS)]
    ranked = sorted(seen, key=lambda view: -view[2])
    layers = [(table.name, likeness) for table, _, likeness in ranked if layer or likeness >= LEAST_RESEMBLANCE]
    inspection = Inspection(source, rows, profiles, layers)
    if layers:
        table, matches, _ = ranked[0]
        inspection.layer, inspection.matches = table.name, matches
        try:
            _convert(connection, inspection, table, path, rules, progress)
        except LoadRefused as refused:
            inspection.refused = refused
    return inspection


def suggested(mapping: FileMapping, profiles: list[ColumnProfile], matches: list[Match]) -> FileMapping:
    """Return the mapping, with suggestions for the columns that it does not name; all others are ignored."""
    decided = {*mapping.columns, *mapping.ignore, *(part for rule in mapping.values.values() for part in rule.join)}
    free = [profile.header for profile in profiles if profile.header not in decided]
    added = {
        match.header: (match.target,) for match in matches if match.header in free and match.target not in mapping.named
    }
    ignored = tuple(header for header in free if header not in added)
    return overridden(mapping, columns={**mapping.targets, **added}, ignore=(*mapping.ignore, *ignored))


def _seen_as(
    connection: Connection, layer: Layer, source: Source, profiles: list[ColumnProfile]
) -> tuple[Table, list[Match], float]:
    table = describe(connection, layer.key)
    matches = suggest(layer, table, profiles, reads_geometry=source.has_geometry)
    return table, matches, resemblance(matches, profiles, table, fits(layer, source, matches))


def fits(layer: Layer, source: Source, matches: list[Match]) -> bool:
    """Return whether the file has geometries if the layer has, and of its type as far as that is known."""
    has_place = source.has_geometry or bool({"geometry", "x"} & {match.target for match in matches})
    if has_place != bool(layer.geometry):
        return False
    kinds = [kind for kind in ("Point", "LineString", "Polygon") if kind in (source.geometry_type or "")]
    return not (kinds and layer.geometry) or kinds[0] in layer.geometry


def _convert(
    connection: Connection,
    inspection: Inspection,
    table: Table,
    path: Path,
    rules: FileMapping,
    progress: Progress | None,
) -> None:
    """Convert all rows as a load would, to find out where they are and what is wrong with them."""
    mapping = suggested(rules, inspection.columns, inspection.matches)
    # A fresh source: what its notes tell is told of this reading.
    inspection.source = open_source(path, table.name, mapping)
    plan = make_plan(inspection.source, LAYERS[table.name], table, mapping)
    conversion = Conversion(inspection.source, plan, mapping, repair=False)
    city = _city(connection) if plan.has_geometry else None
    bounds: list[np.ndarray[Any, Any]] = []
    unknown: list[Problem] = []
    inside = done = 0
    for rows in conversion.rows():
        if len(inspection.rows) < SHOWN_ROWS:
            _show(inspection, plan, rows)
        if city is not None:
            shapes = shapely.from_wkb(rows["geom"].combine_chunks().to_numpy(zero_copy_only=False))
            bounds.append(shapely.bounds(shapes)[~shapely.is_missing(shapes)])
            inside += int(shapely.intersects(city, shapes).sum())
        done += len(rows)
        if progress:
            progress(done, inspection.source.total)
        unknown += _unknown_codes(plan, rows)
    conversion.tell()
    inspection.problems = sorted([*conversion.problems, *unknown], key=lambda problem: problem.row or 0)
    if bounds and (extents := np.concatenate(bounds)).size:
        west, south = extents[:, :2].min(axis=0)
        east, north = extents[:, 2:].max(axis=0)
        extent = (float(west), float(south), float(east), float(north))
        inspection.place = Place(extent, inside, len(extents) - inside)


def _unknown_codes(plan: Plan, rows: pa.Table) -> list[Problem]:
    """Return the values that are none of their column's codes, which the database will refuse."""
    problems: list[Problem] = []
    for column in plan.loaded:
        codes = codes_of(plan, column.name)
        if not codes or column.type != "text":
            continue
        values = rows[column.name]
        bad = rows.filter(pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, pa.array([*codes])))))
        reason = no_code(plan, f"{column.name}_check", column.name)
        problems += [
            Problem(row["row_number"], row["source_id"], column.name, row[column.name], reason)
            for row in bad.select(["row_number", "source_id", column.name]).to_pylist()
        ]
    return problems


def _show(inspection: Inspection, plan: Plan, rows: pa.Table) -> None:
    names = ["source_id", *(column.name for column in plan.loaded)]
    first = rows.slice(0, SHOWN_ROWS - len(inspection.rows))
    for row in islice(first.to_pylist(), SHOWN_ROWS):
        inspection.row_numbers.append(row["row_number"])
        shown = {name: row[name] for name in names}
        if plan.has_geometry:
            shown["geometry"] = _beginning(row["geom"])
        inspection.rows.append(shown)


def _beginning(wkb: str | None) -> str | None:
    return None if wkb is None else shapely.to_wkt(shapely.from_wkb(wkb), rounding_precision=0)[:60]


def _city(connection: Connection) -> Any:
    """Return the area of the city: that of its districts. None if there are none yet."""
    row = connection.execute(CITY).fetchone()
    if not row or row[0] is None:
        return None
    city = shapely.from_wkb(row[0])
    shapely.prepare(city)
    return city
