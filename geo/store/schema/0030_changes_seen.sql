-- Changes seen: what an audience was shown of each record, as a digest, and when that last changed. The feed and the versions of
-- tiles tell an audience of nothing else, so not of changes that it cannot see.
--
-- Kept for the views in seen_views; `flurwerk migrate` fills that table and seen_sources from the layer registry, with the views.
-- A statement notes the records that it changed. At commit, those that a kept view may show differently because of them are
-- compared with their digests. What differs gets the public's next number, and its view's version counts up.
--
-- No update is lost: whoever compares takes the turn first, as with distances (0016_distances.sql), and behind them, since the
-- public sees distances too. The turn is held until the commit is done. Numbers therefore become visible in their order, and
-- whoever sees one sees all before it.
--
-- A view may change with the day alone. What it will show of a record is looked up at commit too, for each day after which
-- something ends, and kept in seen_days.

set local search_path = flurwerk, public;


create table seen_views (
    view text primary key,
    layer text not null,
    digest text not null,
    is_numbered boolean not null
);
comment on table seen_views is 'The views of audiences for which digests are kept; written by flurwerk migrate';
-- It runs with the owner's rights, so nobody else may write it.
comment on column seen_views.digest is 'SQL over the alias r: the digest of what the audience sees of a record';

create table seen_sources (
    view text not null,
    table_name text not null,
    key text not null,
    key_type text not null,
    own text not null,
    last_day text,
    primary key (view, table_name, key, own)
);
comment on table seen_sources is
    'Which tables a kept view depends on: a row of the table, on the records whose own (SQL over r) equals its key';

create table seen_records (
    view text not null,
    id bigint not null,
    digest uuid,
    first_number bigint,
    number bigint,
    recorded_from timestamptz not null,
    recorded_xid xid8 not null,
    primary key (view, id)
);
create index on seen_records (view, number);
create index on seen_records (view, recorded_xid) where number is null;
comment on table seen_records is
    'The records that an audience sees or saw (then without a digest), and when what it sees last changed';

create table seen_days (
    view text not null,
    id bigint not null,
    day date not null,
    digest uuid,
    primary key (view, id, day)
);
create index on seen_days (view, day);
comment on table seen_days is 'From which day on a record is shown differently although nothing is recorded';

create table seen_turn (
    is_only_one boolean primary key default true check (is_only_one),
    taken bigint not null,
    number bigint not null
);
insert into seen_turn (taken, number) values (0, 0);
comment on table seen_turn is
    'Whose turn it is to compare, held until that transaction ends; and how many changes the public has seen';

create unlogged table seen_noted (
    xid xid8 not null,
    table_name text not null,
    key text not null,
    value text not null
);
create index on seen_noted (xid);
comment on table seen_noted is 'What a running transaction has changed and not yet compared; its commit empties it again';


create function note_seen() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
declare
    noted text;
    changed text := case tg_op
        when 'INSERT' then 'select %1$I::text from new_rows'
        when 'DELETE' then 'select %1$I::text from old_rows'
        else 'select %1$I::text from new_rows union all select %1$I::text from old_rows'
    end;
begin
    foreach noted in array tg_argv
    loop
        execute format(
            'insert into seen_noted (xid, table_name, key, value)
             select distinct pg_current_xact_id(), %2$L, %1$L, c.value
             from (' || changed || ') as c (value)
             where c.value is not null',
            noted, tg_table_name
        );
    end loop;
    return null;
end
$$;
comment on function note_seen is
    'Statement trigger: notes which rows changed. Its arguments are the columns by which kept views refer to them';


-- Of each kept view, functions whose statements are planned once a session; for single edits planning would take longest.

create procedure define_seen(shown seen_views)
language plpgsql as $$
declare
    name text := replace(shown.view, '.', '_');
    concerned text;
    days text;
