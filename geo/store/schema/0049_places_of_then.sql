-- Where a record lay on a day before a reform: what it stores is its place among the parts in force.

set local search_path = flurwerk, public;

create function touches_parts(place geometry, shapes uuid[]) returns boolean
language sql stable
return exists (
    select
    from flurwerk.part_pieces as p
    where st_intersects(p.geom, place)
      and p.shape = any (shapes)
);
comment on function touches_parts is 'Whether something of a place lies in, or on the border of, parts with these shapes';

create function part_then(place geometry, part_now text, keys text[], shapes uuid[], changed uuid[]) returns text
language plpgsql stable as $$
begin
    -- Without a place there is no other part, and whoever touches none that has changed lies where it lay.
    if place is null or cardinality(changed) = 0 or not flurwerk.touches_parts(place, changed) then
        return part_now;
    end if;
    if st_dimension(place) = 0 then
        return flurwerk.part_of_point(place, keys, shapes);
    end if;
    return flurwerk.part_of_area(place, keys, shapes);
end
$$;
comment on function part_then is
    'Key of the part, of those with these keys and shapes, in which a point or an area lay, else outside. part_now: its '
    'part among those in force; changed: the shapes that only those of then or only those in force have';

create function line_then(
    line geometry, keys_now text[], lengths_now numeric[], keys text[], shapes uuid[], changed uuid[],
    out part_keys text[], out lengths_m numeric[], out inside_m numeric
)
language plpgsql stable as $$
begin
    if line is null then
        return;
    end if;
    if cardinality(changed) > 0 and flurwerk.touches_parts(line, changed) then
        select s.part_keys, s.lengths_m
        into part_keys, lengths_m
        from flurwerk.line_in_parts(line, keys, shapes) as s;
    else
        part_keys := keys_now;
        lengths_m := lengths_now;
    end if;
    inside_m := (select coalesce(sum(length_m), 0) from unnest(lengths_m) as length_m);
end
$$;
comment on function line_then is
    'The parts, of those with these keys and shapes, through which a line ran, with its length in each and in all of them '
    'in metres. keys_now, lengths_now: what it has among those in force; changed: as in part_then';


-- As before; but of a line that leaves the city, always only what lies inside counts. Where the parts reached beyond the
-- city and left something free within, one had made up for the other.
create or replace function share_by_length(
    amount numeric, line geometry, inside_m numeric, keys text[], shapes uuid[], city uuid[]
)
returns table (part text, share numeric)
language plpgsql stable as $$
declare
    counted geometry := line;
    found_keys text[];
    lengths numeric[];
    covered numeric;
    largest integer;
begin
    -- A millimetre a part is rounding, and few lines lie in more than ten.
    if st_length(line)::numeric - inside_m > 0.01 then
        counted := (
            select st_intersection(line, st_unaryunion(st_collect(p.geom)))
            from flurwerk.part_pieces as p
            where st_intersects(p.geom, line)
              and p.shape = any (city)
        );
    end if;
    select s.part_keys, s.lengths_m into found_keys, lengths
    from flurwerk.line_in_parts(counted, keys, shapes) as s;
    covered := (select coalesce(sum(length_m), 0) from unnest(lengths) as length_m);
    -- What is more than rounding lies in a gap between the parts.
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
