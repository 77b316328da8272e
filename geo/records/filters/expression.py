"""The types of the filter compiler: expressions, kinds, queryables, parameters."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

from psycopg import sql

from geo.errors import FlurwerkError
from geo.records.layers.layer import Codes

LONGEST_QUOTE = 80


class FilterError(FlurwerkError):
    """The filter cannot be parsed, or uses unknown properties, functions or values."""


class Kind(Enum):
    """The type of an expression; the value is its name in messages."""

    TEXT = "a text"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    DATE = "a date"
    TIMESTAMP = "a timestamp"
    LIST = "a list of texts"
    GEOMETRY = "a geometry"


class FilterCrs(Protocol):
    """The CRS of a filter's geometries: its number, and whether y is before x.

    ``usable`` is the area that can be transformed to the stored CRS: west, south, east, north, with x before y.
    """

    @property
    def srid(self) -> int: ...
    @property
    def y_first(self) -> bool: ...
    @property
    def usable(self) -> tuple[float, float, float, float]: ...


@dataclass(frozen=True, slots=True)
class Queryable:
    """A property that a filter may use."""

    name: str
    column: sql.Composable
    kind: Kind
    codes: Codes | None = None


class Expression(NamedTuple):
    """A compiled part of a filter. ``queryable`` is set if it is a property and nothing else."""

    sql: sql.Composable
    kind: Kind
    queryable: Queryable | None = None


class Shape(NamedTuple):
    """A geometry in the stored CRS. ``is_clipped``: a part where no record can be was removed."""

    sql: sql.Composable
    is_clipped: bool = False
    is_collection: bool = False


class Parameters:
    """The values that a statement binds, collected while it is compiled."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> sql.Placeholder:
        """Bind a value and return its placeholder."""
        name = f"filter{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)


def quoted(value: object) -> str:
    """Return the caller's text in quotation marks, shortened for a message."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    # A lone surrogate could not be encoded in the response.
    text = text.encode("utf-8", "replace").decode()
    return f"“{text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + '…'}”"
