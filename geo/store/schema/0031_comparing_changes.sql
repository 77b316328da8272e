-- Comparing changes: the second part of 0030_changes_seen.sql, which explains it.

set local search_path = flurwerk, public;


create function compare_seen(shown seen_views, records bigint[]) returns void
language plpgsql as $$
declare
    as_of_before constant text := coalesce(current_setting('flurwerk.as_of', true), '');
    today date := (clock_timestamp() at time zone 'Europe/Berlin')::date;
    changed bigint[];
begin
    -- Not the day on which the transaction began.
    perform set_config('flurwerk.as_of', clock_timestamp()::text, true);
    with compared as (
        select n.id, n.digest
        from seen_now(shown, records) as n
        left join seen_records as s on s.view = shown.view and s.id = n.id
        left join lateral (
            select d.id, d.digest
            from seen_days as d
            where d.view = shown.view
              and d.id = n.id
              and d.day <= today
            order by d.day desc
            limit 1
        ) as d on true
        where n.digest is distinct from case when d.id is null then s.digest else d.digest end
    ),
    numbered as (
        select
            c.id,
            c.digest,
            case when shown.is_numbered then t.number + row_number() over (order by c.id) end as number
        from compared as c
        cross join seen_turn as t
    ),
    kept as (
        insert into seen_records as s (view, id, digest, first_number, number, recorded_from, recorded_xid)
        select shown.view, id, digest, number, number, clock_timestamp(), pg_current_xact_id()
        from numbered
        on conflict (view, id) do update
        set digest = excluded.digest,
            number = excluded.number,
            recorded_from = excluded.recorded_from,
            recorded_xid = excluded.recorded_xid
        returning s.id
    )
    select array_agg(id)
    into changed
    from kept;
    if changed is not null then
        update seen_turn
        set number = number + cardinality(changed)
        where shown.is_numbered;
        insert into layer_versions as v (layer, version, changed_at)
        values (shown.view, 1, clock_timestamp())
        on conflict (layer) do update
        set version = v.version + 1, changed_at = excluded.changed_at;
    end if;
    if exists (select from seen_sources where view = shown.view and last_day is not null) then
        delete from seen_days
        where view = shown.view
          and id = any (records)
          -- Whoever has not been told of a day that has passed is told of the change.
          and (day > today or id = any (changed));
        perform keep_days(shown, records, today);
    end if;
    perform set_config('flurwerk.as_of', as_of_before, true);
end
$$;
comment on function compare_seen is 'Compares records with what a view showed of them, and keeps what is different now';

create function settle_seen() returns void
language plpgsql
set search_path = flurwerk, public, pg_temp
set datestyle = 'ISO, DMY' set timezone = 'UTC' set extra_float_digits = 1 set jit = off as $$
declare
    shown seen_views;
    concerned bigint[];
begin
    if not exists (select from seen_noted where xid = pg_current_xact_id()) then
        return;
    end if;
    update seen_turn set taken = taken + 1;
    for shown in
        select v.*
        from seen_views as v
        where exists (
            select
            from seen_sources as s
            join seen_noted as n on n.table_name = s.table_name and n.key = s.key
            where s.view = v.view
              and n.xid = pg_current_xact_id()
        )
        order by v.view
    loop
        -- While a migration has put the views aside, nothing is compared; it compares everything afterwards.
        continue when to_regclass(shown.view) is null;
        execute format('select %I()', 'concerned_' || replace(shown.view, '.', '_')) into concerned;
        perform compare_seen(shown, concerned);
    end loop;
    delete from seen_noted where xid = pg_current_xact_id();
end
$$;
comment on function settle_seen is 'Compares what this transaction has noted';

create function keep_seen() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
begin
    perform settle_seen();
    return null;
end
$$;

create constraint trigger keep_seen after insert on layers_touched
deferrable initially deferred
for each row execute function keep_seen();


create procedure renew_seen()
language plpgsql
set search_path = flurwerk, public, pg_temp
set datestyle = 'ISO, DMY' set timezone = 'UTC' set extra_float_digits = 1 set jit = off as $$
declare
    shown seen_views;
    records bigint[];
    noting record;
begin
    update seen_turn set taken = taken + 1;
    delete from seen_noted where xid = pg_current_xact_id();
    delete from seen_records where view not in (select view from seen_views);
    delete from seen_days where view not in (select view from seen_views);
    delete from layer_versions where layer like 'for\_%.%' and layer not in (select view from seen_views);
    for shown in
        select *
        from seen_views
        order by view
    loop
        call define_seen(shown);
        execute format(
            'select array(select id from %I union select id from seen_records where view = $1)', shown.layer)
        into records
        using shown.view;
        perform compare_seen(shown, records);
        -- Also where nobody is shown anything yet.
        insert into layer_versions (layer, version, changed_at)
        values (shown.view, 1, clock_timestamp())
        on conflict do nothing;
    end loop;
    for noting in
        select t.relation, s.keys
        from (
            select distinct tgrelid::regclass as relation
            from pg_trigger
            where tgname = 'seen_on_insert'
            union
            select table_name::regclass
            from seen_sources
        ) as t
        left join (
            select table_name::regclass as relation, string_agg(distinct quote_literal(key), ', ') as keys
            from seen_sources
            group by 1
        ) as s on s.relation = t.relation
    loop
        execute format('drop trigger if exists seen_on_insert on %s', noting.relation);
        execute format('drop trigger if exists seen_on_update on %s', noting.relation);
        execute format('drop trigger if exists seen_on_delete on %s', noting.relation);
        continue when noting.keys is null;
        execute format(
            'create trigger seen_on_insert after insert on %s
             referencing new table as new_rows
             for each statement execute function flurwerk.note_seen(%s)', noting.relation, noting.keys);
        execute format(
            'create trigger seen_on_update after update on %s
             referencing old table as old_rows new table as new_rows
             for each statement execute function flurwerk.note_seen(%s)', noting.relation, noting.keys);
        execute format(
            'create trigger seen_on_delete after delete on %s
             referencing old table as old_rows
             for each statement execute function flurwerk.note_seen(%s)', noting.relation, noting.keys);
    end loop;
end
$$;
comment on procedure renew_seen is
    'Compares every record of every kept view: after seen_views has changed, or after writes with the triggers switched off';


-- As before; whoever calls it by hand touches no layer, so it compares what it has noted itself.
create or replace procedure measure_distances(only_one text default null)
language plpgsql
set search_path = flurwerk, public, pg_temp as $$
declare
    measured text;
    every_plot bigint[];
begin
    update distances_turn set taken = taken + 1;
    for measured in
        select distinct distance
        from distance_definitions
        where distance = coalesce(only_one, distance)
        order by 1
    loop
        execute format('select array(select id from plots union select plot from %I)', measured || '_distances')
        into every_plot;
        call count_distances(measured || '_distances', measure_distance(measured, every_plot));
    end loop;
    perform settle_seen();
end
$$;


-- What a tile's version has to count: of a kept view the view itself, else the tables that it shows.
drop materialized view layer_sources;
create table layer_sources (
    view text primary key,
    counted text[] not null,
    depends_on_day boolean not null
);
comment on table layer_sources is
    'For each view of an audience what its tiles'' versions count (see layer_versions), and whether it depends on the day; '
    'written by flurwerk migrate';
comment on table layer_versions is
    'How many transactions have changed a layer, or what an audience sees in a view, and when the last one did';
