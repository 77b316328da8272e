"""Connections as everybody may see them: counted in the 100-metre cells of the INSPIRE grid."""

from psycopg import sql

from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS
from geo.store.database import Query

SMALLEST_COUNT = 3


def cells() -> Query:
    """One row with the INSPIRE grid cells and the connections in them today, as GeoJSON.

    A cell with fewer than three is left out. There is no period to choose: the difference of two periods would tell
    of single addresses again.
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
