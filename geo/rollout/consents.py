"""The consent period: until when the road authority may decide, and which applications are deemed consented after it.

§ 127 Abs. 3 TKG: consent to laying or changing a telecommunications line is deemed given three months after receipt of
the complete application. The law is interpreted as follows:

- **Three months** end on the day of the third month with the same number as the day on which the application was
  complete (which itself does not count: § 187 Abs. 1, § 188 Abs. 2 BGB), or on the last day of a month without such a
  day (§ 188 Abs. 3 BGB): if complete on 30 November, the period ends on 28 or 29 February.
- **Saturdays, Sundays and public holidays** of the state do not end the period, which continues to the next working day
  (§ 31 Abs. 3 of the state's VwVfG, which applies to authorities and citizens alike). This is the cautious
  interpretation for those who want to dig; the calendar day is reported, too.
- **An extension** (the law allows one month) is recorded as its last day. That day was announced to the applicant and
  ends the period whatever day of the week it is (§ 31 Abs. 3 sentence 2). An extension never shortens the period.
- **Deemed** consent takes effect on the day after the period ends. A later refusal does not revoke it.
- **Incomplete** is any application without a completion date; no period runs. By law it does start, unless the
  authority reports within a month that something is missing, but only people know whether it did.

Every trench has its own application. Duplicates and discarded trenches need none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import LiteralString, NamedTuple

from psycopg import sql

from geo.figures.kpis.responsible import formerly, then
from geo.rollout.measures import Bounds, bounds_of, fetch
from geo.store.database import AsyncConnection
from geo.workdays import next_workday


class State(StrEnum):
    """The state of an application."""

    INCOMPLETE = "incomplete"
    RUNNING = "running"
    DEEMED = "deemed"
    REFUSED = "refused"
    PERMITTED = "permitted"


OPEN = (State.DEEMED, State.RUNNING, State.INCOMPLETE)
"""The states of undecided applications, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application as recorded up to a day. ``three_months_on`` is three months after ``complete_on``."""

    trench: int
    source_id: str
    cluster: str | None
    operator: str | None
    length_m: Decimal
    applied_on: date | None
    complete_on: date | None
    three_months_on: date | None
    extended_until: date | None
    refused_on: date | None
    permitted_on: date | None
    works_began: bool
    bounds: Bounds | None

    @property
    def ends_on(self) -> date | None:
        """The last day on which the authority may decide; None if no period runs."""
        if self.three_months_on is None:
            return None
        end = next_workday(self.three_months_on)
        return max(end, self.extended_until) if self.extended_until else end

    @property
    def deemed_from(self) -> date | None:
        """The first day on which consent is deemed given if the authority has not decided."""
        return self.ends_on and self.ends_on + timedelta(1)

    def state(self, on: date) -> State:
        """Return the state at the end of the day."""
        end = self.ends_on
        if self.permitted_on:
            return State.PERMITTED
        if self.refused_on and (end is None or self.refused_on <= end):
            return State.REFUSED
        if end is None:
            return State.INCOMPLETE
        return State.RUNNING if on <= end else State.DEEMED

    def days_left(self, on: date) -> int | None:
        """Return how many days the authority has left after this one. Negative: days since the period ended."""
        return None if self.ends_on is None else (self.ends_on - on).days


class Consents(NamedTuple):
    """The undecided applications, the most urgent first, and the number of all applications in each state."""

    undecided: list[Application]
    counts: dict[State, int]


STATEMENT: LiteralString = f"""
    select
        t.id as trench,
        t.source_id,
        k.key as cluster,
        o.name as operator,
        t.length_m,
        t.applied_on,
        s.complete_on,
        (s.complete_on + interval '3 months')::date as three_months_on,
        t.extended_until,
        s.refused_on,
        s.permitted_on,
        coalesce(least(t.started_on, t.laid_reached_on) <= %(on)s, false) as works_began,
        {bounds_of("t.geom")} as bounds
    from trenches as t
    {formerly("trenches", "t", "%(on)s")}
    left join operators as o on o.id = {then("t", "operator")}
    left join clusters as k on k.id = {then("t", "cluster")}
    cross join lateral (
        select
            case when t.complete_on <= %(on)s then t.complete_on end as complete_on,
            case when t.refused_on <= %(on)s then t.refused_on end as refused_on,
            case when t.permitted_on <= %(on)s then t.permitted_on end as permitted_on
    ) as s
    where least(t.applied_on, t.complete_on, t.refused_on, t.permitted_on) <= %(on)s
      and t.duplicate_of is null
      and (t.discarded_on is null or t.discarded_on > %(on)s)
    order by t.id
"""


async def consents(connection: AsyncConnection, on: date) -> Consents:
    """Return the applications as of the end of a day."""
    found = await fetch(connection, Application, sql.SQL(STATEMENT), {"on": on})
    states = [application.state(on) for application in found]
    undecided = [application for application, state in zip(found, states, strict=True) if state in OPEN]
    undecided.sort(key=lambda each: (OPEN.index(each.state(on)), each.ends_on or date.max, each.trench))
    return Consents(undecided, {state: states.count(state) for state in State})
