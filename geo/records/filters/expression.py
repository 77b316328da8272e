"""The terms in which a filter is compiled."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

from psycopg import sql

from geo.errors import FlurwerkError
from geo.records.layers.layer import Codes

LONGEST_QUOTE = 80


class FilterError(FlurwerkError):
    """A filter that cannot be understood, or asks for what there is not."""


class Kind(Enum):
    """What an expression yields; the value is how people call it."""

    TEXT = "a text"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    DATE = "a date"
    TIMESTAMP = "a timestamp"
    LIST = "a list of texts"
    GEOMETRY = "a geometry"


class FilterCrs(Protocol):
    """The CRS in which a filter's geometries are given: its number, and whether y stands before x.

    ``usable`` is west, south, east, north of where it can be transformed to the stored CRS, x before y.
    """

    @property
    def srid(self) -> int: ...
    @property
    def y_first(self) -> bool: ...
    @property
    def usable(self) -> tuple[float, float, float, float]: ...


@dataclass(frozen=True, slots=True)
class Queryable:
    """A property that a filter may name."""

    name: str
    column: sql.Composable
    kind: Kind
    codes: Codes | None = None


class Expression(NamedTuple):
    """A compiled part of a filter. ``queryable`` is set where it is just a property."""

    sql: sql.Composable
    kind: Kind
    queryable: Queryable | None = None


class Shape(NamedTuple):
    """A geometry in the stored CRS. ``is_cut``: a part lay where no record can be, and was left out."""

    sql: sql.Composable
    is_cut: bool = False
    is_collection: bool = False


class Parameters:
    """The values that a statement binds, collected while it is compiled."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> sql.Placeholder:
        """The placeholder for a value."""
        name = f"filter{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)


def quoted(value: object) -> str:
    """What the caller wrote, short enough for a message."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    # A lone surrogate could not be written into the answer.
    text = text.encode("utf-8", "replace").decode()
    return f"“{text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + '…'}”"
