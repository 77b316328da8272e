"""The plots to be enriched: their shapes, what they hold already, and who wrote it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from psycopg import sql

from geo.store.database import HISTORY, NOW, Connection

AUTHOR_MARK = " · "
"""Stands in ``recorded_by`` between who ran an enrichment, its kind, and the file."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with the present values of the columns concerned, as PostgreSQL writes them (lists with ``|``)."""

    id: int
    source_id: str
    name: str
    recorded_from: datetime
    shape: shapely.MultiPolygon
    values: dict[str, str | None]


def read_plots(connection: Connection, columns: Sequence[str]) -> list[Plot]:
    """Return all plots that have not been withdrawn, by identifier."""
    statement = sql.SQL(
        """
        select id, source_id, name, recorded_from, st_asbinary(geom), {values}
        from plots
        where withdrawn_on is null
        order by source_id, id
        """
    ).format(values=sql.SQL(", ").join(map(_as_text, columns)))
    found: list[Plot] = []
    for plot, source_id, name, recorded_from, wkb, *values in connection.execute(statement):
        shape = shapely.from_wkb(wkb)
        assert isinstance(shape, shapely.MultiPolygon)
        found.append(Plot(plot, source_id, name, recorded_from, shape, dict(zip(columns, values, strict=True))))
    return found


def bounds_of(plots: Iterable[Plot]) -> tuple[float, float, float, float] | None:
    """Return the rectangle around the plots; None if there are none."""
    shapes = np.array([plot.shape for plot in plots], object)
    if not len(shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def author_of(actor: str, kind: str, file: str) -> str:
    """Return what is recorded as the writer of an enrichment: who, of which kind, from which file."""
    return AUTHOR_MARK.join((actor, kind, file))


def is_by(author: str, kind: str) -> bool:
    """Return whether an enrichment of this kind has written a version."""
    parts = author.split(AUTHOR_MARK)
    return len(parts) > 2 and parts[1] == kind


def origins(connection: Connection, plot: int, columns: Sequence[str]) -> dict[str, str]:
    """Return for each column of a plot who wrote its present value: the author of the first version that had it."""
    statement = sql.SQL(
        """
        select recorded_by, {values}
        from (
            select recorded_from, recorded_by, {names}
            from {now}
            where id = %(plot)s
            union all
            select recorded_from, recorded_by, {names}
            from {history}
            where id = %(plot)s
        ) as versions
        order by recorded_from desc
        """
    ).format(
        values=sql.SQL(", ").join(map(_as_text, columns)),
        names=sql.SQL(", ").join(map(sql.Identifier, columns)),
        now=sql.Identifier(NOW, "plots"),
        history=sql.Identifier(HISTORY, "plots"),
    )
    versions: list[tuple[Any, ...]] = connection.execute(statement, {"plot": plot}).fetchall()
    found: dict[str, str] = {}
    for place, column in enumerate(columns, 1):
        present = versions[0][place]
        for version in versions:
            if version[place] != present:
                break
            found[column] = version[0]
    return found


def _as_text(column: str) -> sql.Composable:
    if column == "parcels":
        return sql.SQL("array_to_string({}, '|')").format(sql.Identifier(column))
    return sql.SQL("{}::text").format(sql.Identifier(column))
