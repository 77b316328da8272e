"""The interface of all readers: the file's columns, its CRS, and its rows in batches."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.values import Decimals
from geo.loading.report import Problem
from geo.records.layers.layer import Text

BATCH_ROWS = 25_000

Item = TypeVar("Item")


def guarded(items: Iterator[Item], guard: Callable[[], AbstractContextManager[None]]) -> Iterator[Item]:
    """Yield the items. Each is fetched within ``guard``, which is exited before the item is yielded."""
    while True:
        with guard():
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file: their numbers, the columns, and the geometry as WKB if the format has one."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    columns: dict[str, RawColumn]
    wkb: pa.Array | None = None
    problems: list[Problem] = field(default_factory=list)
    adjusted: list[Problem] = field(default_factory=list)
    """Changes made to values in reading them, which users are told of."""

    def only(self, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> "Batch":
        """Return the rows that are kept, with what is told of them."""
        rows = self.rows[kept]
        numbers = set(rows.tolist())
        return Batch(
            rows,
            {name: _only(column, kept) for name, column in self.columns.items()},
            None if self.wkb is None else self.wkb.filter(pa.array(kept)),
            [problem for problem in self.problems if problem.row in numbers],
            [change for change in self.adjusted if change.row in numbers],
        )


def _only(column: RawColumn, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> RawColumn:
    if isinstance(column, list):
        # The cells of a spreadsheet stay what they are: they are read by rules of their own.
        return type(column)(value for value, is_kept in zip(column, kept, strict=True) if is_kept)
    return column.filter(pa.array(kept))


class Source(ABC):
    """An opened file."""

    names: list[str]
    """The column names as in the file, without the geometry column of GIS formats."""

    unnamed: frozenset[str] = frozenset()
    """Those of ``names`` that are made up, since the file's columns have no heading.

    ``batches`` adds such columns, and ones beyond the last name, if they hold values and are not wanted."""

    hidden: tuple[str, ...] = ()
    """Columns that the format itself adds (the feature number …). They are read only if they are mapped."""

    truncates_names: bool = False
    """Whether the format truncates names (Shapefile: after 10 characters)."""

    has_geometry: bool = False
    """Whether batches contain geometries as WKB."""

    has_heights: bool = False
    """Whether the reader has left out heights other than 0 so far. Those in WKB and WKT are found later."""

    geometry_type: str | None = None
    """The type of the file's geometries as GDAL names it, if it is known beforehand: Point, MultiPolygon …"""

    crs: str | None = None
    """The CRS that the file itself names, in any form that pyproj accepts."""

    total: int | None = None
    """The number of rows, if it is known beforehand: for the progress."""

    counted: int | None = None
    """The number of rows, counted independently of how they are read, so that none gets lost on the way."""

    skipped: int = 0
    """The number of counted rows that ``batches`` left out so far: blank ones, and those that users decided to skip."""

    decimals: Decimals = Decimals()
    """The notation of numbers in text cells."""

    def __init__(self) -> None:
        self.notes: list[Text] = []
        """What is to be told about the file as a whole. Readers may add to it until the last batch."""
        self.facts: list[tuple[Text, str]] = []
        """What was found out about the file, for those who inspect it: its encoding, delimiter, sheets …"""

    @abstractmethod
    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns in file order, in batches."""
