"""Cuts a plot into parts along a line drawn across it, so that a part can be sold or leased."""

from functools import cache
from pathlib import Path
from typing import Any

from psycopg import sql

from geo.records.editing import sentences
from geo.records.editing.faults import Fault, InvalidRecord
from geo.records.editing.geometry import BadShape, Shape, read_shape
from geo.records.features.selection import Crs
from geo.store.database import AsyncConnection

STATEMENT = Path(__file__).with_name("cut.sql")
LARGEST_TOLERANCE_M = 20


def read_line(document: Any, crs: Crs) -> Shape:
    """Return the line of a GeoJSON LineString. Raises InvalidRecord, or Malformed if it has too many vertices."""
    try:
        shape = read_shape(document, "MultiLineString", "plots", crs)
    except BadShape as error:
        raise InvalidRecord([Fault("", error.message)]) from None
    if len(shape.coordinates) != 1:
        raise InvalidRecord([Fault("", sentences.ONE_LINE)])
    return shape


async def cut(connection: AsyncConnection, plot: int, line: Shape, tolerance_m: float) -> str | None:
    """Return the parts of a plot's remaining area as a FeatureCollection, largest first; None if there is no such plot.

    The line is snapped to corners, and its ends extended to the border, within the tolerance. Raises InvalidRecord if
    the line does not divide the plot.
    """
    parameters: dict[str, Any] = {"plot": plot, "tolerance": tolerance_m}
    statement = sql.SQL(_statement()).format(line=line.expression(parameters))  # pyright: ignore[reportArgumentType]
    row = await (await connection.execute(statement, parameters)).fetchone()
    if row is None:
        return None
    pieces, parts, meets, gap, collection = row
    if not pieces:
        raise InvalidRecord([Fault("", sentences.NOTHING_LEFT)])
    if parts <= pieces:
        raise InvalidRecord([Fault("", sentences.cuts_nothing(gap if meets else None, tolerance_m))])
    return collection


@cache
def _statement() -> str:
    return STATEMENT.read_text(encoding="utf-8")