begin
    execute format(
        'create or replace function %I(record bigint) returns uuid
         language plpgsql stable as $body$
         begin
             return (select %s from %s as r where r.id = record);
         end
         $body$',
        'digest_' || name, shown.digest, shown.view
    );
    select
        string_agg(
            format(
                'if exists (select from seen_noted as n where %1$s) then
                     found := found || array(%2$s);
                 end if;',
                noted,
                format(
                    case
                        -- One that is gone, too.
                        when s.table_name = shown.layer and s.key = 'id' and s.own = 'r.id'
                            then 'select n.value::bigint from seen_noted as n where %4$s'
                        -- As an array, so that a session's plan for few is one by the index.
                        else 'select r.id from %1$I as r where %2$s = any (array(select n.value::%3$s from seen_noted as n where %4$s))'
                    end,
                    shown.layer, s.own, s.key_type, noted
                )
            ),
            ' '
        ),
        string_agg(
            format(
                'select t.%1$I + 1, r.id
                 from unnest(looked_at) as u (id)
                 join %2$I as r on r.id = u.id
                 join %3$I as t on t.%4$I = %5$s
                 where t.%1$I >= today
                   and t.%1$I < ''infinity''',
                s.last_day, shown.layer, s.table_name, s.key, s.own
            ),
            ' union all '
        ) filter (where s.last_day is not null)
    into concerned, days
    from seen_sources as s
    cross join lateral (
        select format('n.xid = pg_current_xact_id() and n.table_name = %L and n.key = %L', s.table_name, s.key)
    ) as n (noted)
    where s.view = shown.view;
    execute format(
        'create or replace function %I() returns bigint[]
         language plpgsql stable as $body$
         declare
             found bigint[] := ''{}'';
         begin
             %s
             return array(select distinct id from unnest(found) as u (id));
         end
         $body$',
        'concerned_' || name, concerned
    );
    execute format(
        'create or replace function %I(looked_at bigint[], today date) returns table (day date, records bigint[])
         language plpgsql stable as $body$
         begin
             return query select e.day, array_agg(distinct e.id) from (%s) as e (day, id) group by 1 order by 1;
         end
         $body$',
        'days_' || name, coalesce(days, 'select null::date, null::bigint where false')
    );
end
$$;
comment on procedure define_seen is
    'Makes the functions of a kept view: the digest of a record; the records that noted changes concern; days to look up';

-- Planned for few, so that a session's plan is one by the index.
create function seen_now(shown seen_views, records bigint[]) returns table (id bigint, digest uuid)
language plpgsql stable rows 10 as $$
declare
    -- One by one, the statement is planned once a session; for many, it is planned for as many as there are.
    many constant integer := 20;
begin
    if cardinality(records) <= many then
        return query execute format(
            'select u.id, %I(u.id) from unnest($1) as u (id)', 'digest_' || replace(shown.view, '.', '_')
        )
        using records;
    else
        return query execute format(
            'select u.id, s.digest
             from unnest($1) as u (id)
             left join (
                 select r.id, %s as digest
                 from %s as r
                 where r.id = any ($1)
             ) as s using (id)',
            shown.digest, shown.view
        )
        using records;
    end if;
end
$$;
comment on function seen_now is 'The digests of records as a view shows them on the day shown; null where it shows none';

create function keep_days(shown seen_views, records bigint[], today date) returns void
language plpgsql as $$
declare
    ending record;
    -- Only a superuser may create a function with `set` of a parameter that PostgreSQL does not know.
    as_of_before constant text := coalesce(current_setting('flurwerk.as_of', true), '');
begin
    for ending in execute format('select day, records from %I($1, $2)', 'days_' || replace(shown.view, '.', '_'))
    using records, today
    loop
        perform set_config('flurwerk.as_of', (ending.day::timestamp at time zone 'Europe/Berlin')::text, true);
        insert into seen_days as d (view, id, day, digest)
        select shown.view, n.id, ending.day, n.digest
        from seen_now(shown, ending.records) as n
        left join seen_records as s on s.view = shown.view and s.id = n.id
        left join lateral (
            select e.id, e.digest
            from seen_days as e
            where e.view = shown.view
              and e.id = n.id
              and e.day < ending.day
            order by e.day desc
            limit 1
        ) as e on true
        where n.digest is distinct from case when e.id is null then s.digest else e.digest end
        on conflict do nothing;
    end loop;
    perform set_config('flurwerk.as_of', as_of_before, true);
end
$$;
comment on function keep_days is 'Looks up what a view will show of records after each of the days on which something ends';
