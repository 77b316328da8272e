"""Values set by people for a report (targets, remarks, reported actuals), and their changes between two instants."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from geo.figures.releases.writes import Interval, Write, writes
from geo.store.database import Connection, as_recorded

QUERIES: dict[str, LiteralString] = {
    "targets": """
        select id, kpi as key, period, trim_scale(value)::text as value
        from targets
        where period = any (%(periods)s)
          and part is null
    """,
    "remarks": """
        select id, kpi as key, period, text as value
        from remarks
        where period = any (%(periods)s)
    """,
    "manual_actuals": """
        select a.id, i.key, a.period, coalesce(trim_scale(a.value)::text, a.text) as value
        from manual_actuals as a
        join manual_indicators as i on i.id = a.indicator
        where a.period = any (%(periods)s)
    """,
}
"""By layer, the query for the values set for these periods."""

COLUMNS = {"targets": ["value"], "remarks": ["text"], "manual_actuals": ["value", "text"]}
"""By layer, the columns that hold the value."""


class SetDifference(NamedTuple):
    """A set value of an indicator and period that differs, with the writes in between. None: not set."""

    layer: str
    id: int
    key: str
    period: str
    before: str | None
    after: str | None
    writes: tuple[Write, ...]


class _SetValue(NamedTuple):
    id: int
    value: str


def set_differences(
    connection: Connection, periods: Sequence[str], before: datetime | None, after: datetime | None
) -> list[SetDifference]:
    """Return the set values of these periods that differ between two instants, one of which may be now (None)."""
    found: list[SetDifference] = []
    instants = [instant for instant in (before, after) if instant is not None]
    within = Interval(min(instants), max(instants) if len(instants) == 2 else None)
    for layer, query in QUERIES.items():
        earlier, later = (_set_values(connection, query, periods, instant) for instant in (before, after))
        changed = [name for name in sorted({*earlier, *later}) if _text(earlier, name) != _text(later, name)]
        for key, period in changed:
            ids = [values[key, period].id for values in (earlier, later) if (key, period) in values]
            written = writes(connection, layer, ids, COLUMNS[layer], within)
            values = _text(earlier, (key, period)), _text(later, (key, period))
            found.append(SetDifference(layer, ids[-1], key, period, *values, tuple(written)))
    return found


def _set_values(
    connection: Connection, query: LiteralString, periods: Sequence[str], instant: datetime | None
) -> dict[tuple[str, str], _SetValue]:
    with as_recorded(connection, instant):
        found: list[tuple[Any, ...]] = connection.execute(query, {"periods": list(periods)}).fetchall()
    return {(key, period): _SetValue(record, value) for record, key, period, value in found}


def _text(values: Mapping[tuple[str, str], _SetValue], name: tuple[str, str]) -> str | None:
    return values[name].value if name in values else None
