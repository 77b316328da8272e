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


-- The instant asked for is read from the setting once a statement, where it was read once a row: a text that is parsed.

create or replace procedure track(tracked text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', tracked)::regclass;
    columns text := flurwerk.columns_of(relation);
    added text;
begin
    if to_regclass(format('history.%I', tracked)) is null then
        execute format('create table history.%1$I (like flurwerk.%1$I)', tracked);
        execute format(
            'alter table history.%I
                 drop column if exists geom_web,
                 add column recorded_until timestamptz not null,
                 add column operation text not null check (operation in (''update'', ''delete'')),
                 add column ended_by text not null,
                 add column ended_xid xid8 not null default pg_current_xact_id()',
            tracked
        );
        execute format('create index on history.%I (id, recorded_until)', tracked);
        execute format(
            'create trigger begin_recording before insert or update or delete on flurwerk.%I
             for each statement execute function flurwerk.begin_recording()', tracked);
        execute format(
            'create trigger stamp before insert or update on flurwerk.%I
             for each row execute function flurwerk.stamp()', tracked);
        execute format(
            'create trigger keep_updated after update on flurwerk.%I
             referencing old table as old_rows
             for each statement execute function flurwerk.keep_history()', tracked);
        execute format(
            'create trigger keep_deleted after delete on flurwerk.%I
             referencing old table as old_rows
             for each statement execute function flurwerk.keep_history()', tracked);
        execute format(
            'create trigger refuse_truncate before truncate on flurwerk.%I
             for each statement execute function flurwerk.refuse_truncate()', tracked);
        call flurwerk.count_changes(tracked);
        call flurwerk.index_changes(tracked);
    end if;
    for added in
        select format('alter table history.%I add column %I %s', tracked, attname, format_type(atttypid, atttypmod))
        from pg_attribute
        where attrelid = relation
          and attnum > 0
          and not attisdropped
          and attname <> 'geom_web'
          and attname not in (
              select attname from pg_attribute where attrelid = format('history.%I', tracked)::regclass
          )
        order by attnum
    loop
        execute added;
    end loop;
    execute format('drop view if exists as_of.%I cascade', tracked);
    execute format(
        'create view as_of.%1$I as
         select %2$s
         from flurwerk.%1$I
         where recorded_from <= (select flurwerk.as_of())
         union all
         select %2$s
         from history.%1$I
         where recorded_from <= (select flurwerk.as_of())
           and recorded_until > (select flurwerk.as_of())',
        tracked, columns
    );
end
$$;
comment on procedure track is
    'Makes a table system-versioned: history table, triggers, view in as_of, indexes. Call it again after adding a column';

do $$
declare
    tracked text;
begin
    for tracked in
        select relname
        from pg_class
        where relnamespace = 'history'::regnamespace
          and relkind = 'r'
          and to_regclass(format('as_of.%I', relname)) is not null
        order by 1
    loop
        call flurwerk.track(tracked);
    end loop;
end
$$;
