"""What the database's columns do not hold of a file's values: further decimals, and times of day. Each is told."""

import re
from collections import Counter
from datetime import datetime, time
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.cells import Cell
from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import shown
from geo.loading.converting.values import ISO_TIMESTAMP
from geo.periods import CITY_TIME

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

NUMERIC = re.compile(r"numeric\(\d+,(\d+)\)")
TIMED = r"\d[T ]\d?\d:\d\d"


class Loss(NamedTuple):
    """How many cells of a column lost something, and the first of them as it was."""

    cells: int
    example: str

    def __add__(self, other: "Loss") -> "Loss":  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return both, with the first example."""
        return Loss(self.cells + other.cells, self.example)


def decimals_of(type_name: str) -> int | None:
    """Return how many decimals a column of the database holds, None if that is not limited."""
    found = NUMERIC.fullmatch(type_name)
    return int(found[1]) if found else None


def rounded(numbers: pa.Array, decimals: int) -> Loss | None:
    """Return which of the numbers, as texts for COPY, the database will round."""
    longer = numbers.filter(pc.match_substring_regex(numbers, rf"\.\d{{{decimals}}}\d*[1-9]"))
    return Loss(len(longer), longer[0].as_py()) if len(longer) else None


def without_time(column: RawColumn) -> Loss | None:
    """Return which values of a column for days have a time of day that is neither midnight there nor in the city."""
    if isinstance(column, list):
        timed = [value.value if isinstance(value, Cell) else value for value in column]
        counted = Counter(value for value in timed if isinstance(value, (datetime, str)))
    elif pa.types.is_string(column.type):
        counted = _counts(column.filter(pc.match_substring_regex(column, TIMED)))
    elif pa.types.is_timestamp(column.type):
        counted = _counts(column)
    else:
        return None
    lost = {value: cells for value, cells in counted.items() if _has_time(value)}
    return Loss(sum(lost.values()), shown(next(iter(lost)))) if lost else None


def _counts(column: pa.Array) -> Counter[Any]:
    return Counter({each["values"]: each["counts"] for each in column.value_counts().to_pylist()})


def _has_time(value: Any) -> bool:
    if isinstance(value, str):
        if not ISO_TIMESTAMP.fullmatch(value.strip()):
            return bool(re.search(TIMED, value)) and " 00:00" not in value
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return False
    if value is None or value.tzinfo is None:
        return value is not None and value.time() != time(0)
    try:
        local = value.astimezone(CITY_TIME)
    except OverflowError:
        return False
    is_same_day = value.time() == time(0) and value.date() == local.date()
    return not is_same_day and local.time() != time(0)
