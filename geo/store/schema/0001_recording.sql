-- Recording: every row knows since when it is recorded and by whom; every earlier version is kept in history.
--
-- A writing transaction takes one recording instant and holds a shared advisory lock until it ends. Whoever needs
-- an instant without a write in flight takes the same lock exclusively (flurwerk.settled_instant).

create extension if not exists postgis with schema public;

create schema flurwerk;
create schema history;
create schema as_of;

comment on schema flurwerk is 'The records as they are now';
comment on schema history is 'Every earlier version of a record, with its recording interval, operation and actor';
-- The schema as_of holds the records as recorded at the session setting flurwerk.as_of.

set local search_path = flurwerk, public;


create function today() returns date
language sql stable
return (now() at time zone 'Europe/Berlin')::date;
comment on function today is 'Today in the city, whatever the time zone of the session';

create function as_of() returns timestamptz
language sql stable
return current_setting('flurwerk.as_of')::timestamptz;
comment on function as_of is 'The instant that the views of the schema as_of show; the session must have set flurwerk.as_of';

create function day_shown() returns date
language sql stable
return (
    coalesce(nullif(current_setting('flurwerk.as_of', true), '')::timestamptz, now()) at time zone 'Europe/Berlin'
)::date;
comment on function day_shown is 'Today, or the day of flurwerk.as_of where a past state is shown';

create function actor() returns text
language sql stable
return coalesce(nullif(current_setting('flurwerk.actor', true), ''), session_user::text);
comment on function actor is 'Who writes: the session setting flurwerk.actor, else the login';


create function recording_lock() returns bigint
language sql immutable
return 4711;
comment on function recording_lock is 'Key of the advisory lock: shared by writers, exclusive for a settled instant';

create function recording_instant() returns timestamptz
language plpgsql volatile as $$
declare
    -- '<transaction id>|<instant>': the id tells an instant of this transaction from a left-over of the session.
    setting text := current_setting('flurwerk.recording', true);
    instant timestamptz;
begin
    if split_part(setting, '|', 1) = pg_current_xact_id()::text then
        return split_part(setting, '|', 2)::timestamptz;
    end if;
    perform pg_advisory_xact_lock_shared(flurwerk.recording_lock());
    instant := clock_timestamp();
    perform set_config('flurwerk.recording', pg_current_xact_id() || '|' || instant, true);
    return instant;
end
$$;
comment on function recording_instant is 'The recording instant of this transaction; the first call takes the lock and the time';

create function settled_instant() returns timestamptz
language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(flurwerk.recording_lock());
    return clock_timestamp();
end
$$;
comment on function settled_instant is 'An instant without a write in flight: waits for the writers, and keeps new ones waiting until the transaction ends';


create function begin_recording() returns trigger
language plpgsql as $$
begin
    perform flurwerk.recording_instant();
    return null;
end
$$;

create function stamp() returns trigger
language plpgsql as $$
begin
    new.recorded_from := split_part(current_setting('flurwerk.recording'), '|', 2)::timestamptz;
    new.recorded_by := flurwerk.actor();
    -- Two transactions may take their instants in one order and write the same row in the other.
    if tg_op = 'UPDATE' and old.recorded_from >= new.recorded_from then
        new.recorded_from := old.recorded_from + interval '1 microsecond';
    end if;
    return new;
end
$$;
comment on function stamp is 'Row trigger: since when and by whom this version is recorded; nobody can write these columns';

create function keep_history() returns trigger
language plpgsql as $$
declare
    columns text := flurwerk.columns_of(tg_relid);
begin
    execute format(
        'insert into history.%1$I (%2$s, recorded_until, operation, ended_by)
         select %2$s, greatest($1, recorded_from + interval ''1 microsecond''), $2, $3
         from old_rows',
        tg_table_name, columns
    )
    using flurwerk.recording_instant(), lower(tg_op), flurwerk.actor();
    return null;
end
$$;
comment on function keep_history is 'Statement trigger: writes the versions that an update or delete ends into history';

create function refuse_truncate() returns trigger
language plpgsql as $$
begin
    raise exception using
        errcode = 'restrict_violation',
        constraint = 'no_truncate',
        table = tg_table_name,
        message = format('%I keeps its history: delete its rows instead of truncating it', tg_table_name);
end
$$;

create function columns_of(relation regclass) returns text
language sql stable
begin atomic
    select string_agg(quote_ident(attname), ', ' order by attnum)
    from pg_attribute
    where attrelid = relation
      and attnum > 0
      and not attisdropped;
end;
comment on function columns_of is 'The columns of a table, quoted and separated by commas';


create procedure track(tracked text)
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
                 add column recorded_until timestamptz not null,
                 add column operation text not null check (operation in (''update'', ''delete'')),
                 add column ended_by text not null',
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
    end if;
    for added in
        select format('alter table history.%I add column %I %s', tracked, attname, format_type(atttypid, atttypmod))
        from pg_attribute
        where attrelid = relation
          and attnum > 0
          and not attisdropped
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
         select %2$s from flurwerk.%1$I where recorded_from <= flurwerk.as_of()
         union all
         select %2$s from history.%1$I where recorded_from <= flurwerk.as_of() and recorded_until > flurwerk.as_of()',
        tracked, columns
    );
end
$$;
comment on procedure track is
    'Makes a table system-versioned: history table, triggers, view in as_of. Call it again after adding a column';


-- What every record has. Tables take these columns with LIKE.
create table record (
    id bigint generated always as identity primary key,
    source text not null default 'manual',
    source_id text not null default gen_random_uuid()::text,
    note text,
    recorded_from timestamptz not null default now(),
    recorded_by text not null default session_user,
    unique (source, source_id)
);
comment on table record is 'Template of the columns that every record has; holds no rows';


create function refuse_duplicate_chain() returns trigger
language plpgsql as $$
declare
    chained text;
begin
    -- Were the record kept itself a duplicate, neither might count.
    execute format(
        'select coalesce(min(n.source_id), '''')
         from new_rows as n
         where n.duplicate_of is not null
           and exists (
               select from flurwerk.%1$I as o
               where (o.id = n.duplicate_of and o.duplicate_of is not null) or o.duplicate_of = n.id
           )',
        tg_table_name
    )
    into chained;
    if chained <> '' then
        raise exception using
            errcode = 'check_violation',
            constraint = 'duplicate_of_original',
            table = tg_table_name,
            column = 'duplicate_of',
            message = format('%L is a duplicate of a duplicate', chained);
    end if;
    return null;
end
$$;

create procedure refuse_duplicate_chains(checked text)
language plpgsql as $$
begin
    execute format(
        'create trigger duplicates_on_insert after insert on flurwerk.%I
         referencing new table as new_rows
         for each statement execute function flurwerk.refuse_duplicate_chain()', checked);
    execute format(
        'create trigger duplicates_on_update after update on flurwerk.%I
         referencing new table as new_rows
         for each statement execute function flurwerk.refuse_duplicate_chain()', checked);
end
$$;
comment on procedure refuse_duplicate_chains is 'What a table''s duplicate_of names must be a record that counts';
