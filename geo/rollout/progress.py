"""The progress of the rollout by cluster or by programme."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, LiteralString

from psycopg import sql

from geo.rollout.areas import Counts, together
from geo.rollout.measures import Bounds, enclosing, fetch, percent, responsible_on
from geo.rollout.progress_sql import PROGRESS
from geo.store.database import AsyncConnection


class By(StrEnum):
    """The dimension by which progress is split."""

    CLUSTER = "cluster"
    PROGRAMME = "programme"


NoShare = Literal["not_planned", "unit_unknown", "units_mixed", "dwellings_unknown"]
"""Why there is no share of the planned connections that was made."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one part (None: records that belong to no part), or of all of them. Lengths: metres in the city.

    ``planned_m`` is everything planned by the day and not discarded; ``laid_m`` is the part of it that was laid.
    Overdue is what was due before the day and not laid, or not connected, by then; ``overdue_month`` what is overdue by
    more than a month (§ 188 BGB: if due on 31 January, from 1 March). ``undated_m`` has no date at all and counts in no
    other length. ``overbuilt_m`` is the part of ``planned_m`` beside another operator's trench.

    Connections count once or by their dwellings, depending on their programme; ``counts`` says which the part's do.
    ``passed`` includes ``connected``, which includes ``activated``; ``recorded`` are all that are not dropped.
    ``planned_connections`` is the sum over the expansion areas (None: not recorded for any), of what ``planned_counts``
    says. A connection without a due date of its own is due with its area, and so is what the area plans beyond its
    connections: ``overdue_unrecorded``, a part of ``overdue_connections``. Where the area's number does not count what
    its programme counts, it is not added, but ``overdue_unrecorded_apart``. ``connected_dwellings`` is None if they are
    not known of every connection made. ``overbuilt_connections`` have one of another operator at the same address.
    """

    part: str | None
    label: str | None
    planned_m: Decimal
    laid_m: Decimal
    overdue_m: Decimal
    overdue_month_m: Decimal
    undated_m: Decimal
    trenches: int
    overdue_trenches: int
    overdue_month_trenches: int
    overbuilt_m: Decimal
    planned_connections: int | None
    planned_counts: Counts | None
    counts: Counts | None
    recorded: int
    passed: int
    connected: int
    connected_addresses: int
    connected_dwellings: int | None
    activated: int
    overdue_connections: int
    overdue_month_connections: int
    overdue_unrecorded: int
    overdue_unrecorded_apart: int
    overbuilt_connections: int
    bounds: Bounds | None

    @property
    def laid_percent(self) -> Decimal | None:
        """The share of the planned length that was laid; None if nothing is planned."""
        return percent(self.laid_m, self.planned_m)

    @property
    def connected_of_plan(self) -> int | None:
        """The number of connections made in what the planned number counts; None if that is not known."""
        if self.planned_counts == "address":
            return self.connected_addresses
        return self.connected_dwellings if self.planned_counts == "dwelling" else None

    @property
    def connected_percent(self) -> Decimal | None:
        """The share of the planned connections that was made, both in what the plan counts; None: see ``no_share``."""
        if self.no_share:
            return None
        return percent(Decimal(self.connected_of_plan or 0), Decimal(self.planned_connections or 0))

    @property
    def no_share(self) -> NoShare | None:
        """Why there is no ``connected_percent``; None if there is."""
        if not self.planned_connections:
            return "not_planned"
        if self.planned_counts == "unknown":
            return "unit_unknown"
        if self.planned_counts == "mixed":
            return "units_mixed"
        return "dwellings_unknown" if self.connected_of_plan is None else None


PARTS: dict[By, dict[str, LiteralString]] = {
    By.CLUSTER: {
        "of": "coalesce(r.cluster::text, '')",
        "key": "n.key",
        "label": "nullif(concat_ws(' ', n.key, n.name), '')",
        "named": "left join clusters as n on n.id::text = part",
    },
    By.PROGRAMME: {
        "of": "coalesce(r.programme::text, '')",
        "key": "nullif(part, '')",
        "label": "n.name",
        "named": "left join programmes as n on n.id::text = part",
    },
}
"""The SQL for the part to which a record r belongs, for what it is called in the API, for its label, and the join that
these need."""

NOT_SUMMED = ("part", "label", "planned_connections", "planned_counts", "counts", "connected_dwellings", "bounds")
"""The fields of a total that are not the sum of the parts'."""


async def progress(connection: AsyncConnection, by: By, on: date, funding: str | None = None) -> list[Progress]:
    """Return the progress of every part at the end of a day. Records that belong to no part come last."""
    names = {name: sql.SQL(text) for name, text in PARTS[by].items()}
    statement = sql.SQL(PROGRESS).format(responsible=await responsible_on(connection, on), **names)
    return await fetch(connection, Progress, statement, {"on": on, "funding": funding})


def total(rows: Sequence[Progress]) -> Progress:
    """Return the progress of all parts together."""
    summed: dict[str, Any] = {
        field.name: sum(getattr(row, field.name) for row in rows)
        for field in fields(Progress)
        if field.name not in NOT_SUMMED
    }
    planned = [row.planned_connections for row in rows if row.planned_connections is not None]
    dwellings = [row.connected_dwellings for row in rows]
    return Progress(
        part=None,
        label=None,
        planned_connections=sum(planned) if planned else None,
        planned_counts=together(row.planned_counts for row in rows),
        counts=together(row.counts for row in rows),
        connected_dwellings=None if None in dwellings else sum(filter(None, dwellings)),
        bounds=enclosing([row.bounds for row in rows]),
        **summed,
    )
