"""What a file's columns and values can be assigned to: the columns of a layer, and their codes."""

from typing import Any, NamedTuple

from geo.loading.columns import POINT_COLUMNS, WKT_COLUMN, required_columns
from geo.loading.converting.codes import CodeTable
from geo.loading.drafting import MOST_CODES
from geo.loading.profiling import ColumnProfile
from geo.records.layers.layer import Codes, Layer
from geo.store.catalogue import Table
from geo.text import Text

PLACES = {
    WKT_COLUMN: Text("Geometrie (WKT)", "Geometry (WKT)"),
    "x": Text("Rechtswert (x)", "Easting (x)"),
    "y": Text("Hochwert (y)", "Northing (y)"),
}


class Target(NamedTuple):
    """A column of a layer that a file can fill. New records need those that are ``required``."""

    name: str
    label: Text
    unit: Text | None
    is_required: bool
    codes: Codes | None


def targets(layer: Layer, table: Table, *, reads_geometry: bool) -> list[Target]:
    """Return the columns that a file can fill, as `make_plan` knows them.

    ``reads_geometry`` is whether the file's format has geometries of its own.
    """
    required = required_columns(table)
    places: tuple[str, ...] = ()
    if table.geometry_type and not reads_geometry:
        places = (WKT_COLUMN, *(POINT_COLUMNS if table.geometry_type == "Point" else ()))
    found = [Target(name, PLACES[name], None, name in required, None) for name in places]
    for column in table.loadable:
        described = layer.column(column.name) if layer.has_column(column.name) else None
        unit = described.unit.printed if described and described.unit else None
        codes = described.codes if described else None
        found.append(Target(column.name, layer.label(column.name), unit, column.name in required, codes))
    return sorted(found, key=lambda target: target.name != "source_id")


def recognised(profile: ColumnProfile, targets: list[Target]) -> dict[str, dict[str, str]]:
    """Return by each target with codes which of a column's values a load reads as which code.

    Targets of which it recognises none are left out; so are columns with too many values for a list of codes.
    """
    if not has_list(profile):
        return {}
    found: dict[str, dict[str, str]] = {}
    for target in targets:
        if target.codes:
            table = CodeTable({}, target.codes)
            codes: dict[str, Any] = {value: table.translated(value) for value in profile.values}
            found[target.name] = {value: code for value, code in codes.items() if code in target.codes}
    return {name: codes for name, codes in found.items() if codes}


def has_list(profile: ColumnProfile) -> bool:
    """Return whether a column has few enough values to list them all."""
    return profile.is_complete and len(profile.values) <= MOST_CODES
