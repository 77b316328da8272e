-- Counting parts: the figures of one municipality of a county read what it holds, also of a period.
--
-- What was found by its date alone, or by its part alone, is found by both, or from an index in the whole: each index
-- replaces a narrower one, so that a write maintains no more of them. For lines, whose parts are lists, those of the first
-- and the second part take the place of one over all parts.

set local search_path = flurwerk, public;


-- Records with a part of their own. Their indexes keep their names, by which complete_layer knows that they are there.
drop index inquiries_district_key_idx, office_takeups_district_key_idx, mobile_requests_district_key_idx;
drop index connections_district_key_idx, transactions_district_key_idx;
call index_counted('inquiries', 'inquiries_district_key_idx', 'district_key, received_reached_on', 'id, duplicate_of');
call index_counted(
    'office_takeups',
    'office_takeups_district_key_idx',
    'district_key, agreed_on',
    'id, kind, area_m2, added_m2, cancelled_on'
);
call index_counted('mobile_requests', 'mobile_requests_district_key_idx', 'district_key, received_reached_on', 'id');
call index_counted(
    'connections',
    'connections_district_key_idx',
    'district_key, connected_reached_on',
    'id, programme, dwellings'
);
call index_counted('transactions', 'transactions_district_key_idx', 'district_key, agreed_reached_on', null);

-- Records that lie where the plot or the property does that they are about. Those of a part are few, those of a period
-- stand side by side in an index.
drop index plots_district_key_idx, properties_district_key_idx;
call index_counted('plots', 'plots_district_key_idx', 'district_key', 'id');
call index_counted('properties', 'properties_district_key_idx', 'district_key', 'id');
drop index transactions_agreed_reached_on_idx, flurwerk_history.transactions_agreed_reached_on_idx;
call index_counted(
    'transactions',
    'transactions_counted',
    'agreed_reached_on',
    'id, plot, district_key, kind, sector, role, area_m2, cancelled_on'
);
drop index brokerages_agreed_on_idx, flurwerk_history.brokerages_agreed_on_idx;
call index_counted('brokerages', 'brokerages_counted', 'agreed_on', 'id, property, cancelled_on');


create procedure index_parts_of_lines(counted text, key text, columns text)
language plpgsql as $$
declare
    version text;
    covered text;
begin
    foreach version in array array['flurwerk', 'flurwerk_history']
    loop
        covered := concat_ws(
            ', ',
            columns,
            'district_keys, district_lengths_m, recorded_from',
            case version when 'flurwerk_history' then 'recorded_until' end
        );
        execute format(
            'create index %I on %I.%I ((district_keys[1]), (%s)) include (%s) where cardinality(district_keys) <= 2',
            counted || '_first_part_counted', version, counted, key, covered
        );
        execute format(
            'create index %I on %I.%I ((district_keys[2]), (%s)) include (%s) where cardinality(district_keys) = 2',
            counted || '_second_part_counted', version, counted, key, covered
        );
        execute format(
            'create index %I on %I.%I using gin (district_keys) where cardinality(district_keys) > 2',
            counted || '_many_parts', version, counted
        );
    end loop;
end
$$;
comment on procedure index_parts_of_lines is
    'Makes a table of lines and its history answer for one part of the city: nearly all lines lie in one part or two, and '
    'are read from an index by the key''s date, with the columns that count beside it; the few others are found by an index';

drop index trenches_district_keys_idx;
call index_parts_of_lines(
    'trenches',
    'coalesce(least(laid_reached_on, discarded_on), ''infinity'')',
    'planned_reached_on, laid_reached_on, discarded_on, origin, duplicate_of, programme'
);


create function area_in_parts(place geometry, keys text[], shapes uuid[], city uuid[])
returns table (part text, area_m2 numeric)
language plpgsql stable as $$
declare
    rest geometry;
    inside_m2 numeric;
    candidate record;
    area numeric;
    found_keys text[] := '{}';
    areas numeric[] := '{}';
    uncovered_m2 numeric;
    largest integer;
begin
    -- Most areas lie inside one small piece, of the city and of a part.
    return query
        select keys[array_position(shapes, p.shape)], round(st_area(place)::numeric, 2)
        from flurwerk.part_pieces as p
        where st_containsproperly(p.geom, place)
          and p.shape = any (shapes)
          and exists (
              select from flurwerk.part_pieces as c where st_containsproperly(c.geom, place) and c.shape = any (city)
          )
        order by 1
        limit 1;
    if found then
        return;
    end if;
    select st_unaryunion(st_collect(st_collectionextract(st_intersection(p.geom, place), 3)))
    into rest
    from flurwerk.part_pieces as p
    where st_intersects(p.geom, place)
      and p.shape = any (city);
    inside_m2 := round(coalesce(st_area(rest), 0)::numeric, 2);
    if inside_m2 = 0 then
        return;
    end if;
    for candidate in
        select keys[array_position(shapes, p.shape)] as key, st_unaryunion(st_collect(p.geom)) as geom
        from flurwerk.part_pieces as p
        where st_intersects(p.geom, rest)
          and p.shape = any (shapes)
        group by 1
        order by 1
    loop
        area := round(st_area(st_intersection(rest, candidate.geom))::numeric, 2);
        -- As in line_in_parts: where parts overlap, an area counts once, for the lower key.
        rest := st_difference(rest, candidate.geom);
        if area > 0 then
            found_keys := found_keys || candidate.key;
            areas := areas || area;
        end if;
    end loop;
    uncovered_m2 := inside_m2 - (select coalesce(sum(a), 0) from unnest(areas) as a);
    -- A hundredth of a square metre a part is rounding, which the largest gets. What is more lies in a gap between the parts.
    if uncovered_m2 > 0.01 * (cardinality(areas) + 1) or cardinality(areas) = 0 then
        found_keys := found_keys || 'outside'::text;
        areas := areas || uncovered_m2;
    else
        select position
        into largest
        from unnest(areas) with ordinality as l (area_m2, position)
        order by l.area_m2 desc, position
        limit 1;
        areas[largest] := areas[largest] + uncovered_m2;
    end if;
    return query select * from unnest(found_keys, areas);
end
$$;
comment on function area_in_parts is
    'Divides the area of a polygon inside the city, whose shapes are city, among the parts with these keys and shapes: '
    'each part has what lies in it, in m², and all add up to the area to 0.01 m². No rows for what lies outside the city';
