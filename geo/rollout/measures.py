"""Shared by the modules of the rollout: bounds on the map, units and percentages, and fetching of rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, LiteralString, TypeVar

from psycopg import sql
from psycopg.rows import class_row

from geo.figures.kpis.responsible import records_of
from geo.store.database import AsyncConnection

Found = TypeVar("Found")
Bounds = Sequence[float]
"""West, south, east and north in degrees."""

M_PER_KM = Decimal(1000)
LAYERS = ("trenches", "connections", "expansion_areas")
"""The layers of the rollout whose records say since when who is responsible for them."""

DROPPED: LiteralString = """
    (coalesce(c.dropped_on <= %(on)s, false)
      and coalesce(c.ordered_on <= c.dropped_on or c.ordered_on > %(on)s, true))
"""
"""Whether a connection (alias c) is dropped at the end of the day: an order after the drop starts it anew."""


def bounds_of(extent: LiteralString) -> LiteralString:
    """Return the SQL expression for the Bounds of a geometry as stored (null without a geometry)."""
    web = f"st_transform({extent}, 4326)"
    return f"""case when {extent} is not null then array[
            st_xmin({web}), st_ymin({web}), st_xmax({web}), st_ymax({web})
        ] end"""


def enclosing(all_bounds: Iterable[Bounds | None]) -> Bounds | None:
    """Return the Bounds that enclose all the given ones, None if there are none."""
    known = [bounds for bounds in all_bounds if bounds]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return [min(west), min(south), max(east), max(north)]


def kilometres(length_m: Decimal) -> Decimal:
    """Return the exact length in kilometres."""
    return length_m / M_PER_KM


def percent(part: Decimal, whole: Decimal | None) -> Decimal | None:
    """Return the part in percent of the whole, rounded half up to one decimal; None if the whole is 0 or None."""
    return (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


async def responsible_on(connection: AsyncConnection, on: date) -> sql.Composed:
    """Return the first expressions of a WITH clause, after which the statement reads who was responsible on the day.

    Each stands for a layer's table and has a comma behind it; for layers of which nothing was handed over since, there
    is none. The statement's parameter ``on`` must be the day.
    """
    cursor = await connection.execute("select distinct layer from former_responsibilities where until > %s", [on])
    handed_over = {layer for (layer,) in await cursor.fetchall()}
    tables = [records_of(layer, sql.Placeholder("on")) for layer in LAYERS if layer in handed_over]
    return sql.SQL("").join(sql.SQL("{},").format(table) for table in tables)


async def fetch(
    connection: AsyncConnection, kind: type[Found], statement: sql.SQL | sql.Composed, parameters: dict[str, Any]
) -> list[Found]:
    """Return a statement's rows as objects of a class whose fields are the statement's columns."""
    async with connection.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(statement, parameters)
        return await cursor.fetchall()
