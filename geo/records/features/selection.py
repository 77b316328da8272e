"""The types of a request for records: CRS, bounds, filters, selection, page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from geo.errors import FlurwerkError
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names
from geo.store.database import SRID, Query

ID = "id"


class BadParameter(FlurwerkError):
    """A parameter of the request has an invalid value."""

    def __init__(self, parameter: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.parameter = parameter


class Bounds(NamedTuple):
    """A rectangle with x before y."""

    west: float
    south: float
    east: float
    north: float


class Crs(Enum):
    """The supported coordinate reference systems: URI, SRID, whether y is before x, decimals, usable area.

    PostGIS stores x before y for all of them. ``usable`` is the area in which the projection to the stored CRS is
    one-to-one, whichever system of Germany that is: 40° on either side of the meridians from 3° to 15°. Bounds are
    clipped to it, since the corners of the world cannot be transformed.
    """

    CRS84 = ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, False, 7, Bounds(-25, 0, 43, 84))
    WGS84 = ("http://www.opengis.net/def/crs/EPSG/0/4326", 4326, True, 7, Bounds(-25, 0, 43, 84))
    STORED = (f"http://www.opengis.net/def/crs/EPSG/0/{SRID}", SRID, False, 3, Bounds(-1e8, -1e8, 1e8, 1e8))
    WEB = ("http://www.opengis.net/def/crs/EPSG/0/3857", 3857, False, 3, Bounds(-2_782_987, 0, 4_786_738, 18_764_656))

    def __init__(self, uri: str, srid: int, y_first: bool, digits: int, usable: Bounds) -> None:
        self.uri = uri
        self.srid = srid
        self.y_first = y_first
        self.digits = digits
        self.usable = usable

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are in degrees."""
        return self.srid == 4326


class Box(NamedTuple):
    """The area that a geometry must intersect: one rectangle, two across the 180th meridian, or none (no match)."""

    parts: tuple[Bounds, ...]
    srid: int


class Days(NamedTuple):
    """Whole days from first to last, both included; None if open."""

    first: date | None
    last: date | None


class SortKey(NamedTuple):
    """A column to sort by."""

    name: str
    descending: bool


class Filter(NamedTuple):
    """A value that a column must equal or, if it is an array, contain."""

    name: str
    value: Any
    is_array: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """The conditions on records. A box selects nothing from a layer without geometry, nor do days without a date."""

    box: Box | None = None
    days: Days | None = None
    filters: tuple[Filter, ...] = ()
    condition: Query | None = None
    """A CQL2 filter, compiled over the alias r."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after the record with these sort values (as text) and this id.

    ``many``: more records match than are counted, so they need not be counted again.
    """

    values: tuple[str | None, ...]
    id: int
    many: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """A page of the selected records: its size, order and beginning."""

    limit: int
    sort: tuple[SortKey, ...] = ()
    after: Cursor | None = None


def find_property(layer: Layer, audience: Audience, parameter: str, name: str, *more: str) -> str:
    """Return the name if it is a property that the audience sees, or one of ``more``.

    Raises BadParameter, listing the known ones, if it is neither.
    """
    known = (*more, *property_names(layer, audience))
    if name not in known:
        raise BadParameter(parameter, f"“{name}” is not a known property.", f"Known properties: {', '.join(known)}.")
    return name


RawParameters = Mapping[str, str]
"""The parameters of a request by name."""
