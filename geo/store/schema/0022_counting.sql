-- Counting: what a figure reads stands in indexes, for now and for every past instant.
--
-- A flow reads the rows of its period from the index alone, without touching the table; a stock those that may count.
-- The same columns of the earlier versions are indexed in history, so that a figure as recorded then costs as little.
-- Writers lose nothing: the index on recorded_xid already keeps every update from being a heap-only one.

set local search_path = flurwerk, public;


create procedure index_counted(counted text, name text, key text, columns text)
language plpgsql as $$
declare
    version text;
begin
    foreach version in array array['flurwerk', 'history']
    loop
        execute format(
            'create index %I on %I.%I (%s) include (%s)',
            name, version, counted, key,
            concat_ws(', ', columns, 'recorded_from', case version when 'history' then 'recorded_until' end)
        );
    end loop;
end
$$;
comment on procedure index_counted is
    'Makes a table and its history answer from an index: by the date that counts, with the columns that count beside it';

drop index connections_connected_reached_on_idx;
call index_counted('connections', 'connections_counted', 'connected_reached_on', 'id, programme, dwellings, district_key');

drop index trenches_laid_reached_on_idx;
call index_counted(
    'trenches',
    'trenches_laid_counted',
    'laid_reached_on',
    'discarded_on, origin, duplicate_of, programme, city_length_m'
);
-- Most of what was ever planned is laid by now: found by the day on which it ceased to be planned.
call index_counted(
    'trenches',
    'trenches_planned_counted',
    'coalesce(least(laid_reached_on, discarded_on), ''infinity'')',
    'planned_reached_on, laid_reached_on, discarded_on, origin, duplicate_of, programme, city_length_m'
);

-- Of these there are few in a period, and the table itself tells the rest.
create index on history.inquiries (received_reached_on);
create index on history.transactions (agreed_reached_on);
create index on history.brokerages (agreed_on);
create index on history.office_takeups (agreed_on);
create index on history.settlements (settled_reached_on);
create index on history.mobile_requests (received_reached_on);
create index on history.letters_of_intent (signed_reached_on);
