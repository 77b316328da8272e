-- Places: the city's districts, and in which of them a record lies.

set local search_path = flurwerk, public;


create table districts (
    like record including all,
    key text not null,
    name text not null,
    kind text not null check (kind in ('district', 'statistical')),
    parent_key text,
    geom geometry(MultiPolygon, 25832) not null,
    constraint districts_key_unique unique (key),
    constraint districts_parent_key_fkey foreign key (parent_key) references districts (key),
    constraint districts_name_unique unique (kind, name),
    constraint districts_key_reserved check (key not in ('outside', 'unlocated')),
    constraint districts_geom_not_empty check (not st_isempty(geom)),
    constraint districts_geom_valid check (st_isvalid(geom))
);
create index on districts using gist (geom);

-- Small pieces make "in which district is this point" a matter of microseconds.
create table district_pieces (
    district_key text not null,
    geom geometry(Polygon, 25832) not null
);
create index on district_pieces using gist (geom);
comment on table district_pieces is 'Districts (not statistical ones) cut into small pieces; kept by a trigger on districts';


create function place_bounds() returns geometry
language sql stable
begin atomic
    select coalesce(
        -- A record may lie outside the city, but not in another region.
        (select st_expand(st_setsrid(st_extent(geom)::geometry, 25832), 20000) from flurwerk.district_pieces),
        -- Without districts: Germany, in UTM zone 32.
        st_makeenvelope(280000, 5230000, 930000, 6110000, 25832)
    );
end;
comment on function place_bounds is 'Where records may lie: within 20 km of the city''s bounding box (EPSG:25832)';

create function place_problem(place geometry) returns text
language plpgsql stable as $$
declare
    bounds geometry := flurwerk.place_bounds();
begin
    if place is null or st_isempty(place) or place && bounds then
        return null;
    end if;
    if st_flipcoordinates(place) && bounds then
        return 'swapped';
    end if;
    begin
        if st_transform(st_flipcoordinates(st_transform(place, 4326)), 25832) && bounds then
            return 'swapped';
        end if;
    exception when others then
        null; -- Not on the globe after swapping: then that was not the mistake.
    end;
    return 'far_away';
end
$$;
comment on function place_problem is 'Null where a geometry lies in or near the city, else swapped (x for y) or far_away';

create function refuse_place(place geometry, relation text) returns void
language plpgsql stable as $$
declare
    problem text := flurwerk.place_problem(place);
begin
    if problem is not null then
        raise exception using
            errcode = 'check_violation',
            constraint = 'place_' || problem,
            table = relation,
            message = format(
                'the geometry lies far outside the city (x %s, y %s)%s',
                round(st_x(st_centroid(place))), round(st_y(st_centroid(place))),
                case problem when 'swapped' then ': x and y are swapped' else '' end
            );
    end if;
end
$$;


create function district_of_point(place geometry) returns text
language sql stable
begin atomic
    select coalesce(
        (
            select district_key
            from flurwerk.district_pieces
            where st_intersects(geom, place)
            order by district_key
            limit 1
        ),
        'outside'
    );
end;
comment on function district_of_point is
    'Key of the district in which a point lies (on a border: the lower key), else outside';

create function district_of_area(place geometry) returns text
language sql stable
begin atomic
    with shares as (
        select district_key, sum(st_area(st_intersection(geom, place))) as area
        from flurwerk.district_pieces
        where st_intersects(geom, place)
        group by district_key
    ),
    candidates as (
        select district_key, area
        from shares
        union all
        -- A millionth of slack, lest rounding puts an area on the border outside.
        select 'outside', st_area(place) * 0.999999 - (select coalesce(sum(area), 0) from shares)
    )
    select district_key
    from candidates
    order by area desc, district_key
    limit 1;
end;
comment on function district_of_area is 'Key of the district that holds the largest share of an area, else outside';

create function split_line(line geometry, out keys text[], out lengths_m numeric[])
language plpgsql stable as $$
declare
    rest geometry := line;
    candidate record;
    length_inside numeric;
