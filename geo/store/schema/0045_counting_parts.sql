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
