"""Profiles of a file's columns: how many cells are filled, with which values, of which kind, from when to when."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from geo.loading.converting.cells import SheetColumn
from geo.loading.converting.columns import RawColumn, distinct, readable
from geo.loading.converting.shown import shown
from geo.loading.converting.values import Unreadable, read_number, to_boolean, to_date, to_text
from geo.loading.geometry import SRID_PREFIX
from geo.loading.reading import Source
from geo.text import Text

MOST_VALUES = 2_000
"""How many distinct values of a column are kept. Columns with more of them are not lists of codes."""

NOT_THAT = Text("Das ist etwas anderes.", "This is something else.")
WKT_STARTS = ("POINT", "LINESTRING", "POLYGON", "MULTI", "GEOMETRYCOLLECTION", "CURVE", "COMPOUND", "CIRCULAR")


GERMAN_KINDS = {
    "empty": "leer",
    "date": "Datum",
    "number": "Zahl",
    "yes/no": "ja/nein",
    "WKT": "WKT",
    "text": "Text",
}


class Kind(Enum):
    """What all filled cells of a column can be read as. The first that fits is a column's kind."""

    EMPTY = "empty"
    DATE = "date"
    NUMBER = "number"
    TRUTH = "yes/no"
    WKT = "WKT"
    TEXT = "text"

    @property
    def label(self) -> Text:
        """What people call it."""
        return Text(GERMAN_KINDS[self.value], self.value)


@dataclass(slots=True)
class ColumnProfile:
    """What a column of a file holds.

    ``values`` counts its distinct values as users would write them, in the order of their first row; ``is_complete`` is
    whether these are all. ``first`` and ``last`` are the smallest and the largest date or number, as text.
    """

    header: str
    rows: int = 0
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    is_complete: bool = True
    kind: Kind = Kind.EMPTY
    first: str | None = None
    last: str | None = None
    _kinds: list[Kind] = field(default_factory=lambda: [Kind.DATE, Kind.NUMBER, Kind.TRUTH, Kind.WKT, Kind.TEXT])
    _spans: dict[Kind, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.filled == self.rows > 0 and (len(self.values) == self.rows or not self.is_complete)


def profile_columns(
    source: Source, wanted: list[str] | None = None, progress: Callable[[int, int | None], None] | None = None
) -> tuple[list[ColumnProfile], int]:
    """Read a whole file, and return the profile of each of its columns, in their order, and the number of its rows."""
    headers = source.names if wanted is None else wanted
    profiles = [ColumnProfile(header) for header in headers]
    rows = 0
    readers = _readers(source)
    for batch in source.batches(list(dict.fromkeys(headers)), with_geometry=False):
        for profile in profiles:
            _add(profile, batch.columns[profile.header], readers)
        rows += len(batch.rows)
        if progress:
            progress(rows, source.total)
    for profile in profiles:
        _conclude(profile)
    return profiles, rows


def _add(profile: ColumnProfile, column: RawColumn, readers: dict[Kind, Callable[[Any], Any]]) -> None:
    values, indices = distinct(column)
    profile.rows += len(column)
    counts = Counter(indices.drop_null().to_pylist())
    for place, value in enumerate(values):
        if not (text := shown(value)):
            continue
        profile.filled += counts[place]
        if text in profile.values or len(profile.values) < MOST_VALUES:
            profile.values[text] += counts[place]
        else:
            profile.is_complete = False
        for kind in list(profile._kinds):
            _try(profile, kind, value, readers[kind], isinstance(column, SheetColumn))


def _try(profile: ColumnProfile, kind: Kind, value: Any, read: Callable[[Any], Any], is_sheet: bool) -> None:
    try:
        found = read(readable(value, is_sheet=is_sheet, as_text=kind is Kind.TEXT))
    except Unreadable:
        profile._kinds.remove(kind)
        return
    first, last = profile._spans.get(kind, (found, found))
    profile._spans[kind] = min(first, found), max(last, found)


def _conclude(profile: ColumnProfile) -> None:
    if not profile.filled:
        return
    profile.kind = profile._kinds[0] if profile._kinds else Kind.TEXT
    if profile.kind in {Kind.DATE, Kind.NUMBER}:
        first, last = profile._spans[profile.kind]
        profile.first, profile.last = str(first), str(last)


def _readers(source: Source) -> dict[Kind, Callable[[Any], Any]]:
    return {
        Kind.DATE: to_date,
        Kind.NUMBER: lambda value: read_number(value, source.decimals),
        Kind.TRUTH: _truth,
        Kind.WKT: _wkt,
        Kind.TEXT: to_text,
    }


def _truth(value: Any) -> str | None:
    # Numbers are yes or no only by a column's meaning, which is not known here.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise Unreadable(NOT_THAT)
    return to_boolean(value)


def _wkt(value: Any) -> str:
    text = SRID_PREFIX.sub("", str(value), count=1).lstrip().upper()
    if not text.startswith(WKT_STARTS) or "(" not in text:
        raise Unreadable(NOT_THAT)
    return text[:1]
