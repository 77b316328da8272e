"""The trenches of an application, chosen by cluster, identifier or day of application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, LiteralString

import shapely
from psycopg import sql
from psycopg.rows import class_row

from geo.exchange.errors import ExchangeRefused
from geo.store.database import Connection
from geo.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """Which trenches: those that meet every condition given; of several values of one condition, any."""

    clusters: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    applied_on: date | None = None


@dataclass(frozen=True)
class Trench:
    """A trench as an application needs it; ``wkb`` is its MultiLineString in the stored CRS."""

    id: int
    source: str
    source_id: str
    cluster: str | None
    operator: str | None
    origin: str
    construction: str | None
    method: str | None
    surface: str | None
    due_on: date | None
    permitted_on: date | None
    laid_reached_on: date | None
    discarded_on: date | None
    duplicate_of: int | None
    wkb: bytes

    @cached_property
    def parts(self) -> list[shapely.LineString]:
        """The lines that the trench consists of."""
        return [part for part in shapely.get_parts(shapely.from_wkb(self.wkb)) if isinstance(part, shapely.LineString)]


CHOSEN: LiteralString = """
    select
        t.id, t.source, t.source_id, k.key as cluster, o.name as operator, t.origin, t.construction, t.method,
        t.surface, t.due_on, t.permitted_on, t.laid_reached_on, t.discarded_on, t.duplicate_of,
        st_asbinary(t.geom) as wkb
    from trenches as t
    left join operators as o on o.id = t.operator
    left join clusters as k on k.id = t.cluster
    where (%(clusters)s::text[] is null or k.key = any (%(clusters)s))
      and (%(source_ids)s::text[] is null or t.source_id = any (%(source_ids)s))
      and (%(applied_on)s::date is null or t.applied_on = %(applied_on)s)
    order by t.source, t.source_id, t.id
"""


def chosen_trenches(connection: Connection, choice: Choice) -> list[Trench]:
    """Return the chosen trenches by source and identifier.

    Raises ExchangeRefused if nothing is chosen, if one of the names is unknown, or if an identifier is that of trenches
    of several sources.
    """
    if not (choice.clusters or choice.source_ids or choice.applied_on):
        raise ExchangeRefused(
            Text("Es sind keine Trassen gewählt.", "No trenches are chosen."),
            Text(
                "Wählen Sie sie mit --cluster, --trench oder --applied-on.",
                "Choose them by --cluster, --trench or --applied-on.",
            ),
        )
    values = {
        "clusters": list(choice.clusters) or None,
        "source_ids": list(choice.source_ids) or None,
        "applied_on": choice.applied_on,
    }
    with connection.cursor(row_factory=class_row(Trench)) as cursor:
        found = cursor.execute(sql.SQL(CHOSEN), values).fetchall()
    _refuse_unknown("cluster", choice.clusters, {trench.cluster for trench in found})
    _refuse_unknown("trench", choice.source_ids, {trench.source_id for trench in found})
    _refuse_ambiguous(choice, found)
    if not found:
        raise ExchangeRefused(
            Text("Keine Trasse erfüllt diese Bedingungen.", "No trench meets these conditions."),
            Text("Prüfen Sie den Tag des Antrags.", "Check the day of application."),
        )
    return found


def _refuse_unknown(what: str, wanted: Sequence[str], found: set[Any]) -> None:
    unknown = [name for name in wanted if name not in found]
    if unknown:
        raise ExchangeRefused(
            Text(
                f"Unter den Trassen nicht gefunden ({what}): {', '.join(unknown)}.",
                f"There is no such {what} among the trenches: {', '.join(unknown)}.",
            ),
            Text(
                "Prüfen Sie die Schreibweise, und ob die Bedingungen zusammen erfüllbar sind.",
                "Check the spelling, and that the conditions can be met together.",
            ),
        )


def _refuse_ambiguous(choice: Choice, found: Sequence[Trench]) -> None:
    for source_id in choice.source_ids:
        sources = [trench.source for trench in found if trench.source_id == source_id]
        if len(sources) > 1:
            raise ExchangeRefused(
                Text(
                    f"Die Trasse {source_id} gibt es in mehreren Quellen: {', '.join(sources)}.",
                    f"The trench {source_id} exists in several sources: {', '.join(sources)}.",
                ),
                Text(
                    "Wählen Sie sie auch nach dem Cluster, oder geben Sie den Trassen verschiedene Kennungen.",
                    "Choose it by its cluster as well, or give the trenches different identifiers.",
                ),
            )
