"""A plot cut in parts by a line that was drawn across it, so that one of them can be sold or leased."""

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
    """The line of a GeoJSON LineString. Raises InvalidRecord, or Malformed for too long a one."""
    try:
        shape = read_shape(document, "MultiLineString", "plots", crs)
    except BadShape as error:
        raise InvalidRecord([Fault("", error.said)]) from None
    if len(shape.coordinates) != 1:
        raise InvalidRecord([Fault("", sentences.ONE_LINE)])
    return shape


async def cut(connection: AsyncConnection, plot: int, line: Shape, tolerance_m: float) -> str | None:
    """The parts of what is left of a plot as a FeatureCollection, the largest first; None where there is no such plot.

    Ends of the line up to the tolerance before the border, and what lies as near to a corner, count as on it. Raises
    InvalidRecord where the line cuts nothing.
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
