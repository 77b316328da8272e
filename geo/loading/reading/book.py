"""The interface of spreadsheet files: their sheets, and the rows of a sheet with what is hidden and merged in it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A row: its number from 1, its cells up to the last one that the file has, and how often it is repeated.

    Only rows without cells are repeated.
    """

    number: int
    cells: list[Any]
    hidden: bool = False
    repeated: int = 1


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of cells, all numbers counted from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int

    @classmethod
    def parse(cls, text: str) -> "Range":
        """Return the range that is written like ``B2:C5``. Raises ValueError."""
        from openpyxl.utils import range_boundaries

        return cls(*(bound or 0 for bound in range_boundaries(text)))

    def __str__(self) -> str:
        from openpyxl.utils import get_column_letter

        first, last = get_column_letter(self.first_column), get_column_letter(self.last_column)
        return f"{first}{self.first_row}:{last}{self.last_row}"


@dataclass(slots=True)
class Layout:
    """What a sheet tells besides its cells."""

    counted: int = 0
    """The number of rows, blank ones too, counted without reading them."""
    filled: int | None = None
    """The number of rows with cells, if it is known."""
    merged: list[Range] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last of each group of hidden columns, counted from 1."""


class Sheet(NamedTuple):
    """A sheet of cells, and whether it is hidden."""

    name: str
    hidden: bool


class Book(ABC):
    """A spreadsheet file. Its methods raise LoadRefused if it is damaged."""

    sheets: list[Sheet]

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def layout(self, sheet: str) -> Layout:
        """Return what the sheet tells besides its cells."""

    @abstractmethod
    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield the sheet's rows in order."""


def is_blank(cells: list[Any]) -> bool:
    """Return whether a row has no values, or only blanks."""
    return not any(cell is not None and (cell.__class__ is not str or cell.strip()) for cell in cells)
