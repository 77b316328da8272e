"""The terms in which records are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from geo.errors import FlurwerkError
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import COMMON
from geo.store.database import SRID, Query

ID = "id"


class BadParameter(FlurwerkError):
    """A parameter of the request has a value that cannot be used."""

    def __init__(self, parameter: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.parameter = parameter


class Bounds(NamedTuple):
    """A rectangle, x before y."""

    west: float
    south: float
    east: float
    north: float


class Crs(Enum):
    """The coordinate reference systems that are served: URI, SRID, whether y stands before x, digits, usable area.

    PostGIS keeps x before y for all of them. ``usable`` is where the projection to the stored CRS is one-to-one:
    40° around its meridian. Bounds are cut to it, since the corners of the world cannot be transformed.
    """

    CRS84 = ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, False, 7, Bounds(-31, 0, 49, 84))
    WGS84 = ("http://www.opengis.net/def/crs/EPSG/0/4326", 4326, True, 7, Bounds(-31, 0, 49, 84))
    STORED = (f"http://www.opengis.net/def/crs/EPSG/0/{SRID}", SRID, False, 3, Bounds(-1e8, -1e8, 1e8, 1e8))
    WEB = ("http://www.opengis.net/def/crs/EPSG/0/3857", 3857, False, 3, Bounds(-3_450_904, 0, 5_454_655, 18_764_656))

    def __init__(self, uri: str, srid: int, y_first: bool, digits: int, usable: Bounds) -> None:
        self.uri = uri
        self.srid = srid
        self.y_first = y_first
        self.digits = digits
        self.usable = usable

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.srid == 4326


class Box(NamedTuple):
    """What a geometry has to intersect: a rectangle, or two where it spans the 180th meridian; none: nothing can."""

    parts: tuple[Bounds, ...]
    srid: int


class Days(NamedTuple):
    """Whole days from the first to the last, both included; None where open."""

    first: date | None
    last: date | None


class SortKey(NamedTuple):
    """A column to sort by."""

    name: str
    descending: bool


class Filter(NamedTuple):
    """A column that has to equal a value, or, being an array, to hold it."""

    name: str
    value: Any
    is_array: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records count, whatever the page. A box or days on a layer without geometry or date select nothing."""

    box: Box | None = None
    days: Days | None = None
    filters: tuple[Filter, ...] = ()
    condition: Query | None = None
    """A CQL2 filter, compiled over the alias r."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind the record with these sort values (as text) and this id.

    ``many`` says that more records were matched than are counted, so that nobody counts again.
    """

    values: tuple[str | None, ...]
    id: int
    many: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of the selected records."""

    limit: int
    sort: tuple[SortKey, ...] = ()
    after: Cursor | None = None


def property_names(layer: Layer, audience: Audience) -> tuple[str, ...]:
    """The properties of a layer's features that an audience sees, in the order of its view."""
    common = () if audience is Audience.PUBLIC else tuple(name for name in COMMON if not layer.describes(name))
    return (*common, *(column.name for column in layer.visible_columns(audience)))


def find_property(layer: Layer, audience: Audience, parameter: str, name: str, *more: str) -> str:
    """The name, if it is a property that the audience sees or one of ``more``; else BadParameter names those."""
    known = (*more, *property_names(layer, audience))
    if name not in known:
        raise BadParameter(parameter, f"“{name}” is no property here.", f"Known are: {', '.join(known)}.")
    return name


Given = Mapping[str, str]
"""Parameters of a request by their name."""
