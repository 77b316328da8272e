"""The statement of the records behind a figure, as GeoJSON."""

from typing import Any

from psycopg import sql

from geo.figures.kpis import Indicator
from geo.figures.kpis.area_of_city import records_of
from geo.figures.kpis.contributing import contributing, date_column
from geo.figures.kpis.kpi_sql import UNLOCATED
from geo.figures.kpis.parts import IN_FORCE, Parts
from geo.periods import Period
from geo.store.database import Query


def geojson(indicator: Indicator, period: Period, *, limit: int, after: int = 0, parts: Parts = IN_FORCE) -> Query:
    """Return the query for one page of records: a GeoJSON FeatureCollection (CRS84) as text, and the next page's start.

    Features are in order of id. The page begins after the id ``after``; ``next_after`` is the id after which the next
    page begins, or null.
    """
    parameters: dict[str, Any] = {"after": after, "limit": limit, "unlocated": UNLOCATED}
    statement = sql.SQL(
        """
        with page as (
            select
                c.id,
                min(c.{date}) as date,
                sum(c.amount) as amount,
                string_agg(coalesce(d.name, c.district, %(unlocated)s), '|' order by c.district) as district,
                (array_agg(c.geom))[1] as geom,
                row_number() over (order by c.id) as position
            from {counted}
            left join ({parts}) as d on d.key = c.district
            where c.id > %(after)s
            group by c.id
            order by c.id
            limit %(limit)s + 1
        )
        select
            json_build_object(
                'type', 'FeatureCollection',
                'features', coalesce(
                    json_agg(
                        json_build_object(
                            'type', 'Feature',
                            'id', r.record,
                            'geometry', st_asgeojson(st_transform(p.geom, 4326), 6)::json,
                            'properties', json_build_object(
                                'layer', r.layer,
                                'source', r.source,
                                'source_id', r.source_id,
                                'date', p.date,
                                'amount', p.amount,
                                'district', p.district
                            )
                        )
                        order by p.id
                    ) filter (where p.position <= %(limit)s),
                    '[]'::json
                )
            )::text as collection,
            case when count(*) > %(limit)s then max(p.id) filter (where p.position <= %(limit)s) end as next_after
        from page as p
        join {records} as r on r.id = p.id
        """
    ).format(
        date=date_column(indicator),
        counted=contributing(indicator, period, "", parameters, parts=parts),
        parts=parts.relation(parameters),
        records=records_of(indicator, parameters),
    )
    return Query(statement, parameters)
