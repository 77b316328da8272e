-- Changes: which transaction wrote a version of a record, and how often a table has changed.
--
-- A transaction id tells what a clock and a sequence cannot: whether everything that was written before is visible.
-- The version of a layer counts up when a transaction commits that changed it. Were its row updated at once, writers
-- would wait for one another; so a statement only notes the layer in a side table, and the count happens at commit.

set local search_path = flurwerk, public;


create or replace function columns_of(relation regclass) returns text
language sql stable
begin atomic
    select string_agg(quote_ident(attname), ', ' order by attnum)
    from pg_attribute
    where attrelid = relation
      and attnum > 0
      and not attisdropped
      -- Can be had from geom at any time, and would double history.
      and attname <> 'geom_web';
end;
comment on function columns_of is 'The columns of a table that history keeps, quoted and separated by commas';

create or replace function stamp() returns trigger
language plpgsql as $$
begin
    new.recorded_from := split_part(current_setting('flurwerk.recording'), '|', 2)::timestamptz;
    new.recorded_by := flurwerk.actor();
    new.recorded_xid := pg_current_xact_id();
    -- Two transactions may take their instants in one order and write the same row in the other.
    if tg_op = 'UPDATE' and old.recorded_from >= new.recorded_from then
        new.recorded_from := old.recorded_from + interval '1 microsecond';
    end if;
    return new;
end
$$;
comment on function stamp is
    'Row trigger: since when, by whom and in which transaction this version is recorded; nobody can write these columns';


create table layer_versions (
    layer text primary key,
    version bigint not null,
    changed_at timestamptz not null
);
comment on table layer_versions is 'How many transactions have changed a layer, and when the last one did';

create unlogged table layers_touched (
    xid xid8 not null,
    layer text not null,
    primary key (xid, layer)
);
comment on table layers_touched is 'Layers that a running transaction has changed; its commit empties it again';

create function touch_layer() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    -- A statement that found nothing to do has changed nothing.
    if exists (select from changed_rows) then
        insert into layers_touched (xid, layer)
        values (pg_current_xact_id(), tg_table_name)
        on conflict do nothing;
    end if;
    return null;
end
$$;

create function count_versions() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    -- All layers of the transaction, in one order: two commits that lock the same rows cannot wait for each other.
    with touched as (
        delete from layers_touched
        where xid = pg_current_xact_id()
        returning layer
    )
    insert into layer_versions as v (layer, version, changed_at)
    select layer, 1, clock_timestamp()
    from touched
    order by layer
    on conflict (layer) do update
    set version = v.version + 1, changed_at = excluded.changed_at;
    return null;
end
$$;

create constraint trigger count_versions after insert on layers_touched
deferrable initially deferred
for each row execute function count_versions();


create procedure count_changes(counted text)
language plpgsql as $$
begin
    execute format(
        'create trigger touch_on_insert after insert on flurwerk.%I
         referencing new table as changed_rows
         for each statement execute function flurwerk.touch_layer()', counted);
    execute format(
        'create trigger touch_on_update after update on flurwerk.%I
         referencing old table as changed_rows
         for each statement execute function flurwerk.touch_layer()', counted);
    execute format(
        'create trigger touch_on_delete after delete on flurwerk.%I
         referencing old table as changed_rows
         for each statement execute function flurwerk.touch_layer()', counted);
    insert into flurwerk.layer_versions (layer, version, changed_at)
    values (counted, 1, clock_timestamp());
end
$$;
comment on procedure count_changes is 'Makes a table count its versions in layer_versions';


create procedure index_changes(tracked text)
language plpgsql as $$
begin
    execute format('create index if not exists %I on flurwerk.%I (recorded_xid, id)', tracked || '_recorded_xid', tracked);
    if to_regclass(format('history.%I', tracked)) is not null then
        execute format('create index if not exists %I on history.%I (ended_xid, id)', tracked || '_ended_xid', tracked);
    end if;
end
$$;
comment on procedure index_changes is 'Lets a table''s versions be found by their transactions';

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
         select %2$s from flurwerk.%1$I where recorded_from <= flurwerk.as_of()
         union all
         select %2$s from history.%1$I where recorded_from <= flurwerk.as_of() and recorded_until > flurwerk.as_of()',
        tracked, columns
    );
end
$$;
comment on procedure track is
    'Makes a table system-versioned: history table, triggers, view in as_of, indexes. Call it again after adding a column';


alter table record add column recorded_xid xid8 not null default pg_current_xact_id();

do $$
declare
    recorded text;
begin
    for recorded in
        select tgrelid::regclass::text
        from pg_trigger
        where tgname = 'stamp'
        order by 1
    loop
        execute format(
            'alter table flurwerk.%I add column recorded_xid xid8 not null default pg_current_xact_id()', recorded);
        call flurwerk.count_changes(recorded);
        if to_regclass(format('history.%I', recorded)) is not null then
            call flurwerk.track(recorded);
            execute format(
                'alter table history.%I add column ended_xid xid8 not null default pg_current_xact_id()', recorded);
            execute format('update history.%I set recorded_xid = pg_current_xact_id()', recorded);
        end if;
        call flurwerk.index_changes(recorded);
    end loop;
end
$$;

drop view as_of.parties;
create view as_of.parties as select * from flurwerk.parties;
