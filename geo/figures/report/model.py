"""The data types of a report: plain data from which documents are made and which releases store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from geo.figures.kpis import Indicator, Kind, Unit
from geo.figures.kpis.recorded import dates_recorded
from geo.records.layers.layer import Text


def _read_text(given: Any) -> Any:
    return Text(**given) if isinstance(given, dict) else given


Words = Annotated[
    Text,
    BeforeValidator(_read_text),
    PlainSerializer(lambda text: {"de": text.de, "en": text.en}),
    WithJsonSchema(
        {"type": "object", "properties": {name: {"type": "string"} for name in ("de", "en")}, "required": ["de", "en"]},
        mode="serialization",
    ),
]
"""A Text that is serialised as ``{"de": …, "en": …}``."""


def _read_unit(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if given not in Unit.__members__:
        raise ValueError(f"There is no unit {given}.")
    return Unit[given]


UnitByName = Annotated[
    Unit,
    BeforeValidator(_read_unit),
    PlainSerializer(lambda unit: unit.name),
    WithJsonSchema({"type": "string", "enum": [unit.name for unit in Unit]}),
]
"""A Unit that is serialised as its name: ``SQUARE_METRES``."""


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
    """The part of a figure in a district, ``outside`` or ``unlocated``."""

    part: str
    exact: Decimal
    shown: Decimal


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
class Definition:
    """The complete definition of an indicator. Releases store it, so that their figures can be recomputed.

    Those of earlier versions have no ``recorded_by``: their figures are 0 where there is no record.
    """

    key: str
    position: int
    area: Words
    product: Words
    label: Words
    unit: UnitByName
    kind: Kind
    rule: Words
    layer: str
    contributions: str
    rounding: Decimal
    parameters: dict[str, str]
    goals: tuple[str, ...]
    recorded_by: tuple[str, ...] | None = None

    @classmethod
    def of(cls, indicator: Indicator) -> Self:
        """Return the definition of the indicator."""
        return cls(
            key=indicator.key,
            position=indicator.position,
            area=indicator.area,
            product=indicator.product,
            label=indicator.label,
            unit=indicator.unit,
            kind=indicator.kind,
            rule=indicator.rule,
            layer=indicator.layer,
            contributions=indicator.contributions,
            rounding=indicator.rounding,
            parameters=dict(indicator.parameters),
            goals=indicator.goals,
            recorded_by=dates_recorded(indicator),
        )

    def indicator(self) -> Indicator:
        """Return the indicator with this definition."""
        return Indicator(
            key=self.key,
            position=self.position,
            area=self.area,
            product=self.product,
            label=self.label,
            unit=self.unit,
            kind=self.kind,
            rule=self.rule,
            layer=self.layer,
            contributions=self.contributions,  # pyright: ignore[reportArgumentType]
            rounding=self.rounding,
            parameters=self.parameters,
            goals=self.goals,
            recorded_by=self.recorded_by,
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """A record that causes a correction: the amount, and what happened to the record, as text."""

    layer: str
    id: int
    source_id: str
    amount: Decimal
    what: Words


@dataclass(frozen=True, slots=True)
class Correction:
    """A later change of a published figure of an earlier period. It is never part of this period's figures."""

    period: str
    key: str
    label: Words
    unit: Words | None
    decimals: int
    exact: Decimal
    shown: Decimal
    causes: tuple[Cause, ...]


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
class Report:
    """The report of a period.

    ``lines`` are those of the table, ``key_figures`` those of the text, which ``sentences`` contain. ``splits``,
    ``records`` and ``definitions`` are by key of the computed indicators, ``trends`` by key of all lines. A figure that
    is not recorded has an empty split. ``notes`` say what is to be known of the splits.
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

    def without_table(self) -> Self:
        """Return what remains of the report without its lines, texts and records: its period and definitions."""
        status = Status("draft", datetime.fromtimestamp(0, UTC), "")
        return type(self)(self.period, (), (), (), (), {}, {}, {}, self.definitions, status)

    def line(self, key: str) -> Line:
        """Return the line with that key. Raises KeyError if there is none."""
        for line in (*self.lines, *self.key_figures):
            if line.key == key:
                return line
        raise KeyError(key)
