"""Figures: target, actual and remark of an indicator in a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from geo.figures.kpis import Indicator, kpi_sql
from geo.figures.kpis.evaluation import indicators, totals
from geo.figures.kpis.part_labels import in_words_of
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.store.database import Connection


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of an indicator in a period, by the definition in force.

    ``actual`` is exact, in the indicator's unit, and None if it is not recorded (geo.figures.kpis.recorded), or of a
    ratio or maximum if there is nothing to divide by or to choose from.
    """

    indicator: Indicator
    period: str
    target: Decimal | None
    actual: Decimal | None
    remark: str | None

    @property
    def is_recorded(self) -> bool:
        """Whether the figure is recorded; a ratio with nothing to divide by is."""
        return self.actual is not None or not self.indicator.is_sum

    @property
    def rounded(self) -> Decimal | None:
        """The actual as printed."""
        return self.indicator.printed(self.actual)

    def as_record(self, language: str = "de") -> dict[str, str | Decimal | bool | None]:
        """Return the columns of ``flurwerk kpi --format csv|json`` and ``/api/kpis``, with exact numbers."""
        return {
            "key": self.indicator.key,
            "label": self.indicator.label.in_language(language),
            "unit": self.indicator.unit.symbol(language),
            "period": self.period,
            "target": self.target,
            "actual": self.actual,
            "actual_rounded": self.rounded,
            "remark": self.remark,
            "recorded": self.is_recorded,
        }


def compute(
    connection: Connection,
    periods: Sequence[Period],
    only: Sequence[Indicator] | None = None,
    audience: Audience = Audience.INTERNAL,
    part: str | None = None,
) -> list[Figure]:
    """Return the figures of all indicators (or ``only`` these) in these periods, in the report's order.

    There is none for a period in which no definition of an indicator is in force. The audience decides only what is
    told not to be recorded; none of the figures is hidden. With the key of a ``part`` of the upper level they are its
    figures in its words, and the targets those that were set for it.
    """
    chosen = [in_words_of(part, each) for each in (only if only is not None else indicators(connection))]
    requested = [(indicator, period) for indicator in chosen for period in periods]
    actuals = totals(connection, requested, audience, part=part)
    found = connection.execute(*kpi_sql.set_values([period.name for period in periods], part))
    set_values = {(key, name): (target, remark) for key, name, target, remark in found}
    return [
        figure(definition, period.name, actuals, set_values)
        for indicator, period in requested
        if (definition := indicator.in_force(period))
    ]


def figure(
    indicator: Indicator,
    period: str,
    actuals: Mapping[tuple[str, str], Decimal | None],
    set_values: dict[tuple[str, str], tuple[Decimal | None, str | None]],
) -> Figure:
    """Return one figure from the actuals and the set values (target, remark), both by key and period.

    ``indicator`` is the definition in force.
    """
    target, remark = set_values.get((indicator.key, period), (None, None))
    return Figure(indicator, period, target, actuals.get((indicator.key, period)), remark)
