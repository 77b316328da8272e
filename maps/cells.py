"""Connections as the public sees them: counted per 100-metre cell of the INSPIRE grid."""

from psycopg import sql

from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS
from geo.store.database import Query

SMALLEST_COUNT = 3
"""A smaller count would reveal something about single addresses."""


def cells() -> Query:
    """Return the query for one row: the INSPIRE grid cells with the number of connections today, as GeoJSON (WGS 84).

    Cells with fewer than SMALLEST_COUNT connections are omitted. There is no period parameter, since the difference
    between two periods would reveal single addresses.
    """
    statement = sql.SQL(
        """
        with counted as (
            select
                floor(st_x(st_transform(r.geom, 3035)) / 100)::int * 100 as east,
                floor(st_y(st_transform(r.geom, 3035)) / 100)::int * 100 as north,
                count(*) as connections
            from {schema}.connections as r
            where r.connected_reached_on is not null
            group by 1, 2
            having count(*) >= %(smallest)s
        ),
        f as (
            select
                case
                    when connections > 10 then 'cells-many'
                    when connections > 5 then 'cells-some'
                    else 'cells-few'
                end as class,
                connections,
                format('CRS3035RES100mN%%sE%%s', north, east) as cell,
                st_transform(st_makeenvelope(east, north, east + 100, north + 100, 3035), 4326) as geom
            from counted
        )
        select
            json_build_object(
                'type', 'FeatureCollection',
                'features', coalesce(json_agg(st_asgeojson(f.*, 'geom', 6)::json order by f.cell), '[]'::json)
            )::text as collection
        from f
        """
    ).format(schema=sql.Identifier(SCHEMAS[Audience.INTERNAL]))
    return Query(statement, {"smallest": SMALLEST_COUNT})
