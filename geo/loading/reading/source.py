"""What every reader gives: the file's columns, its CRS, and its rows in batches."""

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

BATCH_ROWS = 25_000

Item = TypeVar("Item")


def guarded(items: Iterator[Item], guard: Callable[[], AbstractContextManager[None]]) -> Iterator[Item]:
    """The items, each fetched within ``guard``, which is left again before the item is used."""
    while True:
        with guard():
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file: their numbers, the wanted columns, and the geometry as WKB where the format has one."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    columns: dict[str, RawColumn]
    wkb: pa.Array | None = None
    problems: list[Problem] = field(default_factory=list)


class Source(ABC):
    """An opened file."""

    names: list[str]
    """The names of the columns, as they stand in the file, without the geometry of a GIS format."""

    hidden: str | None = None
    """A column that the format adds of its own accord (the feature's number); read only where it is mapped."""

    truncates_names: bool = False
    """Whether the format cuts names (Shapefile: after 10 characters)."""

    has_geometry: bool = False
    """Whether batches bring a geometry as WKB."""

    crs: str | None = None
    """The CRS that the file itself names, in any form that pyproj takes."""

    total: int | None = None
    """How many rows there are, where that is known beforehand."""

    decimals: Decimals = Decimals()
    """How numbers in text cells are written."""

    @abstractmethod
    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """The rows with the wanted columns, in the order of the file."""
