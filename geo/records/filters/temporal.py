"""Compiles temporal conditions. A date is a day in Europe/Berlin; an interval includes both ends.

Times are compared as days, unless one of the properties is a timestamp: then as instants, where a day lasts from its
first to its last microsecond (PostgreSQL's resolution).
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from geo.periods import CITY_TIME
from geo.records.filters.expression import Expression, FilterError, Kind, Parameters, quoted

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
OPEN = ".."

RELATIONS: dict[str, LiteralString] = {
    "t_after": "{a} > {d}",
    "t_before": "{b} < {c}",
    "t_contains": "{a} < {c} and {b} > {d}",
    "t_disjoint": "({a} > {d} or {b} < {c})",
    "t_during": "{a} > {c} and {b} < {d}",
    "t_equals": "{a} = {c} and {b} = {d}",
    "t_finishedby": "{a} < {c} and {b} = {d}",
    "t_finishes": "{a} > {c} and {b} = {d}",
    "t_intersects": "{a} <= {d} and {b} >= {c}",
    "t_meets": "{b} = {c}",
    "t_metby": "{a} = {d}",
    "t_overlappedby": "{a} > {c} and {a} < {d} and {b} > {d}",
    "t_overlaps": "{a} < {c} and {b} > {c} and {b} < {d}",
    "t_startedby": "{a} = {c} and {b} > {d}",
    "t_starts": "{a} = {c} and {b} < {d}",
    "=": "{a} = {c} and {b} = {d}",
    "<>": "({a} <> {c} or {b} <> {d})",
    "<": "{b} < {c}",
    "<=": "{b} <= {d}",
    ">": "{a} > {d}",
    ">=": "{a} >= {c}",
}
"""The condition of each function on the time from a to b and that from c to d, as defined in the standard."""


class Span(NamedTuple):
    """A period from its first to its last moment, both included."""

    first: sql.Composable
    last: sql.Composable


def is_time(node: Any) -> bool:
    """Return whether a node of the tree is a literal date, timestamp or interval."""
    return isinstance(node, dict) and bool(node.keys() & {"date", "timestamp", "interval"})


def relate(name: str, nodes: list[Any], value: Callable[[Any], Expression], parameters: Parameters) -> sql.Composed:
    """Return the condition of a function or comparison of two times. Raises FilterError for operands of other types."""
    ends = [_ends(node) for node in nodes]
    properties = [value(end) for pair in ends for end in pair if _is_expression(end)]
    for found in properties:
        if found.kind not in (Kind.DATE, Kind.TIMESTAMP):
            named = quoted(found.queryable.name) if found.queryable else "An operand"
            raise FilterError(f"{named} is {found.kind.value}, not a time.", f"{name} compares times.")
    by_instant = any(found.kind is Kind.TIMESTAMP for found in properties)
    spans: list[Span] = []
    for first, last in ends:
        lower, upper = (
            _property(value(end), by_instant) if _is_expression(end) else _literal(end, is_last, by_instant, parameters)
            for is_last, end in ((False, first), (True, last))
        )
        spans.append(Span(lower.first, upper.last))
    condition = sql.SQL(RELATIONS[name]).format(a=spans[0].first, b=spans[0].last, c=spans[1].first, d=spans[1].last)
    return sql.SQL("({})").format(condition)


def _ends(node: Any) -> tuple[Any, Any]:
    if not (isinstance(node, dict) and "interval" in node):
        return node, node
    ends = node["interval"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise FilterError(f"{quoted(node)} is not an interval.", "An interval has two ends.")
    return ends[0], ends[1]


def _is_expression(end: Any) -> bool:
    return isinstance(end, dict) and not is_time(end)


def _property(found: Expression, by_instant: bool) -> Span:
    if not by_instant or found.kind is Kind.TIMESTAMP:
        return Span(found.sql, found.sql)
    first = sql.SQL("({}::timestamp at time zone 'Europe/Berlin')").format(found.sql)
    last = sql.SQL("(({} + 1)::timestamp at time zone 'Europe/Berlin' - interval '1 microsecond')").format(found.sql)
    return Span(first, last)


def _literal(end: Any, is_last: bool, by_instant: bool, parameters: Parameters) -> Span:
    text = end
    if isinstance(end, dict):
        text = next(iter(end.values())) if len(end) == 1 and "interval" not in end else None
    if text in (OPEN, ""):
        type_name = sql.SQL("timestamptz" if by_instant else "date")
        infinite = sql.SQL("{}::{}").format(sql.Literal("infinity" if is_last else "-infinity"), type_name)
        return Span(infinite, infinite)
    first, last = _moments(text, end)
    if not by_instant:
        day = sql.SQL("{}::date").format(parameters.bind(first.astimezone(CITY_TIME).date()))
        return Span(day, day)
    return Span(*(sql.SQL("{}::timestamptz").format(parameters.bind(moment)) for moment in (first, last)))


def _moments(text: Any, end: Any) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a literal."""
    try:
        if not isinstance(text, str):
            raise ValueError(text)
        if DAY.fullmatch(text) and not (isinstance(end, dict) and "timestamp" in end):
            day = date.fromisoformat(text)
            first, following = (
                datetime.combine(one, time(), CITY_TIME).astimezone(UTC) for one in (day, day + timedelta(days=1))
            )
            first.astimezone(CITY_TIME)  # overflows for 0001-01-01, which is thus refused
            return first, following - timedelta(microseconds=1)
        if INSTANT.fullmatch(text) and not (isinstance(end, dict) and "date" in end):
            instant = datetime.fromisoformat(text.upper())
            instant.astimezone(CITY_TIME)
            return instant.astimezone(UTC), instant.astimezone(UTC)
        raise ValueError(text)
    except (ValueError, OverflowError):
        raise FilterError(
            f"{quoted(end)} is not a time.", "Write DATE('2023-08-01') or TIMESTAMP('2023-08-01T12:00:00Z')."
        ) from None
