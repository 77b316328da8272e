-- Defining distances: a row of distance_definitions makes its table, its view and the triggers of its layer.

set local search_path = flurwerk, public;


create procedure store_distance(stored text)
language plpgsql as $$
declare
    kept text := stored || '_distances';
    shown text := 'plot_' || stored;
begin
    execute format(
        'create table flurwerk.%I (
             plot bigint primary key,
             distance_m numeric(9, 1),
             layer text,
             record bigint,
             recorded_from timestamptz not null default clock_timestamp(),
             recorded_xid xid8 not null default pg_current_xact_id()
         )', kept);
    execute format('create index on flurwerk.%I (layer, record)', kept);
    execute format('create index on flurwerk.%I (recorded_xid)', kept);
    execute format(
        'comment on table flurwerk.%I is ''From each plot in a straight line to the nearest record that counts, and which that is''',
        kept);
    execute format(
        'create view flurwerk.%I as select plot, distance_m as %I from flurwerk.%I', shown, stored || '_m', kept);
    -- What follows from several tables' places has no history of its own, and would take long to work out for a past day.
    execute format(
        'create view as_of.%1$I as select plot, distance_m, layer, record from flurwerk.%1$I where false', kept);
    execute format('create view as_of.%1$I as select * from flurwerk.%1$I where false', shown);
    insert into flurwerk.layer_versions (layer, version, changed_at)
    values (kept, 1, clock_timestamp());
end
$$;
comment on procedure store_distance is 'Makes the table of a distance and the views that show it, now and as of a past day';

create function define_distance() returns trigger
language plpgsql
set search_path = flurwerk, public, pg_temp as $$
begin
    if flurwerk.geometry_kind(to_regclass(new.layer)) is null then
        raise exception 'there is no layer % with places to measure % to', new.layer, new.distance
            using errcode = 'undefined_table', table = 'distance_definitions', column = 'layer';
    end if;
    if to_regclass(new.distance || '_distances') is null then
        call store_distance(new.distance);
    end if;
    call note_distances_of(new.layer);
    call measure_distances(new.distance);
    return null;
end
$$;
comment on function define_distance is 'Row trigger: makes what a distance needs, and measures it from every plot';

create function forget_distance() returns trigger
language plpgsql
set search_path = flurwerk, public, pg_temp as $$
begin
    if not exists (select from distance_definitions where layer = old.layer) then
        execute format('drop trigger distances_on_insert on %I', old.layer);
        execute format('drop trigger distances_on_update on %I', old.layer);
        execute format('drop trigger distances_on_delete on %I', old.layer);
    end if;
    if exists (select from distance_definitions where distance = old.distance) then
        call measure_distances(old.distance);
    else
        execute format('drop view as_of.%1$I, %1$I', 'plot_' || old.distance);
        execute format('drop view as_of.%1$I', old.distance || '_distances');
        execute format('drop table %I', old.distance || '_distances');
        delete from layer_versions where layer = old.distance || '_distances';
    end if;
    return null;
end
$$;
comment on function forget_distance is
    'Row trigger: removes what only this definition needed. The views of layers that show the distance have to be gone';

create trigger define_distance after insert or update on distance_definitions
for each row execute function define_distance();
create trigger forget_distance after delete or update of distance, layer on distance_definitions
for each row execute function forget_distance();

insert into distance_definitions (distance, layer, condition)
values
    ('fibre', 'trenches', 'r.status = ''laid'''),
    ('fibre', 'connections', 'r.status in (''connected'', ''activated'')'),
    ('motorway', 'access_points', 'r.kind = ''motorway_junction'''),
    ('rail', 'access_points', 'r.kind = ''rail_terminal'''),
    ('port', 'access_points', 'r.kind = ''port''');


-- Nothing has become another distance by being kept elsewhere, and the feed of changes tells nothing of it.
do $$
declare
    moved record;
begin
    for moved in
        select *
        from (
            values
                ('fibre', 'earlier_fibre_distances'),
                ('motorway', 'earlier_access_distances'),
                ('rail', 'earlier_access_distances'),
                ('port', 'earlier_access_distances')
        ) as listed (distance, earlier)
    loop
        execute format(
            'update flurwerk.%1$I as d
             set recorded_from = e.recorded_from, recorded_xid = e.recorded_xid
             from flurwerk.%2$I as e
             where e.plot = d.plot
               and e.%3$I is not distinct from d.distance_m',
            moved.distance || '_distances', moved.earlier, moved.distance || '_m'
        );
    end loop;
end
$$;

drop table earlier_fibre_distances, earlier_access_distances;
