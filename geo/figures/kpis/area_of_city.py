"""The area of the city at a period's end: that of its parts in force then, of which areas cover a share.

Some of these are records of the districts, others of the former districts: a reform leaves past periods as they were.
"""

from typing import Any, LiteralString

from psycopg import sql

from geo.figures.kpis.indicator import Indicator
from geo.profile.levels import UPPER

CITY = "districts"
"""The layer of the parts that together are the city."""

FORMER = "former_districts"

FORMER_FROM = 10**12
"""Added to the ids of former districts, so that one column tells them from those of districts."""

PARTS_OVER_TIME = f"""select t.id,
            case
                when t.valid_from > min(coalesce(t.valid_from, '-infinity')) over () then t.valid_from
                else date '1900-01-01'
            end as from_on,
            t.valid_until as until_on,
            0::numeric as amount,
            t.key as district,
            t.key as public_district,
            t.geom as geom
        from (
            select d.id, d.key, d.geom, d.valid_from, null::date as valid_until
            from {CITY} as d
            where d.kind = '{UPPER}'
            union all
            select f.id + {FORMER_FROM}, f.key, f.geom, f.valid_from, f.valid_until
            from {FORMER} as f
            where f.kind = '{UPPER}'
        ) as t"""
"""The contributions of the city's parts. The first known ones count since ever, as in geo.figures.kpis.parts."""

RECORDS: LiteralString = """
    (
        select {city}::text as layer, id, id as record, source, source_id
        from {districts}
        union all
        select {former}::text, id + {former_from}, id, source, source_id
        from {former_districts}
    )
"""


def is_area_of_city(indicator: Indicator) -> bool:
    """Whether the indicator counts the area of the city's parts."""
    return indicator.layer == CITY and FORMER in indicator.layers


def shapes_at_end(end: str) -> sql.Composable:
    """Return the query for the shapes of the city's parts in force before the day bound to this name, as an array."""
    return sql.SQL(
        """
        select array_agg(flurwerk.shape_of(c.geom)) as shapes
        from ({parts}) as c
        where c.from_on < {end}
          and coalesce(c.until_on, 'infinity') >= {end}
        """
    ).format(
        # Of constants alone.
        parts=sql.SQL(PARTS_OVER_TIME),  # pyright: ignore[reportArgumentType]
        end=sql.Placeholder(end),
    )


def records_of(indicator: Indicator, parameters: dict[str, Any]) -> sql.Composable:
    """Return the records of an indicator's contributions: rows of layer, id, record (its id there), source, source_id.

    Adds the values to bind to ``parameters``.
    """
    if is_area_of_city(indicator):
        return sql.SQL(RECORDS).format(
            city=sql.Literal(CITY),
            districts=sql.Identifier(CITY),
            former=sql.Literal(FORMER),
            former_from=sql.Literal(FORMER_FROM),
            former_districts=sql.Identifier(FORMER),
        )
    parameters |= {"layer": indicator.layer}
    return sql.SQL("(select %(layer)s::text as layer, id, id as record, source, source_id from {})").format(
        sql.Identifier(indicator.layer)
    )
