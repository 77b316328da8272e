-- The feed of changes: what is left of an erased record, and whose transactions they are.

set local search_path = flurwerk, public;


create table history.erasures (
    layer text not null,
    id bigint not null,
    recorded_until timestamptz not null,
    ended_xid xid8 not null default pg_current_xact_id()
);
create index on history.erasures (layer, ended_xid, id);
comment on table history.erasures is
    'Records erased from tables that keep no history: that they were, and nothing of what they said';

create function keep_erasure() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    insert into history.erasures (layer, id, recorded_until)
    select tg_table_name, id, recording_instant()
    from old_rows;
    return null;
end
$$;
comment on function keep_erasure is 'Statement trigger: remembers which records of a table without history were deleted';

create trigger keep_erased after delete on parties
referencing old table as old_rows
for each statement execute function keep_erasure();


-- Transaction ids mean something in one server only, and there in one line of its history. The table's own oid tells a
-- restored copy of this row from the row itself.
create table instance (
    is_only_one boolean primary key default true check (is_only_one),
    epoch uuid not null,
    system_identifier bigint not null,
    relation oid not null
);
comment on table instance is 'In which server the transaction ids of recorded_xid and ended_xid were given out';

create function feed_epoch() returns text
language sql stable
return (
    select left(encode(sha256(convert_to(concat_ws(
        '|',
        i.epoch,
        -- A recovery to a point in time and the promotion of a standby begin a new line of history.
        case when pg_is_in_recovery()
            then (select lpad(upper(to_hex(timeline_id)), 8, '0') from pg_control_checkpoint())
            else left(pg_walfile_name(pg_current_wal_lsn()), 8)
        end,
        -- A copy made with CREATE DATABASE … TEMPLATE goes its own way, too.
        (select oid from pg_database where datname = current_database())
    ), 'UTF8')), 'hex'), 16)
    from instance as i
    where i.system_identifier = (select system_identifier from pg_control_system())
      and i.relation = 'flurwerk.instance'::regclass
);
comment on function feed_epoch is
    'Names the line of history that cursors of the feed belong to; null where the records came from elsewhere';

create procedure renew_epoch()
language plpgsql as $$
declare
    stored record;
    present xid8 := pg_current_xact_id();
    has_later boolean;
begin
    -- An id from elsewhere that is yet to come here would keep its record out of the feed until then.
    for stored in
        select attrelid::regclass as relation, attname as xid
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where relnamespace in ('flurwerk'::regnamespace, 'history'::regnamespace)
          and relkind = 'r'
          and attname in ('recorded_xid', 'ended_xid')
          and not attisdropped
        order by 1, 2
    loop
        execute format('select exists (select from %s where %I >= $1)', stored.relation, stored.xid)
        into has_later
        using present;
        continue when not has_later;
        -- What is written here is no new version of the record.
        execute format('alter table %s disable trigger user', stored.relation);
        execute format('update %1$s set %2$I = $1 where %2$I >= $1', stored.relation, stored.xid) using present;
        execute format('alter table %s enable trigger user', stored.relation);
    end loop;
    insert into flurwerk.instance (epoch, system_identifier, relation)
    select gen_random_uuid(), system_identifier, 'flurwerk.instance'::regclass
    from pg_control_system()
    on conflict (is_only_one) do update
    set epoch = excluded.epoch, system_identifier = excluded.system_identifier, relation = excluded.relation;
end
$$;
comment on procedure renew_epoch is
    'Makes every cursor of the feed invalid, and transaction ids from elsewhere this server''s; after a restore';

call renew_epoch();
