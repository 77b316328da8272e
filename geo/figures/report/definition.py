"""The definition of an indicator, as a report and its releases keep it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema

from geo.figures.kpis import Indicator, Kind
from geo.figures.kpis.indicator import Aggregation
from geo.figures.kpis.recorded import absent, dates_recorded
from geo.records.layers.layer import Text
from geo.units import Measure, OwnUnit, Unit


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


def _read_unit(given: Any) -> Unit | OwnUnit:
    if isinstance(given, Unit | OwnUnit):
        return given
    if isinstance(given, dict):
        return OwnUnit(Measure(Text(**given["symbol"]), "1", decimals=given["decimals"]))
    if given not in Unit.__members__:
        raise ValueError(f"There is no unit {given}.")
    return Unit[given]


def _write_unit(unit: Unit | OwnUnit) -> Any:
    if isinstance(unit, Unit):
        return unit.name
    return {"symbol": unit.value.symbol._asdict(), "decimals": unit.value.decimals}


UnitByName = Annotated[
    Unit | OwnUnit,
    PlainValidator(_read_unit),
    PlainSerializer(_write_unit),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": [unit.name for unit in Unit]},
                {
                    "type": "object",
                    "properties": {"symbol": {"type": "object"}, "decimals": {"type": "integer"}},
                    "required": ["symbol", "decimals"],
                },
            ]
        }
    ),
]
"""A Unit that is serialised as its name, ``SQUARE_METRES``; one of the profile's own as its symbol and decimals."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The complete definition of an indicator. Releases store it, so that their figures can be recomputed.

    ``sides`` are numerator and denominator of a ratio, ``others`` the definitions that hold at other times.
    ``is_line`` is false for a side that is no line of the report. Those of earlier versions have no ``recorded_by``:
    their figures are 0 where there is no record.
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
    dates: tuple[str, ...] = ()
    decimals: int = 0
    aggregation: Aggregation = Aggregation.SUM
    sides: tuple["Definition", ...] = ()
    factor: Decimal = Decimal(1)
    valid_from: date | None = None
    valid_until: date | None = None
    others: tuple["Definition", ...] = ()
    is_line: bool = True
    recorded_by: tuple[str, ...] | None = None

    @classmethod
    def of(cls, indicator: Indicator, *, is_line: bool = True) -> Self:
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
            dates=indicator.dates,
            decimals=indicator.decimals,
            aggregation=indicator.aggregation,
            sides=tuple(cls.of(side) for side in indicator.sides if side is not indicator),
            factor=indicator.factor,
            valid_from=indicator.valid_from,
            valid_until=indicator.valid_until,
            others=tuple(map(cls.of, indicator.others)),
            is_line=is_line,
            recorded_by=dates_recorded(indicator),
        )

    def indicator(self) -> Indicator:
        """Return the indicator with this definition."""
        numerator, denominator = (side.indicator() for side in self.sides) if self.sides else (None, None)
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
            dates=self.dates,
            decimals=self.decimals,
            aggregation=self.aggregation,
            numerator=numerator,
            denominator=denominator,
            factor=self.factor,
            public_district="public_district" if self.sides else "district",
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            others=tuple(other.indicator() for other in self.others),
            recorded_by=self.recorded_by,
        )

    @property
    def part_decimals(self) -> int:
        """The number of decimals with which a part of the figure is printed."""
        return max(self.unit.value.part_decimals, self.decimals)

    @property
    def is_sum(self) -> bool:
        """Whether its parts add up."""
        return self.indicator().is_sum

    @property
    def absent(self) -> Text:
        """What is printed where a part has no figure: that it is not recorded; for ratios and maxima a dash."""
        return absent(self.indicator())

    @property
    def nothing(self) -> Decimal | None:
        """The figure where no record counts: 0 of a sum, else none."""
        return Decimal(0) if self.aggregation is Aggregation.SUM else None
