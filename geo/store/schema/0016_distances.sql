-- Distances: how far each plot is from fibre, motorway, rail and port, kept so that a filter need not measure.
--
-- A statement notes the records that it changed, in a side table, and the distances concerned are measured at commit.
--
-- No update is lost. Whoever measures takes the turn first: the one row of distances_turn, held until the commit is
-- done. Whoever waits for it sees, with the next statement's snapshot, all that those before have committed: of a plot
-- and a trench that are made at the same time, the second to commit sees both. Where a transaction keeps the snapshot
-- that it began with (repeatable read), taking a turn that others took meanwhile fails as any such conflict does, and
-- it is tried again. Nobody waits in a circle: the turn is taken behind the versions of layers, which count_versions
-- locks first (constraint triggers of a row fire in the order of their names), and the distances of a plot have no
-- foreign key, which would lock them while the plot is deleted, before the turn is taken.

set local search_path = flurwerk, public;


create table fibre_distances (
    plot bigint primary key,
    fibre_m numeric(9, 1),
    layer text check (layer in ('trenches', 'connections')),
    record bigint,
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_xid xid8 not null default pg_current_xact_id()
);
create index on fibre_distances (layer, record);
create index on fibre_distances (recorded_xid);
comment on table fibre_distances is
    'From each plot in a straight line to the nearest laid trench or connected address, and which that is';

create table access_distances (
    plot bigint primary key,
    motorway_m numeric(9, 1),
    rail_m numeric(9, 1),
    port_m numeric(9, 1),
    recorded_from timestamptz not null default clock_timestamp(),
    recorded_xid xid8 not null default pg_current_xact_id()
);
create index on access_distances (recorded_xid);
comment on table access_distances is
    'From each plot in a straight line to the nearest motorway junction, rail terminal and port';

insert into layer_versions (layer, version, changed_at)
values ('fibre_distances', 1, clock_timestamp()), ('access_distances', 1, clock_timestamp());

-- What follows from several tables' places has no history of its own, and would take long to work out for a past day.
create view as_of.fibre_distances as
select plot, fibre_m, layer, record from flurwerk.fibre_distances where false;
create view as_of.access_distances as
select plot, motorway_m, rail_m, port_m from flurwerk.access_distances where false;

create index trenches_laid_geom on trenches using gist (geom) where status = 'laid';
create index connections_live_geom on connections using gist (geom) where status in ('connected', 'activated');


create table distances_turn (
    is_only_one boolean primary key default true check (is_only_one),
    taken bigint not null
);
insert into distances_turn (taken) values (0);
comment on table distances_turn is 'Whose turn it is to measure distances; held until that transaction ends';

create unlogged table distances_noted (
    xid xid8 not null,
    layer text not null,
    id bigint not null
);
create index on distances_noted (xid);
comment on table distances_noted is
    'Records whose change a running transaction has yet to measure distances for; its commit empties it again';

create function note_distances() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
declare
    changed text := case tg_op
        when 'INSERT' then 'select r.id from new_rows as r where %1$s is not null'
        when 'DELETE' then 'select r.id from old_rows as r where %1$s is not null'
        else
            'select n.id
             from (select r.id, %1$s as measured from new_rows as r) as n
             join (select r.id, %1$s as measured from old_rows as r) as o using (id)
             where n.measured is distinct from o.measured'
    end;
begin
    execute 'insert into distances_noted (xid, layer, id) select pg_current_xact_id(), $1, c.id from ('
        || format(changed, tg_argv[0]) || ') as c'
    using tg_table_name;
    return null;
end
$$;
comment on function note_distances is
    'Statement trigger: notes which records changed. Its argument is what distances are measured to, over the alias r';

create procedure note_distances_of(noted text, measured text)
language plpgsql as $$
begin
    execute format(
        'create trigger distances_on_insert after insert on flurwerk.%I
         referencing new table as new_rows
         for each statement execute function flurwerk.note_distances(%L)', noted, measured);
    execute format(
        'create trigger distances_on_update after update on flurwerk.%I
         referencing old table as old_rows new table as new_rows
         for each statement execute function flurwerk.note_distances(%L)', noted, measured);
    execute format(
        'create trigger distances_on_delete after delete on flurwerk.%I
         referencing old table as old_rows
         for each statement execute function flurwerk.note_distances(%L)', noted, measured);
end
$$;
comment on procedure note_distances_of is 'Makes a table note those changes that alter distances';

call note_distances_of('plots', 'r.geom');
call note_distances_of('trenches', 'case when r.status = ''laid'' then r.geom end');
call note_distances_of('connections', 'case when r.status in (''connected'', ''activated'') then r.geom end');
call note_distances_of('access_points', '(r.kind || '' '' || r.geom::text)');
