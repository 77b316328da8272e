-- Activity: what has been done since a person last looked. An entry is found by the number of its transaction, also where the
-- record has been changed again since; and up to which number a person has read is kept, so that it is known on any computer.

do $$
declare
    tracked text;
begin
    for tracked in
        select c.relname
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attname = 'recorded_xid'
        where c.relnamespace = 'flurwerk_history'::regnamespace
          and c.relkind = 'r'
        order by 1
    loop
        execute format(
            'create index if not exists %I on flurwerk_history.%I (recorded_xid, id)', tracked || '_recorded_xid', tracked);
    end loop;
end
$$;

create or replace procedure flurwerk.index_changes(tracked text)
language plpgsql as $$
begin
    execute format('create index if not exists %I on flurwerk.%I (recorded_xid, id)', tracked || '_recorded_xid', tracked);
    if to_regclass(format('flurwerk_history.%I', tracked)) is not null then
        execute format(
            'create index if not exists %I on flurwerk_history.%I (ended_xid, id)', tracked || '_ended_xid', tracked);
        execute format(
            'create index if not exists %I on flurwerk_history.%I (recorded_xid, id)', tracked || '_recorded_xid', tracked);
    end if;
end
$$;


create table flurwerk_access.activity_read (
    token text primary key references flurwerk_access.tokens on update cascade on delete cascade,
    place xid8 not null,
    epoch text not null,
    read_at timestamptz not null default now()
);
comment on table flurwerk_access.activity_read is
    'Up to which transaction the holder of a token has read what was done; nobody else is told';
comment on column flurwerk_access.activity_read.epoch is
    'flurwerk.feed_epoch() then: in another one, numbers of transactions mean something else';

-- The service says who asks. People with logins of their own have the same rights, but are nobody's token.
create function flurwerk_access.refuse_other_logins() returns void
language plpgsql stable as $$
begin
    if session_user not in ('flurwerk_reader', 'flurwerk_editor', 'flurwerk_admin') then
        raise exception using
            errcode = 'insufficient_privilege',
            message = 'only the service knows whose token is used';
    end if;
end
$$;

create function flurwerk_access.activity_place(given text, out place xid8, out read_at timestamptz)
returns setof record
language plpgsql stable
security definer set search_path = flurwerk_access, pg_temp as $$
begin
    perform refuse_other_logins();
    return query
        select case when r.epoch = flurwerk.feed_epoch() then r.place end, r.read_at
        from activity_read as r
        where r.token = given;
end
$$;
comment on function flurwerk_access.activity_place is
    'Up to where the holder of this token has read what was done; only when, if the records have been restored since';

create function flurwerk_access.read_activity(given text, up_to xid8) returns void
language plpgsql volatile
security definer set search_path = flurwerk_access, pg_temp as $$
begin
    perform refuse_other_logins();
    insert into activity_read as r (token, place, epoch)
    values (given, least(up_to, pg_snapshot_xmin(pg_current_snapshot())), flurwerk.feed_epoch())
    on conflict (token) do update
    set place = case when r.epoch = excluded.epoch then greatest(r.place, excluded.place) else excluded.place end,
        epoch = excluded.epoch,
        read_at = now();
end
$$;
comment on function flurwerk_access.read_activity is
    'Notes up to where the holder of a token has read what was done: never further back than before';
