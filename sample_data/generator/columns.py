"""The format of the files: those of each layer's columns that the generator fills, in the registry's order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generator.common import Row
from geo.records.layers import LAYERS

# The layer's columns are between these two: the identifier, and the note on what misleads a naive sum.
_FIRST, _LAST = "source_id", "note"
Kind = type[str] | type[int] | type[float] | type[bool] | type[dt.date]


@dataclass(frozen=True)
class Form:
    """The format of a layer's file; `columns` maps each column to the Python type of its values."""

    geometry: str | None
    columns: dict[str, Kind]

    @property
    def suffix(self) -> str:
        """Layers with a geometry are GeoPackages, the others CSV files."""
        return "csv" if self.geometry is None else "gpkg"


def form_of(layer: str, rows: Sequence[Row]) -> Form:
    """Return the format of a layer's file with these rows.

    Raises ValueError for a layer or a column that the registry does not describe, and for a column whose values have
    more than one type.
    """
    if layer not in LAYERS:
        raise ValueError(f"{layer} is not described: add a Layer of that key in geo/records/layers.")
    described = LAYERS[layer]
    filled = {name for row in rows for name in row} - {"geometry"}
    columns = [_FIRST, *(column.name for column in described.columns if column.name in filled - {_LAST}), _LAST]
    if unknown := sorted(filled - {*columns}):
        raise ValueError(f"{layer}.{unknown[0]} is not described: add a Column to the layer in geo/records/layers.")
    return Form(
        described.geometry, {name: _kind(f"{layer}.{name}", (row.get(name) for row in rows)) for name in columns}
    )


def _kind(column: str, values: Iterable[Any]) -> Kind:
    """Return the type of a column's values, or text if there are none."""
    found = {type(value) for value in values if value is not None} or {str}
    if len(found) > 1 or not found <= {str, int, float, bool, dt.date}:
        raise ValueError(f"{column} has values of the types {', '.join(sorted(kind.__name__ for kind in found))}.")
    return found.pop()
