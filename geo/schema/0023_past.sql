-- The past as a table: what is asked of it is planned as of any other.
--
-- Both halves of the view, what is recorded now and what was, come without a condition of their own, and the conditions
-- stand outside. So PostgreSQL takes the halves for parts of one table: it looks their rows up by index where another
-- table is joined, reads only the columns that are asked for, and shares the work among processes. The instant asked for
-- is read from the setting once a statement, not once a row: it is a text that is parsed.

set local search_path = flurwerk, public;

alter function as_of() parallel safe;

create procedure show_past(tracked text)
language plpgsql as $$
begin
    execute format(
        'create or replace view as_of.%1$I as
         select %2$s
         from (
             select %2$s, timestamptz ''infinity'' as recorded_until from flurwerk.%1$I
             union all
             select %2$s, recorded_until from history.%1$I
         ) as versions
         where recorded_from <= (select flurwerk.as_of())
           and recorded_until > (select flurwerk.as_of())',
        tracked, flurwerk.columns_of(format('flurwerk.%I', tracked)::regclass)
    );
end
$$;
comment on procedure show_past is 'Makes the view in as_of of a table that has a history';

create or replace procedure track(tracked text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', tracked)::regclass;
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
    call flurwerk.show_past(tracked);
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
        call flurwerk.show_past(tracked);
    end loop;
end
$$;
