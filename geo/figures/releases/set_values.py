"""What people set for a report (targets, remarks, reported actuals) and what has become of it between two instants."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from geo.figures.releases.writes import Interval, Write, writes
from geo.store.database import Connection, as_recorded

QUERIES: dict[str, LiteralString] = {
    "targets": """
        select id, kpi as key, period, trim_scale(value)::text as said
        from targets
        where period = any (%(periods)s)
    """,
    "remarks": """
        select id, kpi as key, period, text as said
        from remarks
        where period = any (%(periods)s)
    """,
    "manual_actuals": """
        select a.id, i.key, a.period, coalesce(trim_scale(a.value)::text, a.text) as said
        from manual_actuals as a
        join manual_indicators as i on i.id = a.indicator
        where a.period = any (%(periods)s)
    """,
}
"""By layer: what is set of which indicator for which of these periods."""

COLUMNS = {"targets": ["value"], "remarks": ["text"], "manual_actuals": ["value", "text"]}
"""By layer, the columns that say it."""


class SetDifference(NamedTuple):
    """Something that was set otherwise for an indicator and period, by whom and when; None: it was not set."""

    layer: str
    id: int
    key: str
    period: str
    before: str | None
    after: str | None
    writes: tuple[Write, ...]


class _Said(NamedTuple):
    id: int
    said: str


def set_differences(
    connection: Connection, periods: Sequence[str], before: datetime | None, after: datetime | None
) -> list[SetDifference]:
    """What was set for these periods and differs between two instants, of which one may be now (None)."""
    found: list[SetDifference] = []
    instants = [instant for instant in (before, after) if instant is not None]
    within = Interval(min(instants), max(instants) if len(instants) == 2 else None)
    for layer, query in QUERIES.items():
        earlier, later = (_said(connection, query, periods, instant) for instant in (before, after))
        changed = [name for name in sorted({*earlier, *later}) if _text(earlier, name) != _text(later, name)]
        for key, period in changed:
            ids = [said[key, period].id for said in (earlier, later) if (key, period) in said]
            told = writes(connection, layer, ids, COLUMNS[layer], within)
            values = _text(earlier, (key, period)), _text(later, (key, period))
            found.append(SetDifference(layer, ids[-1], key, period, *values, tuple(told)))
    return found


def _said(
    connection: Connection, query: LiteralString, periods: Sequence[str], instant: datetime | None
) -> dict[tuple[str, str], _Said]:
    with as_recorded(connection, instant):
        found: list[tuple[Any, ...]] = connection.execute(query, {"periods": list(periods)}).fetchall()
    return {(key, period): _Said(record, said) for record, key, period, said in found}


def _text(said: Mapping[tuple[str, str], _Said], name: tuple[str, str]) -> str | None:
    return said[name].said if name in said else None
