"""Why a published report would read otherwise now, or than another of its versions."""

from dataclasses import dataclass
from datetime import datetime

from geo.figures.kpis import evaluation
from geo.figures.releases import chain
from geo.figures.releases.assembling import published
from geo.figures.releases.differing import Difference, State, differences, recorded, state_of
from geo.figures.releases.set_values import SetDifference, set_differences
from geo.figures.report.columns import columns, periods_of
from geo.periods import Period
from geo.store.database import Connection


@dataclass(frozen=True, slots=True)
class Side:
    """A version of a period's report; without a number what a report of now would be."""

    number: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What lies between two versions of a period's report: records behind the figures, and what people set."""

    period: str
    before: Side
    after: Side
    differences: tuple[Difference, ...]
    set_values: tuple[SetDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both read the same."""
        return not (self.differences or self.set_values)


def explain(connection: Connection, period: Period, before: int | None = None, after: int | None = None) -> Explanation:
    """What differs between a release (by its number, else the latest) and another, or the records as they are now.

    A release is what it printed, by the definitions that it keeps; now is counted by those of today. Raises
    NotPublished.
    """
    earlier, earlier_state = _released(connection, period, before)
    later, later_state = (
        (Side(), recorded(connection, period, evaluation.indicators(connection), None))
        if after is None
        else _released(connection, period, after)
    )
    names = [each.name for each in periods_of(columns(period))]
    return Explanation(
        period.name,
        earlier,
        later,
        tuple(differences(connection, earlier_state, later_state)),
        tuple(set_differences(connection, names, earlier.recorded_at, later.recorded_at)),
    )


def _released(connection: Connection, period: Period, number: int | None) -> tuple[Side, State]:
    release = chain.find(connection, period.name, number)
    return Side(release.number, release.recorded_at), state_of(published(release))
