"""The parts of the city by which figures are split: of which level, and as they were on which day.

What a record stores of its place is the district in force now. Its part of another level, or on a day before a reform,
is worked out from its geometry. A period uses the parts in force at its end: for its splits, and for what lies outside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from psycopg import sql

from geo.periods import Period
from geo.profile import profile
from geo.profile.levels import UPPER
from geo.store.database import Query

DAY = timedelta(days=1)

HANDOVER = "handover of "
"""Begins the name under which the last handover of a layer's records stands among the reforms."""


def levels() -> tuple[str, ...]:
    """Return the keys of all levels of parts, the upper one first."""
    return (UPPER, *(level.key for level in profile().levels))


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a level that were in force on a day; ``day`` is None for those in force now.

    ``city`` is the day of the upper parts that together are the city, likewise: what lies in none of them is outside.
    ``handed_over`` are the layers of which a record was handed over after the first day of the period that the parts
    are for, so that others may have been responsible then.
    """

    level: str = UPPER
    day: date | None = None
    city: date | None = None
    handed_over: tuple[str, ...] = ()

    @property
    def are_stored(self) -> bool:
        """Whether the records hold their part themselves."""
        return self.level == UPPER and self.city is None

    def relation(self, parameters: dict[str, Any]) -> sql.Composable:
        """Return the query for the parts: rows of key, name and geom. Adds the values to bind to ``parameters``."""
        # One statement may have the parts of several levels and days.
        level = f"level_{self.level}"
        parameters |= {level: self.level}
        if self.day is None:
            return sql.SQL("select key, name, geom from districts where kind = {}").format(sql.Placeholder(level))
        day = f"parts_day{self.day:%Y%m%d}"
        parameters |= {day: self.day}
        return sql.SQL(
            """
            select key, name, geom
            from districts
            where kind = {level}
              and coalesce(valid_from, '-infinity') <= {day}
            union all
            select key, name, geom
            from former_districts
            where kind = {level}
              and coalesce(valid_from, '-infinity') <= {day}
              and valid_until > {day}
            """
        ).format(level=sql.Placeholder(level), day=sql.Placeholder(day))


def named(parts: Parts) -> Query:
    """Return the query for the keys and names of parts, in order of key."""
    parameters: dict[str, Any] = {}
    relation = parts.relation(parameters)
    return Query(sql.SQL("select key, name from ({}) as p order by key").format(relation), parameters)


def states_of(key: str) -> Query:
    """Return the query for all that a key has been: rows of kind, name, valid_from, valid_until, the latest first.

    ``valid_until`` is the first day on which it is no longer in force, None of those in force.
    """
    return Query(
        sql.SQL(
            """
            select kind, name, valid_from, valid_until
            from (
                select key, kind, name, valid_from, null::date as valid_until from districts
                union all
                select key, kind, name, valid_from, valid_until from former_districts
            ) as p
            where key = %(key)s
            order by valid_until desc nulls first, kind
            """
        ),
        {"key": key},
    )


IN_FORCE = Parts()
"""The districts in force now."""


@dataclass(frozen=True, slots=True)
class Reforms:
    """The days on which the parts of a level changed, by level, the earliest first.

    ``handovers`` are the last days on which records of a layer were handed over, by layer.
    """

    days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    handovers: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, date]]) -> "Reforms":
        """Return the reforms, given the rows of reforms()."""
        found: dict[str, list[date]] = {}
        handovers: dict[str, date] = {}
        for level, day in rows:
            if level.startswith(HANDOVER):
                handovers[level.removeprefix(HANDOVER)] = day
            else:
                found.setdefault(level, []).append(day)
        return cls({level: tuple(sorted(days)) for level, days in found.items()}, handovers)

    def parts(self, period: Period, level: str = UPPER) -> Parts:
        """Return the parts by which the period is split, and those that were the city: in force on its last day."""
        handed_over = tuple(layer for layer, day in sorted(self.handovers.items()) if day > period.first)
        return Parts(level, self._day(period, level), self._day(period, UPPER), handed_over)

    def _day(self, period: Period, level: str) -> date | None:
        days = self.days.get(level, ())
        if not any(day >= period.end for day in days):
            return None
        before = [day for day in days if day < period.end]
        return max(before) if before else min(days) - DAY

    def within(self, period: Period, level: str = UPPER) -> tuple[date, ...]:
        """Return the days of reforms in the period but its first day, from which on the new parts hold throughout."""
        return tuple(day for day in self.days.get(level, ()) if period.first < day < period.end)

    def after(self, period: Period, level: str = UPPER) -> tuple[date, ...]:
        """Return the days of reforms since the period's end."""
        return tuple(day for day in self.days.get(level, ()) if day >= period.end)


NONE = Reforms()


def reforms() -> Query:
    """Return the query for the reforms of all levels, and the last handover of each layer: rows of level and day.

    A reform is a day on which a part begins or ends while the level had parts the day before.
    """
    return Query(
        sql.SQL(
            """
            with parts as (
                select kind, valid_from, null::date as valid_until from districts
                union all
                select kind, valid_from, valid_until from former_districts
            )
            select distinct p.kind, c.day
            from parts as p
            cross join lateral (values (p.valid_from), (p.valid_until)) as c (day)
            where exists (
                select
                from parts as o
                where o.kind = p.kind
                  and coalesce(o.valid_from, '-infinity') < c.day
                  and coalesce(o.valid_until, 'infinity') >= c.day
            )
            union all
            select 'handover of ' || layer, max(until)
            from former_responsibilities
            group by layer
            """
        ),
        {},
    )
