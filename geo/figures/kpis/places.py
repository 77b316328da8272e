"""The contributions to a figure with their geometries, for maps: exactly the records that count."""

from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.figures.kpis import Indicator
from geo.figures.kpis.kpi_sql import UNLOCATED, counted_in
from geo.figures.kpis.parts import IN_FORCE, Parts
from geo.figures.kpis.within_part import PartOfCity
from geo.periods import Period
from geo.store.database import Connection, Query


class Contribution(NamedTuple):
    """A record, or its part in one district. ``geometry`` is well-known binary in the stored CRS, None if unknown."""

    id: int
    amount: Decimal
    part: str
    geometry: bytes | None


def contributions(
    connection: Connection, indicator: Indicator, period: Period, parts: Parts | PartOfCity = IN_FORCE
) -> list[Contribution]:
    """Return the contributions in the period with their geometries, in ``parts``. They add up to the figure exactly."""
    with connection.cursor(row_factory=class_row(Contribution)) as cursor:
        return cursor.execute(*_statement(indicator, period, parts)).fetchall()


def _statement(indicator: Indicator, period: Period, parts: Parts | PartOfCity) -> Query:
    parameters: dict[str, Any] = {"unlocated": UNLOCATED}
    statement = sql.SQL(
        """
        select
            c.id,
            c.amount,
            coalesce(d.name, c.district, %(unlocated)s) as part,
            st_asbinary(c.geom) as geometry
        from {counted}
        left join ({parts}) as d on d.key = c.district
        order by c.id, c.district
        """
    ).format(counted=counted_in(indicator, period, parameters, parts), parts=parts.relation(parameters))
    return Query(statement, parameters)
