-- The place: the reference system and the outline of the city, which an installation's profile names.
--
-- Migrations write 25832 wherever they mean the reference system. Before one is applied, the number of the database's own is
-- put there (geo/store/kept_system.py): that of the table below; 25832 in a database from before this migration; in a new one
-- that of the profile.

set local search_path = flurwerk, public;


do $$
begin
    if not exists (select from spatial_ref_sys where srid = 25832) then
        raise exception 'PostGIS does not know the reference system EPSG:25832 (table public.spatial_ref_sys)'
            using hint = 'Have an administrator add it, or name another one as place.crs in the profile.';
    end if;
end
$$;


create function place_srid() returns integer
language sql immutable parallel safe
begin atomic
    select 25832;
end;
comment on function place_srid is 'The EPSG code of the reference system of all geometries, chosen when the schema was made';

create table place (
    is_only boolean primary key default true check (is_only),
    srid integer not null default place_srid(),
    country geometry(Polygon, 25832) not null,
    outline geometry(MultiPolygon, 25832),
    -- Nobody can choose another one later: the columns of all layers have this one.
    constraint place_srid_is_the_schemas check (srid = place_srid()),
    constraint place_outline_usable check (st_isvalid(outline) and not st_isempty(outline))
);
comment on table place is 'One row: the reference system, the extent of Germany in it, and the outline that the profile names';
comment on column place.outline is 'The area in which records may lie; null: within 20 km of the city''s bounding box';

insert into place (country)
select st_envelope(st_transform(st_segmentize(st_makeenvelope(5.8, 47.2, 15.1, 55.1, 4326), 0.1), 25832));


create or replace function place_bounds() returns geometry
language sql stable
begin atomic
    select coalesce(
        p.outline,
        -- A record may lie outside the city, but not in another region.
        (select st_expand(st_setsrid(st_extent(geom)::geometry, flurwerk.place_srid()), 20000) from flurwerk.district_pieces),
        p.country
    )
    from flurwerk.place as p;
end;
comment on function place_bounds is
    'Where records may lie: in the profile''s outline, else within 20 km of the city''s bounding box, else in Germany';

comment on function tile_cell is 'The key of the cell of level 17 (about 190 m in Germany) in which a point in web mercator lies';

-- As before; but the bounds may be an outline, whose box says too little.
create or replace function place_problem(place geometry) returns text
language plpgsql stable as $$
declare
    bounds geometry := flurwerk.place_bounds();
begin
    -- Overlays fail on shapes that cross themselves, which are refused in better words elsewhere.
    if not st_isvalid(place) then
        place := st_envelope(place);
    end if;
    if place is null or st_isempty(place) or st_intersects(place, bounds) then
        return null;
    end if;
    if st_intersects(st_flipcoordinates(place), bounds) then
        return 'swapped';
    end if;
    begin
        if st_intersects(st_transform(st_flipcoordinates(st_transform(place, 4326)), flurwerk.place_srid()), bounds) then
            return 'swapped';
        end if;
    exception when others then
        null; -- Not on the globe after swapping: then that was not the mistake.
    end;
    return 'far_away';
end
$$;
