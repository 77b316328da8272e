"""The data types of a report: plain data from which documents are made and which releases store."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal, Self

from geo.figures.report.definition import Definition, Words
from geo.profile.levels import UPPER


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures in the printed table: the targets or the actuals of one period."""

    period: str
    content: Literal["target", "actual"]
    label: Words


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table: ``exact``, and ``shown`` as printed; or a ``text`` instead; or empty.

    ``of_year``: the figure is for the whole year although it is in a shorter period's column, as its line has no other.
    ``not_recorded``: the layer behind a computed figure has no record by then, which is not zero.
    """

    exact: Decimal | None = None
    shown: Decimal | None = None
    text: str | None = None
    of_year: bool = False
    not_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator with a cell for each of the report's columns.

    ``unit`` is None if it has none; ``decimals`` is the number of decimals printed. For manual indicators,
    ``entered_by`` and ``entered_at`` say who entered the actual of the report's period, and when.
    """

    key: str
    position: int
    area: Words
    product: Words
    label: Words
    unit: Words | None
    decimals: int
    goals: tuple[str, ...]
    is_manual: bool
    cells: tuple[Cell, ...]
    remark: str | None = None
    entered_by: str | None = None
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A line's target and actual, as printed, in a reported period; ``shown`` is None also if it is not recorded."""

    period: str
    target: Decimal | None
    shown: Decimal | None


@dataclass(frozen=True, slots=True)
class SplitPart:
    """The part of a figure in a district, ``outside`` or ``unlocated``; None where there is no figure.

    That of a sum is not known if none of the records that count has a place.
    """

    part: str
    exact: Decimal | None
    shown: Decimal | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record that counts, with its amount and its district, or several separated by ``|``."""

    layer: str
    id: int
    source: str
    source_id: str
    date: date
    amount: Decimal
    district: str


@dataclass(frozen=True, slots=True)
class Redefinition:
    """A day within the periods shown from which an indicator counts by another definition, and what of it differs."""

    key: str
    label: Words
    since: date
    text: Words


@dataclass(frozen=True, slots=True)
class RatioSide:
    """The numerator or denominator of a ratio: its key, and the unit of its records' amounts (None: counts)."""

    key: str
    unit: Words | None


@dataclass(frozen=True, slots=True)
class Cause:
    """A record that causes a correction: the amount, and what happened to the record, as text.

    ``side`` is that of a ratio whose record it is; without one the amount is in the corrected figure's unit.
    """

    layer: str
    id: int
    source_id: str
    amount: Decimal
    what: Words
    side: RatioSide | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A later change of a published figure of an earlier period. It is never part of this period's figures.

    ``printed`` are the figure before and after it as printed, of which ``shown`` is the difference. It is None where
    they print alike or there is only one of them, and in documents of earlier versions, which rounded the difference.
    """

    period: str
    key: str
    label: Words
    unit: Words | None
    decimals: int
    exact: Decimal
    shown: Decimal
    causes: tuple[Cause, ...]
    printed: tuple[Decimal, Decimal] | None = None

    def unit_of(self, cause: Cause) -> Words | None:
        """Return the unit of a cause's amount: m² of land sold, say, where the figure is a share in %."""
        return cause.side.unit if cause.side else self.unit


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding of ``flurwerk check`` that affects figures of the period; ``keys`` are those of their indicators."""

    check: str
    label: Words
    advice: Words
    layer: str
    id: int
    source: str
    source_id: str
    detail: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The status of a report: a draft or the period's release ``number``, and when its records were recorded."""

    state: Literal["draft", "release"]
    recorded_at: datetime
    version: str
    number: int | None = None
    published_by: str | None = None
    reason: str | None = None
    accepted: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class ReportPart:
    """The part of the city that a report is limited to, with its name at the period's end."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a period.

    ``lines`` are those of the table, ``key_figures`` those of the text, which ``sentences`` contain. ``splits`` are by
    key of the computed indicators; ``records`` and ``definitions`` also by that of the sides of ratios, which have the
    records in the place of the ratio; ``trends`` by key of all lines. A figure that is not recorded has an empty split.
    ``notes`` say what is to be known of the splits.

    ``part`` is the part of the city that it is limited to (None: the whole), ``level`` that of the splits, which are
    empty of a part that has no parts itself. Its status is that of the whole's report from which it is taken.
    """

    period: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    key_figures: tuple[Line, ...]
    sentences: tuple[Words, ...]
    trends: Mapping[str, tuple[TrendPoint, ...]]
    splits: Mapping[str, tuple[SplitPart, ...]]
    records: Mapping[str, tuple[Record, ...]]
    definitions: Mapping[str, Definition]
    status: Status
    corrections: tuple[Correction, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    goals: Mapping[str, Words] = field(default_factory=dict)
    notes: tuple[Words, ...] = ()
    redefinitions: tuple[Redefinition, ...] = ()
    part: ReportPart | None = None
    level: str = UPPER

    @property
    def is_extract(self) -> bool:
        """Whether it is not what a release keeps, so that a release's hash is not that of this document."""
        return self.part is not None or self.level != UPPER

    def without_table(self) -> Self:
        """Return what remains of the report without lines, texts and records: period, definitions, part and level."""
        status = Status("draft", datetime.fromtimestamp(0, UTC), "")
        kept = type(self)(self.period, (), (), (), (), {}, {}, {}, self.definitions, status)
        return replace(kept, part=self.part, level=self.level)

    def line(self, key: str) -> Line:
        """Return the line with that key. Raises KeyError if there is none."""
        for line in (*self.lines, *self.key_figures):
            if line.key == key:
                return line
        raise KeyError(key)
