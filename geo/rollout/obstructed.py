"""Lines and points of the trenches and connections that open obstructions hold up, for a map."""

from datetime import date
from typing import LiteralString

from psycopg.types.json import Jsonb

from geo.figures.kpis.responsible import formerly, then
from geo.records.layers import codes_of
from geo.rollout.obstructions import EVER_IN_CLUSTER, OBSTRUCTIONS
from geo.store.database import AsyncConnection

TOLERANCE_M = 0.5
"""The tolerance in metres with which lines are simplified: less than a pixel at any scale."""

PLACES: LiteralString = f"""
    with found as ({OBSTRUCTIONS}),
    held as (
        select o.id, t.geom
        from found as o
        join trenches as t on t.id = o.trench
        where o.is_open
        union all
        select o.id, t.geom
        from found as o
        join ({EVER_IN_CLUSTER}) as m on m.cluster = o.cluster
        join trenches as t on t.id = m.trench
        {formerly("trenches", "t", "%(on)s")}
        where {then("t", "cluster")} = o.cluster
          and o.is_open
          and t.planned_reached_on <= %(on)s
          and coalesce(t.laid_reached_on > %(on)s, true)
          and coalesce(t.discarded_on > %(on)s, true)
        union all
        select o.id, c.geom
        from found as o
        join connections as c on c.id = o.connection
        where o.is_open
    ),
    collected as (
        select h.id, st_collect(st_simplify(h.geom, %(tolerance)s)) as geom
        from held as h
        group by h.id
    ),
    drawn (id, geom) as (
        select c.id, st_collectionextract(c.geom, 2) as geom
        from collected as c
        where st_dimension(c.geom) = 1
        union all
        select c.id, st_closestpoint(c.geom, st_centroid(c.geom))
        from collected as c
    ),
    features as (
        select
            d.id,
            st_dimension(d.geom) as dimension,
            json_build_object(
                'type', 'Feature',
                'id', d.id,
                'geometry', st_asgeojson(st_transform(d.geom, 4326), 6)::json,
                'properties', json_build_object(
                    'kind', o.kind,
                    'label', %(labels)s::jsonb ->> o.kind,
                    'responsible', o.responsible,
                    'from_on', o.from_on
                )
            ) as feature
        from drawn as d
        join found as o on o.id = d.id
    )
    select
        json_build_object(
            'type', 'FeatureCollection',
            'features', coalesce(json_agg(f.feature order by f.id, f.dimension), '[]'::json)
        )::text as collection
    from features as f
"""
"""Returns one row. Every open obstruction has a point for its symbol and, if it is of trenches, their lines."""


async def obstructed_geojson(connection: AsyncConnection, on: date, language: str) -> str:
    """Return what the obstructions open on a day hold up, as a GeoJSON FeatureCollection (longitude, latitude).

    For a cluster these are its trenches planned by that day and neither laid nor discarded. Obstructions without a
    place are omitted.
    """
    labels = Jsonb({code: label.in_language(language) for code, label in codes_of("obstructions", "kind").items()})
    cursor = await connection.execute(PLACES, {"on": on, "labels": labels, "tolerance": TOLERANCE_M})
    row = await cursor.fetchone()
    assert row is not None
    return row[0]
