"""Prints records: as a table, as CSV, as JSON."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console

from geo.csv_cells import write_csv
from geo.formatting import json_number

Record = Mapping[str, Any]
"""The values of one row by the names of its fields."""


def write_records(records: Iterable[Record], fields: Sequence[str], form: str) -> None:
    """Write records to stdout as ``json`` (an array of objects) or ``csv`` (always with a header)."""
    if form == "json":
        json.dump(list(records), sys.stdout, ensure_ascii=False, indent=2, default=_for_json)
        print()
    else:
        write_csv(sys.stdout, fields, records)


def _for_json(value: object) -> object:
    return json_number(value) if isinstance(value, Decimal) else str(value)


def console() -> Console:
    """Return the console for tables: as wide as the terminal, or wide enough for the report's table without one."""
    # Without a terminal rich assumes 80 columns, too few for the report's table.
    return Console() if sys.stdout.isatty() else Console(width=180)
