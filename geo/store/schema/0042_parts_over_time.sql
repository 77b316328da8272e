-- Parts over time: since when the city's parts are in force, those that were before them, and in which of them a place lies.
--
-- `districts` holds the parts in force. A load of a later state moves what it changes or ends to `former_districts`. What
-- records store of their place is as of the parts in force; for a past day, or another level than the districts, it is
-- worked out from their geometry. Each outline that a part has or had is kept in small pieces under the number of its
-- shape, so that they serve any day and any recorded past.

set local search_path = flurwerk, public;

alter table districts
    add column valid_from date,
    add constraint districts_not_future check (valid_from <= today() and valid_from >= '1900-01-01');
call track('districts');

create table former_districts (
    like record including all,
    key text not null,
    name text not null,
    kind text not null,
    parent_key text,
    valid_from date,
    valid_until date not null,
    geom geometry(MultiPolygon, 25832) not null,
    constraint former_districts_kind_check check (kind in ('district', 'statistical')),
    constraint former_districts_key_reserved check (key not in ('outside', 'unlocated')),
    constraint former_districts_key_unique unique (kind, key, valid_until),
    constraint former_districts_name_unique unique (kind, name, valid_until),
    constraint former_districts_validity_order check (valid_from < valid_until),
    constraint former_districts_not_future check (
        greatest(valid_from, valid_until) <= today() and least(valid_from, valid_until) >= '1900-01-01'
    )
);
call complete_layer('former_districts');


create table part_pieces (
    shape uuid not null,
    geom geometry(Polygon, 25832) not null
);
create index on part_pieces using gist (geom);
create index on part_pieces (shape);
comment on table part_pieces is
    'Every outline that a part of the city has or had, cut into small pieces; kept by triggers, and never removed';

create function shape_of(outline geometry) returns uuid
language sql immutable
return md5(st_asewkb(outline))::uuid;
comment on function shape_of is 'The number of an outline: the same for the same coordinates';

create function keep_pieces() returns trigger
language plpgsql
security definer
set search_path = flurwerk, public, pg_temp as $$
begin
    if not exists (
        select
        from new_rows as n
        where not exists (select from part_pieces as p where p.shape = shape_of(n.geom))
    ) then
        return null;
    end if;
    -- Whoever else adds the same outline has added it by then.
    perform pg_advisory_xact_lock(hashtextextended('flurwerk part_pieces', 0));
    insert into part_pieces (shape, geom)
    select s.shape, st_subdivide(s.geom, 48)
    from (select distinct on (shape_of(geom)) shape_of(geom) as shape, geom from new_rows) as s
    where not exists (select from part_pieces as p where p.shape = s.shape);
    return null;
end
$$;

create trigger keep_pieces_on_insert after insert on districts
referencing new table as new_rows
for each statement execute function keep_pieces();
create trigger keep_pieces_on_update after update on districts
referencing new table as new_rows
for each statement execute function keep_pieces();
create trigger keep_pieces_on_insert after insert on former_districts
referencing new table as new_rows
for each statement execute function keep_pieces();
create trigger keep_pieces_on_update after update on former_districts
referencing new table as new_rows
for each statement execute function keep_pieces();

insert into part_pieces (shape, geom)
select s.shape, st_subdivide(s.geom, 48)
from (
    select distinct on (shape_of(geom)) shape_of(geom) as shape, geom
    from (select geom from districts union all select geom from flurwerk_history.districts) as known
) as s;


create function line_in_parts(line geometry, keys text[], shapes uuid[], out part_keys text[], out lengths_m numeric[])
language plpgsql stable as $$
declare
    rest geometry := line;
    candidate record;
    length_inside numeric;
begin
    -- As split_line: most lines lie inside one small piece, touching nothing else.
    select array[keys[array_position(shapes, p.shape)]], array[round(st_length(line)::numeric, 3)]
    into part_keys, lengths_m
    from flurwerk.part_pieces as p
    where st_containsproperly(p.geom, line)
      and p.shape = any (shapes)
    limit 1;
    if found then
        return;
    end if;
    part_keys := '{}';
    lengths_m := '{}';
    for candidate in
        select keys[array_position(shapes, p.shape)] as key, st_unaryunion(st_collect(p.geom)) as geom
        from flurwerk.part_pieces as p
        where st_intersects(p.geom, line)
          and p.shape = any (shapes)
        group by 1
        order by 1
    loop
        length_inside := round(st_length(st_intersection(rest, candidate.geom))::numeric, 3);
        -- What one part has taken is gone, so a piece along a border counts once, for the lower key.
        rest := st_difference(rest, candidate.geom);
        if length_inside > 0 then
            part_keys := part_keys || candidate.key;
            lengths_m := lengths_m || length_inside;
        end if;
    end loop;
end
$$;
comment on function line_in_parts is
    'The parts through which a line runs, of those with these keys and shapes, with its length in each, to the millimetre';

create function share_by_length(
    amount numeric, line geometry, inside_m numeric, keys text[], shapes uuid[], city uuid[]
)
returns table (part text, share numeric)
language plpgsql stable as $$
declare
    found_keys text[];
    lengths numeric[];
    covered numeric;
    largest integer;
