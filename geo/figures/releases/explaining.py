"""Explains how a published report differs from the current records, or from another of its versions."""

from dataclasses import dataclass
from datetime import datetime

from geo.figures.kpis import evaluation
from geo.figures.kpis.kept import is_kept
from geo.figures.releases import chain
from geo.figures.releases.assembling import published
from geo.figures.releases.differing import Difference, State, differences, recorded, state_of
from geo.figures.releases.set_values import SetDifference, set_differences
from geo.figures.report.columns import columns, periods_of
from geo.figures.report.manual import manual_indicators
from geo.periods import Period
from geo.store.database import Connection


@dataclass(frozen=True, slots=True)
class Side:
    """A version of a period's report. Without a number it is the report that the current records would give."""

    number: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The differences between two versions of a period's report: of records behind the figures, and of set values."""

    period: str
    before: Side
    after: Side
    differences: tuple[Difference, ...]
    set_values: tuple[SetDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there are no differences."""
        return not (self.differences or self.set_values)


def explain(connection: Connection, period: Period, before: int | None = None, after: int | None = None) -> Explanation:
    """Return the differences between a release (``before``, default the latest) and another, or the current records.

    Releases are taken as printed, with the definitions stored in them; the current records are evaluated by today's
    definitions. Indicators that the agency does not keep any more are left out. Raises NotPublished.
    """
    earlier, earlier_state = _released(connection, period, before)
    later, later_state = (
        (Side(), recorded(connection, period, evaluation.indicators(connection), None))
        if after is None
        else _released(connection, period, after)
    )
    names = [each.name for each in periods_of(columns(period))]
    set_values = set_differences(connection, names, earlier.recorded_at, later.recorded_at)
    by_hand = {indicator.key for indicator in manual_indicators(connection)}
    return Explanation(
        period.name,
        earlier,
        later,
        tuple(differences(connection, earlier_state, later_state)),
        tuple(each for each in set_values if each.key in by_hand or not evaluation.switched_off(each.key)),
    )


def _released(connection: Connection, period: Period, number: int | None) -> tuple[Side, State]:
    release = chain.find(connection, period.name, number)
    state = state_of(published(release))
    return Side(release.number, release.recorded_at), state.only(filter(is_kept, state.indicators.values()))
