"""The types of the layers' columns and what they refer to, known without a database.

The database defines them; ``column_types.json`` is what it says (``python -m scripts.column_types`` writes it, a test
compares). With it an indicator that a profile declares is checked and compiled before any connection exists.
"""

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class ColumnType(NamedTuple):
    """A column's type without length or precision, such as ``numeric``, and the layer that it refers to, if any."""

    type: str
    references: str | None


@cache
def column_types() -> dict[str, dict[str, ColumnType]]:
    """Return by layer the columns of its table, in the table's order."""
    stored: dict[str, dict[str, str]] = json.loads(
        files("geo.records.layers").joinpath("column_types.json").read_text("utf-8")
    )
    return {
        layer: {name: _column_type(written) for name, written in columns.items()} for layer, columns in stored.items()
    }


def _column_type(written: str) -> ColumnType:
    type_name, _, references = written.partition(" → ")
    return ColumnType(type_name, references or None)
