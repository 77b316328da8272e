-- The remaining area of a plot, cut by a line: one row, or none if there is no such plot.
--
-- All geometries are snapped to a grid of 1 mm, so that a line that ends on the border does meet it.
with land as (
    select
        p.id,
        case
            when taken.geom is null then st_reduceprecision(p.geom, 0.001)
            else st_difference(p.geom, taken.geom, 0.001)
        end as geom
    from flurwerk.plots as p
    cross join lateral (
        select st_union(t.geom) as geom
        from flurwerk.transactions as t
        where t.plot = p.id
          and t.takes_land
    ) as taken
    where p.id = %(plot)s
),
remaining as materialized (
    -- Where deals were drawn along the border, slivers may remain.
    select land.id, st_collect(piece.geom) as geom, count(piece.geom) as pieces
    from land
    left join lateral st_dump(st_collectionextract(land.geom, 3)) as piece on st_area(piece.geom) >= 1
    group by land.id
),
drawn as (
    -- A vertex near a corner is moved to the corner.
    select r.*, st_boundary(r.geom) as border, st_snap(st_geometryn({line}, 1), r.geom, %(tolerance)s) as line
    from remaining as r
),
ends as (
    select
        d.*,
        case when st_covers(d.geom, st_startpoint(d.line)) then st_closestpoint(d.border, st_startpoint(d.line)) end
            as first_end,
        case when st_covers(d.geom, st_endpoint(d.line)) then st_closestpoint(d.border, st_endpoint(d.line)) end
            as last_end
    from drawn as d
),
gaps as (
    select
        e.*,
        coalesce(st_distance(e.first_end, st_startpoint(e.line)), 0) as first_gap,
        coalesce(st_distance(e.last_end, st_endpoint(e.line)), 0) as last_gap
    from ends as e
),
meeting as materialized (
    -- An end just before the border is extended to it.
    select
        g.*,
        st_makeline(array_remove(array[
            case when g.first_gap <= %(tolerance)s then g.first_end end,
            g.line,
            case when g.last_gap <= %(tolerance)s then g.last_end end
        ], null)) as cutting
    from gaps as g
),
parts as materialized (
    select m.id, part.geom, st_area(part.geom) as area_m2
    from meeting as m
    cross join lateral st_dump(st_polygonize(array[st_union(m.border, m.cutting, 0.001)])) as part
    where st_area(part.geom) >= 0.01
      and st_covers(m.geom, st_pointonsurface(part.geom))
),
numbered as (
    select
        p.*,
        row_number() over (order by p.area_m2 desc) as number,
        p.area_m2 / sum(p.area_m2) over () as share
    from parts as p
)
select
    m.pieces,
    (select count(*) from parts) as parts,
    m.first_gap > 0 or m.last_gap > 0 or coalesce(st_intersects(m.geom, m.cutting), false) as meets,
    greatest(m.first_gap, m.last_gap) as gap,
    jsonb_build_object(
        'type', 'FeatureCollection',
        'plot', m.id,
        'area_m2', round(st_area(m.geom)::numeric, 2),
        'line', st_asgeojson(st_transform(m.cutting, 4326), 9, 0)::jsonb,
        'features', (
            select jsonb_agg(
                jsonb_build_object(
                    'type', 'Feature',
                    'id', n.number,
                    'geometry', st_asgeojson(st_transform(st_forcepolygonccw(n.geom), 4326), 9, 0)::jsonb,
                    'properties', jsonb_build_object(
                        'area_m2', round(n.area_m2::numeric, 2), 'share', round(n.share::numeric, 4)
                    )
                )
                order by n.number
            )
            from numbered as n
        )
    )::text as collection
from meeting as m
