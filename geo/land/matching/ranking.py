"""Matches plots on offer with an inquiry, and waiting inquiries with a plot."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from psycopg.rows import dict_row

from geo.access import Caller
from geo.errors import FlurwerkError
from geo.land.matching import match_sql, reading
from geo.land.matching.distances import ACCESS_KINDS
from geo.land.matching.match import Choices, Criterion, Facts, Match, Matches, Wish
from geo.land.matching.match_sql import Wanted
from geo.land.matching.rules import RULES
from geo.land.matching.scoring import applicable_rules, criteria, judge, rank
from geo.records.layers.layer import Audience
from geo.store.database import AsyncConnection, Connection, Query
from geo.text import Text

DISCLOSED_LAYERS: Mapping[str, tuple[str, ...]] = {"fibre": ("trenches", "connections")}
"""The layers that a criterion discloses. Callers who may not see all of them do not see the criterion."""


class Sight(NamedTuple):
    """The layers besides plots that a caller may see."""

    reservations: bool = True
    access_points: bool = True


ALL = Sight()


class InquiryUnknown(FlurwerkError):
    """There is no such inquiry."""


class PlotUnknown(FlurwerkError):
    """There is no such plot on offer."""


@dataclass(frozen=True, slots=True)
class Served:
    """The waiting inquiries that a plot can serve, best first, and those that it cannot."""

    plot: Facts
    criteria: tuple[Criterion, ...]
    served: tuple[tuple[Wish, Match], ...]
    excluded: tuple[tuple[Wish, Match], ...]


def hidden_from(caller: Caller) -> frozenset[str]:
    """Return the criteria that a caller may not know."""
    return frozenset(key for key, layers in DISCLOSED_LAYERS.items() if caller.audience_of(*layers) is Audience.PUBLIC)


def match(connection: Connection, wish: Wish, choices: Choices | None = None, sight: Sight = ALL) -> Matches:
    """Match the plots on offer with a wish; best first."""
    chosen = choices or Choices()
    return rank(wish, _facts(_rows(connection, _gather(wish, chosen, sight))), chosen)


async def match_for(connection: AsyncConnection, wish: Wish, choices: Choices, caller: Caller) -> Matches:
    """Like `match`, for the web service and limited to what the caller may know."""
    chosen = replace(choices, hidden=hidden_from(caller))
    rows = await _rows_for(connection, _gather(wish, chosen, _sight(caller)))
    # In a thread, since judging thousands of plots would block the event loop.
    return await asyncio.to_thread(lambda: rank(wish, _facts(rows), chosen))


def find_wish(connection: Connection, number: str) -> Wish:
    """Return the inquiry with that number. Raises InquiryUnknown."""
    return _one_wish(
        _rows(connection, match_sql.wish(number=number)), Text(f"der Nummer „{number}“", f"number “{number}”")
    )


async def wish_for(connection: AsyncConnection, inquiry: int) -> Wish:
    """Return the inquiry with that id. Raises InquiryUnknown."""
    return _one_wish(
        await _rows_for(connection, match_sql.wish(inquiry=inquiry)), Text(f"der id {inquiry}", f"id {inquiry}")
    )


def served_by(connection: Connection, plot: int, choices: Choices | None = None) -> Served:
    """Match the inquiries that wait for land with one plot. Raises PlotUnknown if it is not on offer."""
    chosen = choices or Choices()
    found = _rows(connection, match_sql.facts(_all_facts(plot, chosen, ALL)))
    return _serve(plot, found, _rows(connection, match_sql.waiting(plot)), chosen)


async def served_by_for(connection: AsyncConnection, plot: int, choices: Choices, caller: Caller) -> Served:
    """Like `served_by`, for the web service and limited to what the caller may know."""
    chosen = replace(choices, hidden=hidden_from(caller))
    wanted = _all_facts(plot, chosen, _sight(caller))
    found = await _rows_for(connection, match_sql.facts(wanted))
    return _serve(plot, found, await _rows_for(connection, match_sql.waiting(plot)), chosen)


def _sight(caller: Caller) -> Sight:
    return Sight(*(caller.audience_of(layer) is not Audience.PUBLIC for layer in Sight._fields))


def _gather(wish: Wish, choices: Choices, sight: Sight) -> Query:
    applicable = {rule.key for rule in applicable_rules(wish)} - choices.hidden
    return match_sql.facts(
        Wanted(
            fibre="fibre" in applicable,
            access=(str(wish.access),) if "access" in applicable and sight.access_points else (),
            reservations=sight.reservations,
            place=wish.place,
        )
    )


def _all_facts(plot: int, choices: Choices, sight: Sight) -> Wanted:
    """Return all the facts about one plot that inquiries may need."""
    access = tuple(ACCESS_KINDS) if sight.access_points and "access" in RULES else ()
    return Wanted("fibre" in RULES.keys() - choices.hidden, access, sight.reservations, plot=plot)


def _serve(plot: int, found: list[Mapping[str, Any]], waiting: Iterable[Mapping[str, Any]], choices: Choices) -> Served:
    if not found:
        raise PlotUnknown(
            Text(f"Ein Grundstück {plot} ist nicht im Angebot.", f"There is no plot {plot} on offer."),
            Text("Siehe /api/collections/plots/items.", "See /api/collections/plots/items."),
        )
    facts = reading.facts(found[0])
    judged = [
        (wish, judge(wish, replace(facts, place_m=row["place_m"]), choices, applicable_rules(wish)))
        for row in waiting
        for wish in [reading.wish(row)]
    ]
    # The plot is the same in all of them, so ties are broken by the inquiries' ids.
    judged.sort(key=lambda one: (len(one[1].fails), *one[1].order, one[0].inquiry))
    return Served(
        facts,
        criteria(choices, {key for _, one in judged for key in one.verdicts}, [one for _, one in judged]),
        served=tuple(one for one in judged if not one[1].fails),
        excluded=tuple(one for one in judged if one[1].fails),
    )


def _one_wish(rows: list[Mapping[str, Any]], named: Text) -> Wish:
    if not rows:
        raise InquiryUnknown(
            Text(f"Ein Gesuch mit {named.de} gibt es nicht.", f"There is no inquiry with {named.en}."),
            Text("Siehe /api/collections/inquiries/items.", "See /api/collections/inquiries/items."),
        )
    return reading.wish(rows[0])


def _facts(rows: Iterable[Mapping[str, Any]]) -> Iterable[Facts]:
    return map(reading.facts, rows)


def _rows(connection: Connection, query: Query) -> list[Mapping[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [*cursor.execute(*query).fetchall()]


async def _rows_for(connection: AsyncConnection, query: Query) -> list[Mapping[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(*query)
        return [*await cursor.fetchall()]
