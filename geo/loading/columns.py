"""The assignment of a file's columns to those of the layer, made from the header before any row is read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from geo.loading.conditions import Condition, read_condition
from geo.loading.mapping import EVERYTHING, FileMapping
from geo.loading.reading import Source
from geo.loading.reasons import of_columns, of_loads
from geo.loading.report import LoadRefused
from geo.records.layers.layer import Layer
from geo.store.catalogue import Table, TableColumn
from geo.text import Text, key_text

WKT_COLUMN = "geometry"
POINT_COLUMNS = ("x", "y")
REQUIRED_MARK = "*"
LONGEST_SHAPEFILE_NAME = 10
# Columns with the feature number that GDAL adds when it converts a GIS file to a table.
GDAL_FID_COLUMNS = frozenset({"fid", "ogc_fid", "ogr_fid"})


@dataclass(frozen=True, slots=True)
class Plan:
    """The origin of each loaded column's values."""

    table: Table
    layer: Layer
    headers: dict[str, tuple[str, ...]]
    """Layer column → file column, or several whose values are joined."""
    constants: dict[str, Any]
    places: dict[str, str]
    """``geometry`` or ``x`` and ``y`` → file column, for tables that hold their geometry in cells."""
    reads_wkb: bool
    missing: tuple[str, ...]
    """Required columns that the file lacks. Without them it cannot add new records."""
    conditions: tuple[Condition, ...] = ()
    """What rows must meet to be loaded."""

    @property
    def loaded(self) -> tuple[TableColumn, ...]:
        """The columns that the load sets, in the table's order, without source_id and the geometry."""
        given = {*self.headers, *self.constants} - {"source_id"}
        return tuple(column for column in self.table.loadable if column.name in given)

    @property
    def references(self) -> tuple[TableColumn, ...]:
        """The loaded columns that refer to other records."""
        return tuple(column for column in self.loaded if column.references)

    @property
    def has_geometry(self) -> bool:
        """Whether the load sets the geometry."""
        return self.reads_wkb or bool(self.places)

    @property
    def wanted(self) -> list[str]:
        """The file's columns that have to be read."""
        joined = [header for headers in self.headers.values() for header in headers]
        return list(
            dict.fromkeys([*joined, *self.places.values(), *(condition.header for condition in self.conditions)])
        )


def make_plan(source: Source, layer: Layer, table: Table, mapping: FileMapping) -> Plan:
    """Match the file's header with the layer's columns. Raises LoadRefused if they do not match."""
    targets = {column.name for column in table.loadable}
    if table.geometry_type and not source.has_geometry:
        targets.add(WKT_COLUMN)
        targets.update(POINT_COLUMNS if table.geometry_type == "Point" else ())
    _check_mapping(mapping, targets, layer)
    if ruled := {*mapping.constants, *mapping.codes, *mapping.values} & {WKT_COLUMN, *POINT_COLUMNS}:
        raise LoadRefused(of_columns.ruled_places(sorted(ruled)), of_columns.MAP_PLACES)
    conditions = tuple(read_condition(text, [*source.names, *source.hidden]) for text in mapping.where)
    headers = _match(source, layer, targets, mapping, {condition.header for condition in conditions})
    places = {name: headers.pop(name)[0] for name in (WKT_COLUMN, *POINT_COLUMNS) if name in headers}
    _check_places(places)
    if twice := headers.keys() & mapping.constants.keys():
        raise LoadRefused(
            of_columns.set_twice(sorted(twice)),
            Text(
                "Entfernen Sie es aus [constants], oder nehmen Sie die Spalte der Datei in ignore auf.",
                "Remove it from [constants], or add the file's column to ignore.",
            ),
        )
    if "source_id" not in {*headers, *mapping.constants}:
        raise LoadRefused(of_columns.NO_SOURCE_ID, of_columns.MAP_SOURCE_ID)
    given = {*headers, *mapping.constants}
    reads_wkb = source.has_geometry and table.geometry_type is not None
    missing = [
        column.name
        for column in table.loadable
        if column.required and not column.has_default and column.name not in given
    ]
    if table.geometry_type and table.by_name["geom"].required and not reads_wkb and not places:
        missing.append(WKT_COLUMN)
    return Plan(table, layer, headers, dict(mapping.constants), places, reads_wkb, tuple(missing), conditions)


def required_columns(table: Table) -> set[str]:
    """Return the columns that new records require. The geometry has the name that it has in table files."""
    required = {column.name for column in table.loadable if column.required and not column.has_default}
    if table.geometry_type and table.by_name["geom"].required:
        required.add(WKT_COLUMN)
    return required | {"source_id"}


def refuse_missing(missing: Sequence[str], new_rows: int | None) -> None:
    """Refuse a file that lacks columns which its ``new_rows`` need, None if all are new. Always raises LoadRefused."""
    hint = of_columns.ADD_REQUIRED
    if len(missing) == 1:
        hint = of_columns.ADD_PLACE if missing[0] == WKT_COLUMN else of_columns.ADD_REQUIRED_ONE
    raise LoadRefused(of_columns.required(missing, new_rows), hint)