begin
    select s.part_keys, s.lengths_m into found_keys, lengths
    from flurwerk.line_in_parts(line, keys, shapes) as s;
    covered := (select coalesce(sum(length_m), 0) from unnest(lengths) as length_m);
    if covered - inside_m > 0.001 * (cardinality(lengths) + 1) then
        -- The city is smaller now, and what lies outside of it does not count.
        select s.part_keys, s.lengths_m into found_keys, lengths
        from flurwerk.line_in_parts(
            (
                select st_intersection(line, st_unaryunion(st_collect(p.geom)))
                from flurwerk.part_pieces as p
                where st_intersects(p.geom, line)
                  and p.shape = any (city)
            ),
            keys,
            shapes
        ) as s;
        covered := (select coalesce(sum(length_m), 0) from unnest(lengths) as length_m);
    end if;
    -- A millimetre a part is rounding. What is more lies in a gap between the parts.
    if inside_m - covered > 0.001 * (cardinality(lengths) + 1) then
        found_keys := found_keys || 'outside'::text;
        lengths := lengths || (inside_m - covered);
        covered := inside_m;
    end if;
    if covered = 0 then
        return query select 'outside', amount;
        return;
    end if;
    largest := (
        select position
        from unnest(lengths) with ordinality as l (length_m, position)
        order by length_m desc, position
        limit 1
    );
    return query
        with shares as (
            select l.key, l.position, round(amount * l.length_m / covered, 9) as share
            from unnest(found_keys, lengths) with ordinality as l (key, length_m, position)
        )
        -- The longest gets the rest, so that the shares add up to the amount exactly.
        select
            s.key,
            case when s.position = largest
                then amount - coalesce((select sum(o.share) from shares as o where o.position <> largest), 0)
                else s.share
            end
        from shares as s;
end
$$;

create function part_of_area(place geometry, keys text[], shapes uuid[]) returns text
language sql stable
begin atomic
    with shares as (
        select keys[array_position(shapes, p.shape)] as key, sum(st_area(st_intersection(p.geom, place))) as area
        from flurwerk.part_pieces as p
        where st_intersects(p.geom, place)
          and p.shape = any (shapes)
        group by 1
    ),
    candidates as (
        select key, area
        from shares
        union all
        -- As in district_of_area: a millionth of slack.
        select 'outside', st_area(place) * 0.999999 - (select coalesce(sum(area), 0) from shares)
    )
    select key
    from candidates
    order by area desc, key
    limit 1;
end;
comment on function part_of_area is 'Key of the part that holds the largest share of an area, else outside';

create function part_of_point(place geometry, keys text[], shapes uuid[]) returns text
language sql stable
return coalesce(
    (
        select min(keys[array_position(shapes, p.shape)])
        from flurwerk.part_pieces as p
        where st_intersects(p.geom, place)
          and p.shape = any (shapes)
    ),
    'outside'
);
comment on function part_of_point is 'Key of the part in which a point lies (on a border: the lower key), else outside';

create function shares_in_parts(
    amount numeric, place geometry, inside_m numeric, keys text[], shapes uuid[], city uuid[]
)
returns table (part text, share numeric)
language plpgsql stable as $$
begin
    case st_dimension(place)
        when 0 then
            return query select flurwerk.part_of_point(place, keys, shapes), amount;
        when 1 then
            return query
                select s.part, s.share
                from flurwerk.share_by_length(
                    amount, place, coalesce(inside_m, st_length(place)::numeric), keys, shapes, city
                ) as s;
        when 2 then
            return query select flurwerk.part_of_area(place, keys, shapes), amount;
        else
            return query select null::text, amount;
    end case;
end
$$;
comment on function shares_in_parts is
    'Divides an amount among the parts with these keys and shapes by where it lies: a point by where it is, an area by its '
    'largest share, a line by its length in each. inside_m: its length in the city, whose shapes are city. The shares add up '
    'exactly; the part is null without a place';


-- A take-up without a point is placed by the name of its district, which may be a former one: it is then in the district
-- that has the same outline now, else in none that is in force.
create function district_named(named text) returns text
language sql stable
begin atomic
    select coalesce(
        (select key from flurwerk.districts where kind = 'district' and name = named),
        (
            select d.key
            from flurwerk.former_districts as f
            join flurwerk.districts as d on d.kind = 'district' and flurwerk.shape_of(d.geom) = flurwerk.shape_of(f.geom)
            where f.kind = 'district'
              and f.name = named
            order by f.valid_until desc, d.key
            limit 1
        )
    );
end;
comment on function district_named is 'Key of the district in force that has or had this name; null if its outline is gone';

create or replace function place_by_name() returns trigger
language plpgsql as $$
begin
    new.district_key := flurwerk.district_named(new.district);
    if new.district is not null
        and new.district_key is null
        and not exists (select from flurwerk.former_districts where kind = 'district' and name = new.district)
    then
        raise exception using
            errcode = 'check_violation',
            constraint = 'office_takeups_district_known',
            table = tg_table_name,
            column = 'district',
            message = format('there is no district %L', new.district);
    end if;
    return new;
end
$$;

create function place_named_again() returns trigger
language plpgsql
security definer
set search_path = flurwerk, public, pg_temp as $$
begin
    update office_takeups as o
    set district = o.district
    where o.geom is null
      and o.district is not null
      and o.district_key is distinct from district_named(o.district)
      and (
          exists (select from districts where kind = 'district' and name = o.district)
          or exists (select from former_districts where kind = 'district' and name = o.district)
      );
    return null;
end
$$;
create trigger place_named_again after insert or update or delete on districts
for each statement execute function place_named_again();
create trigger place_named_again after insert or update or delete on former_districts
for each statement execute function place_named_again();


-- A target may be that of one part of the city: of a municipality of a county. Null: of the whole.
alter table targets
    add column part text,
    drop constraint targets_kpi_period,
    add constraint targets_kpi_period unique nulls not distinct (kpi, period, part);
call complete_layer('targets');

-- The figures of one part cost what lies in it: lines are found by the parts through which they run.
create index trenches_district_keys_idx on trenches using gin (district_keys);