begin
    -- Most lines lie inside one small piece of a district, touching nothing else, which is quickly seen.
    select array[district_key], array[round(st_length(line)::numeric, 3)]
    into keys, lengths_m
    from flurwerk.district_pieces
    where st_containsproperly(geom, line);
    if found then
        return;
    end if;
    keys := '{}';
    lengths_m := '{}';
    for candidate in
        select key, geom
        from flurwerk.districts
        where kind = 'district'
          and st_intersects(geom, line)
        order by key
    loop
        if rest = line and st_covers(candidate.geom, line) then
            keys := array[candidate.key];
            lengths_m := array[round(st_length(line)::numeric, 3)];
            return;
        end if;
        length_inside := round(st_length(st_intersection(rest, candidate.geom))::numeric, 3);
        -- What one district has taken is gone, so a piece along a border counts once, for the lower key.
        rest := st_difference(rest, candidate.geom);
        if length_inside > 0 then
            keys := keys || candidate.key;
            lengths_m := lengths_m || length_inside;
        end if;
    end loop;
end
$$;
comment on function split_line is
    'The districts through which a line runs, with its length in each in metres, to the millimetre (measured in EPSG:25832)';


create function place_point() returns trigger
language plpgsql as $$
begin
    new.district_key := flurwerk.district_of_point(new.geom);
    if new.district_key = 'outside' then
        perform flurwerk.refuse_place(new.geom, tg_table_name);
    end if;
    return new;
end
$$;

create function place_area() returns trigger
language plpgsql as $$
begin
    if not st_isvalid(new.geom) then
        return new; -- The table's own constraint refuses it, in better words than an overlay would.
    end if;
    new.district_key := flurwerk.district_of_area(new.geom);
    if new.district_key = 'outside' then
        perform flurwerk.refuse_place(new.geom, tg_table_name);
    end if;
    return new;
end
$$;

create function place_line() returns trigger
language plpgsql as $$
begin
    select keys, lengths_m
    into new.district_keys, new.district_lengths_m
    from flurwerk.split_line(new.geom);
    new.city_length_m := (select coalesce(sum(part), 0) from unnest(new.district_lengths_m) as part);
    if new.city_length_m = 0 then
        perform flurwerk.refuse_place(new.geom, tg_table_name);
    end if;
    return new;
end
$$;


create procedure place(placed text, shape text)
language plpgsql as $$
declare
    columns text := case shape when 'line' then 'district_keys, district_lengths_m, city_length_m' else 'district_key' end;
begin
    if shape = 'line' then
        execute format(
            'alter table flurwerk.%I
                 add column district_keys text[],
                 add column district_lengths_m numeric(12, 3)[],
                 add column city_length_m numeric(12, 3)', placed);
    else
        execute format('alter table flurwerk.%I add column district_key text', placed);
    end if;
    execute format(
        'create trigger place before insert or update of geom, %2$s on flurwerk.%1$I
         for each row when (new.geom is not null) execute function flurwerk.place_%3$s()', placed, columns, shape);
    if shape <> 'line' then
        execute format(
            'create trigger place_none before insert or update of geom, district_key on flurwerk.%I
             for each row when (new.geom is null) execute function flurwerk.place_none()', placed);
    end if;
end
$$;
comment on procedure place is
    'Gives a table the columns that say in which district its records lie, kept by triggers. shape: point, area or line';

create function place_none() returns trigger
language plpgsql as $$
begin
    new.district_key := null;
    return new;
end
$$;

create procedure place_again()
language plpgsql as $$
declare
    placed record;
begin
    -- Nothing but the geometry decides, so touching it lets the trigger decide again; unchanged rows stay untouched.
    for placed in
        select
            tgrelid::regclass as relation,
            case proname
                when 'place_line' then
                    'exists (select from flurwerk.split_line(geom) as s'
                    ' where (s.keys, s.lengths_m) is distinct from (district_keys, district_lengths_m))'
                when 'place_area' then 'district_key is distinct from flurwerk.district_of_area(geom)'
                else 'district_key is distinct from flurwerk.district_of_point(geom)'
            end as moved
        from pg_trigger
        join pg_proc on pg_proc.oid = tgfoid
        where tgname = 'place'
    loop
        execute format('update %s set geom = geom where geom is not null and %s', placed.relation, placed.moved);
    end loop;
end
$$;
comment on procedure place_again is 'Finds the district of every record anew; called when the districts change';

create function districts_changed() returns trigger
language plpgsql as $$
begin
    delete from flurwerk.district_pieces;
    insert into flurwerk.district_pieces (district_key, geom)
    select key, st_subdivide(geom, 48)
    from flurwerk.districts
    where kind = 'district'
    order by key;
    call flurwerk.place_again();
    return null;
end
$$;

call track('districts');
create trigger districts_changed after insert or update or delete on districts
for each statement execute function districts_changed();
