"""The mapping, which translates a contractor's columns and values into those of the layer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from geo.loading.reading_options import ReadingOptions

EVERYTHING = "*"
"""In ``ignore``: all columns that are neither mapped nor known. In a table of codes: all values that it omits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """How the values of one of the layer's columns are made from the file's.

    ``join`` lists several columns of the file whose values are joined by ``separator``; empty ones are left out.
    ``prefix`` precedes every value. ``unit`` is the unit of the file's numbers, which are converted to the column's.
    ``date_format`` describes how the file writes dates, in the notation of ``strptime``.
    """

    join: tuple[str, ...] = ()
    separator: str = " "
    prefix: str = ""
    unit: str | None = None
    date_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping(ReadingOptions):
    """All that is said about a file: how it is read, and how its columns become those of the layer.

    ``columns`` maps a column of the file to one or several of the layer; ``codes`` maps values, with one table per
    layer column; ``values`` has rules by layer column; ``constants`` are values set in every row; ``ignore`` lists
    columns to skip; ``where`` lists conditions that rows must meet, such as ``Status=gebaut``. ``crs`` takes precedence
    over the CRS that the file names; ``accuracy`` are the metres to which a transformation from it has to be exact.
    ``accepted_share`` is the share of a column's values that a load may empty, and of a source's records that it may
    remove, without asking.
    """

    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    values: Mapping[str, ValueRule] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    crs: str | None = None
    accuracy: float | None = None
    accepted_share: float = 0.1

    @property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """The layer's columns that each of the file's columns fills."""
        return {
            header: (several,) if isinstance(several, str) else tuple(several)
            for header, several in self.columns.items()
        }

    @property
    def named(self) -> set[str]:
        """All columns of the layer that the mapping names."""
        targets = {target for several in self.targets.values() for target in several}
        return {*targets, *self.codes, *self.values, *self.constants}


NO_RULE = ValueRule()


def overridden(mapping: FileMapping, **given: Any) -> FileMapping:
    """Return the mapping with the given entries in place of its own. What is None stays as it is."""
    return replace(mapping, **{name: value for name, value in given.items() if value is not None})