def _match(
    source: Source, layer: Layer, targets: set[str], mapping: FileMapping, conditional: set[str]
) -> dict[str, tuple[str, ...]]:
    """Return layer column → file columns. ``conditional`` are columns that conditions read."""
    mapping = as_delivered(mapping, [*source.names, *source.hidden])
    parts = {_without_mark(part): target for target, rule in mapping.values.items() for part in rule.join}
    mapped = {_without_mark(header): targets_of for header, targets_of in mapping.targets.items()}
    ignored = {_without_mark(header) for header in mapping.ignore}
    available = list(source.names)
    named = {*mapped, *parts, *conditional}
    available += [name for name in dict.fromkeys(source.hidden) if name in named and name not in available]
    found: dict[str, tuple[str, ...]] = {}
    unknown: list[str] = []
    for header in available:
        bare = _without_mark(header)
        # Columns without a heading may be blank. Whether they are is seen when the rows are read.
        if bare in ignored or (header in source.unnamed and bare not in mapped):
            continue
        wanted = mapped.get(bare) or _matching_target(bare, targets, source.truncates_names)
        for target in wanted:
            _refuse_second(target, found, header)
            found[target] = (header,)
        if not wanted and bare not in parts and header not in conditional:
            unknown.append(header)
    _add_joined(mapping, available, found)
    _tell_missing(source, mapped.keys() - {_without_mark(header) for header in available})
    unknown = [header for header in unknown if header.lower() not in GDAL_FID_COLUMNS]
    if unknown and EVERYTHING not in mapping.ignore:
        _refuse_unknown(unknown, layer, targets - found.keys())
    return found


def as_delivered(mapping: FileMapping, headers: Sequence[str]) -> FileMapping:
    """Return the mapping with the columns that it names spelt as in the file's header.

    A name that the header has in no other way than in other upper and lower case means that column.
    """
    own = {_without_mark(header) for header in headers}
    spelt: dict[str, list[str]] = {}
    for header in own:
        spelt.setdefault(header.lower(), []).append(header)

    def delivered(name: str) -> str:
        bare = _without_mark(name)
        found = spelt.get(bare.lower(), [])
        return found[0] if bare not in own and len(found) == 1 else name

    named = Counter(map(delivered, mapping.columns))
    # Of two names for one column the exact one holds, the other is told as missing.
    columns = {
        (delivered(name) if named[delivered(name)] == 1 else name): targets for name, targets in mapping.columns.items()
    }
    values = {target: replace(rule, join=tuple(map(delivered, rule.join))) for target, rule in mapping.values.items()}
    return replace(mapping, columns=columns, values=values, ignore=tuple(map(delivered, mapping.ignore)))


def _refuse_second(target: str, found: dict[str, tuple[str, ...]], header: str) -> None:
    if target in found:
        raise LoadRefused(
            of_columns.both_map([*found[target], header], target),
            # By the same name, ignore would leave out both.
            of_columns.RENAME_ONE if (header,) == found[target] else of_columns.IGNORE_ONE,
        )


def _add_joined(mapping: FileMapping, available: list[str], found: dict[str, tuple[str, ...]]) -> None:
    """Add the columns that are joined. Raises LoadRefused if the file lacks one of them."""
    headers = {_without_mark(header): header for header in available}
    for target, rule in mapping.values.items():
        if not rule.join:
            continue
        if lacking := [part for part in rule.join if _without_mark(part) not in headers]:
            raise LoadRefused(of_columns.not_to_join(target, lacking), of_columns.columns_of_file(available))
        joined = tuple(headers[_without_mark(part)] for part in rule.join)
        _refuse_second(target, found, " + ".join(joined))
        found[target] = joined


def _tell_missing(source: Source, headers: set[str]) -> None:
    """Tell of mapped columns that the file lacks: a contractor may have renamed them."""
    if headers:
        source.notes.append(of_loads.mapped_columns_missing(sorted(headers)))


def _matching_target(header: str, targets: set[str], truncated: bool) -> tuple[str, ...]:
    if header in targets:
        return (header,)
    lower = header.lower()
    if lower in targets:
        return (lower,)
    if truncated and len(header) == LONGEST_SHAPEFILE_NAME:
        beginning = [target for target in targets if target.startswith(lower)]
        return tuple(beginning) if len(beginning) == 1 else ()
    return ()


def _without_mark(header: str) -> str:
    return key_text(key_text(header).removesuffix(REQUIRED_MARK))


def _refuse_unknown(unknown: list[str], layer: Layer, free: set[str]) -> None:
    derived = {column.name for column in layer.derived} | {
        column.name for column in layer.columns if column.name not in free
    }
    own = [header for header in unknown if header.lower() in derived | {"id", "source"}]
    raise LoadRefused(of_columns.unknown(layer.key, unknown, own), of_columns.map_or_ignore(sorted(free)))


def _check_mapping(mapping: FileMapping, targets: set[str], layer: Layer) -> None:
    if unknown := mapping.named - targets:
        raise LoadRefused(
            of_columns.mapped_to_none(layer.key, sorted(unknown)), of_columns.columns_are(sorted(targets))
        )


def _check_places(places: dict[str, str]) -> None:
    if WKT_COLUMN in places and len(places) > 1:
        raise LoadRefused(
            Text("Die Datei hat sowohl geometry als auch x oder y.", "The file has both geometry and x or y."),
            Text(
                "Behalten Sie eines davon, oder nehmen Sie die anderen in ignore auf.",
                "Keep one of them, or add the others to ignore.",
            ),
        )
    if places and WKT_COLUMN not in places and len(places) == 1:
        raise LoadRefused(
            Text("Die Datei hat von den Spalten x und y nur eine.", "The file has only one of the columns x and y."),
            Text("Ergänzen Sie die andere.", "Add the other one."),
        )
