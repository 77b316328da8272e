"""What the parts of the rollout have in common: places on the map, percentages, and asking for rows."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, LiteralString, TypeVar

from psycopg import sql
from psycopg.rows import class_row

from geo.store.database import AsyncConnection

Found = TypeVar("Found")
Bounds = Sequence[float]
"""West, south, east and north in degrees."""

M_PER_KM = Decimal(1000)


def bounds_of(extent: LiteralString) -> LiteralString:
    """The expression of the Bounds of a geometry in EPSG:25832, null where there is none."""
    web = f"st_transform({extent}, 4326)"
    return f"""case when {extent} is not null then array[
            st_xmin({web}), st_ymin({web}), st_xmax({web}), st_ymax({web})
        ] end"""


def around(all_bounds: Iterable[Bounds | None]) -> Bounds | None:
    """The Bounds around all of these that there are."""
    known = [bounds for bounds in all_bounds if bounds]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return [min(west), min(south), max(east), max(north)]


def kilometres(length_m: Decimal) -> Decimal:
    """The exact length in kilometres."""
    return length_m / M_PER_KM


def percent(part: Decimal, whole: Decimal | None) -> Decimal | None:
    """The part of the whole in percent, to one decimal, half away from zero; None of nothing."""
    return (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


async def fetch(
    connection: AsyncConnection, kind: type[Found], statement: sql.SQL | sql.Composed, parameters: dict[str, Any]
) -> list[Found]:
    """The rows that a statement finds, as objects of this kind, whose fields are its columns."""
    async with connection.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(statement, parameters)
        return await cursor.fetchall()
