"""The consent clock: until when the road authority may decide, and what counts as consented since it did not.

§ 127 Abs. 3 TKG: the consent to laying or changing a telecommunications line counts as given when three months have
passed since the complete application came in. Readings taken:

- **Three months** end on the day of the third month that has the number of the day on which the application was
  complete (that day itself does not count: § 187 Abs. 1, § 188 Abs. 2 BGB), and on the month's last day where it has no
  such day (§ 188 Abs. 3 BGB): complete on 30 November, they end on 28 February, or on the 29th.
- **A Saturday, Sunday or public holiday** does not end the period: it goes on to the next working day (§ 31 Abs. 3
  VwVfG NRW, which holds for authorities as for citizens). That is the careful reading for whoever wants to dig; the day
  by the calendar is told, too.
- **An extension** (the law allows one month) is recorded as the day until which it reaches. That day was named to the
  applicant and ends the period as it is, whatever day of the week (§ 31 Abs. 3 sentence 2). It never shortens it.
- **Deemed** is the consent from the day after the last one. A refusal later than that does not undo it.
- **Not known to be complete** is an application without that date. No clock runs, although the law starts it on its
  own unless the authority says within a month that something is missing: only people know whether it did.

Every trench has its own application. Duplicates and discarded trenches need none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import LiteralString, NamedTuple

from psycopg import sql

from geo.rollout.measures import Bounds, bounds_of, fetch
from geo.store.database import AsyncConnection
from geo.workdays import workday_from


class State(StrEnum):
    """Where an application stands."""

    INCOMPLETE = "incomplete"
    RUNNING = "running"
    DEEMED = "deemed"
    REFUSED = "refused"
    PERMITTED = "permitted"


OPEN = (State.DEEMED, State.RUNNING, State.INCOMPLETE)
"""What nobody has decided, in the order in which it is listed."""


@dataclass(frozen=True, slots=True)
class Application:
    """What is recorded of an application by the day. ``three_months_on`` is complete_on three months later."""

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
        """The last day on which the authority may decide; None where no clock runs."""
        if self.three_months_on is None:
            return None
        end = workday_from(self.three_months_on)
        return max(end, self.extended_until) if self.extended_until else end

    @property
    def deemed_from(self) -> date | None:
        """The first day on which it counts as consented unless it was decided."""
        return self.ends_on and self.ends_on + timedelta(1)

    def state(self, on: date) -> State:
        """Where it stands at the end of the day."""
        end = self.ends_on
        if self.permitted_on:
            return State.PERMITTED
        if self.refused_on and (end is None or self.refused_on <= end):
            return State.REFUSED
        if end is None:
            return State.INCOMPLETE
        return State.RUNNING if on <= end else State.DEEMED

    def days_left(self, on: date) -> int | None:
        """How many days after this one the authority has; negative: for how many it has been too late."""
        return None if self.ends_on is None else (self.ends_on - on).days


class Consents(NamedTuple):
    """The applications that nobody has decided, the most urgent first, and how many there are in each state."""

    undecided: list[Application]
    counts: dict[State, int]


STATEMENT: LiteralString = f"""
    select
        t.id as trench,
        t.source_id,
        t.cluster,
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
    left join operators as o on o.id = t.operator
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
    """The applications as they stood at the end of a day."""
    found = await fetch(connection, Application, sql.SQL(STATEMENT), {"on": on})
    states = [application.state(on) for application in found]
    undecided = [application for application, state in zip(found, states, strict=True) if state in OPEN]
    undecided.sort(key=lambda one: (OPEN.index(one.state(on)), one.ends_on or date.max, one.trench))
    return Consents(undecided, {state: states.count(state) for state in State})
