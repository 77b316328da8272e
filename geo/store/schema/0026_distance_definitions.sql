-- Distances as rows: a table defines what the distances of plots are measured to, and one function measures them all.
--
-- A row of distance_definitions (say school: the layer sensitive_sites where r.kind = 'school') makes school_distances, each
-- plot's nearest record and how far it is, the view plot_school with its column school_m, and triggers that note changes
-- (0027_defining_distances.sql). When distances are measured, and why no update is lost: 0016_distances.sql.

set local search_path = flurwerk, public;


create table distance_definitions (
    distance text not null,
    layer text not null,
    condition text not null default 'true',
    within_m numeric(9, 1),
    constraint distance_definitions_pkey primary key (distance, layer),
    constraint distance_definitions_distance_form check (distance ~ '^[a-z][a-z_]{0,30}$'),
    constraint distance_definitions_layer_other check (layer <> 'plots'),
    constraint distance_definitions_within_m_positive check (within_m > 0)
);
comment on table distance_definitions is
    'What each distance of plots is measured to: the nearest record of one layer or several. Migrations write it';
-- It runs with the owner's rights, so nobody else may write it.
comment on column distance_definitions.condition is 'Which records count: SQL over their own columns, under the alias r';
comment on column distance_definitions.within_m is 'A record farther away does not count, in metres; null: however far';


-- What there was for two distances each of its own.

drop view if exists
    for_public.plots, for_internal.plots, for_editing.plots,
    for_public_past.plots, for_internal_past.plots, for_editing_past.plots;
drop view if exists plot_fibre, plot_access, as_of.plot_fibre, as_of.plot_access;
drop view as_of.fibre_distances, as_of.access_distances;
alter table fibre_distances rename to earlier_fibre_distances;
alter table access_distances rename to earlier_access_distances;
delete from layer_versions where layer in ('fibre_distances', 'access_distances');

do $$
declare
    noted text;
begin
    foreach noted in array array['plots', 'trenches', 'connections', 'access_points']
    loop
        execute format('drop trigger distances_on_insert on flurwerk.%I', noted);
        execute format('drop trigger distances_on_update on flurwerk.%I', noted);
        execute format('drop trigger distances_on_delete on flurwerk.%I', noted);
    end loop;
end
$$;

drop procedure note_distances_of(text, text);
drop procedure measure_distances();
drop function plots_near(bigint[], bigint[]);
drop function measure_fibre(bigint[]);
drop function measure_access(bigint[]);
alter table distances_noted add column distance text;
comment on column distances_noted.distance is 'The distance that the record is measured to; null: the plot that all are measured from';


create or replace function note_distances() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
declare
    noted record;
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
    for noted in
        select distance, format('case when %s then r.geom end', condition) as measured
        from distance_definitions
        where layer = tg_table_name
        union all
        select null, 'r.geom'
        where tg_table_name = 'plots'
    loop
        execute
            'insert into distances_noted (xid, distance, layer, id) select pg_current_xact_id(), $1, $2, c.id from ('
            || format(changed, noted.measured) || ') as c'
        using noted.distance, tg_table_name;
    end loop;
    return null;
end
$$;
comment on function note_distances is 'Statement trigger: notes which records changed in a way that a distance depends on';

create procedure note_distances_of(noted text)
language plpgsql as $$
begin
    if flurwerk.has_trigger(format('flurwerk.%I', noted)::regclass, 'distances_on_insert') then
        return;
    end if;
    execute format(
        'create trigger distances_on_insert after insert on flurwerk.%I
         referencing new table as new_rows
         for each statement execute function flurwerk.note_distances()', noted);
    execute format(
        'create trigger distances_on_update after update on flurwerk.%I
         referencing old table as old_rows new table as new_rows
         for each statement execute function flurwerk.note_distances()', noted);
    execute format(
        'create trigger distances_on_delete after delete on flurwerk.%I
         referencing old table as old_rows
         for each statement execute function flurwerk.note_distances()', noted);
end
$$;
comment on procedure note_distances_of is 'Makes a table note those changes that alter distances';

call note_distances_of('plots');


-- Planned for tables that are about to grow, so by the index, whatever their size is now.

create function plots_near(measured text) returns setof bigint
language plpgsql
set search_path = flurwerk, public, pg_temp
set enable_seqscan = off set jit = off as $$
declare
    target record;
begin
    for target in
        select d.layer, d.condition, d.within_m, array_agg(distinct n.id) as records
        from distance_definitions as d
        join distances_noted as n on n.distance = d.distance and n.layer = d.layer
        where d.distance = measured
          and n.xid = pg_current_xact_id()
        group by d.layer, d.condition, d.within_m
    loop
        return query execute format(
            'select d.plot
             from %1$I as d
             where d.layer = %2$L
               and d.record = any ($1)
             union
             select d.plot
             from %2$I as r
             cross join %1$I as d
             join plots as p on p.id = d.plot
             -- What is kept is rounded.
             cross join lateral (select coalesce(d.distance_m + 0.1, %4$L::numeric) as metres) as reach
             where r.id = any ($1)
               and (%3$s)
               -- The distance of the boxes, which is quickly known, is never the longer one.
               and (
                   reach.metres is null
                   or (p.geom <#> r.geom <= reach.metres and st_dwithin(p.geom, r.geom, reach.metres))
               )',
            measured || '_distances', target.layer, target.condition, target.within_m
        )
        using target.records;
    end loop;
end
$$;
comment on function plots_near is
    'The plots whose nearest record is one of those that this transaction has noted, as it was or as it is now';

create function nearest_record(measured text) returns text
language sql stable
set search_path = flurwerk, pg_temp
begin atomic
    select format(
        'select n.layer, n.record, n.distance from (%s) as n where n.distance <= n.within_m'
        ' order by n.distance, n.layer desc limit 1',
        string_agg(
            format(
                '(select %1$L as layer, r.id as record, r.geom <-> p.geom as distance, %3$L::float8 as within_m
                  from %1$I as r
                  where (%2$s)
                  order by r.geom <-> p.geom
                  limit 1)',
                layer, condition, coalesce(within_m::float8, 'Infinity')
            ),
            ' union all ' order by layer
        )
    )
    from distance_definitions
    where distance = measured;
end;
comment on function nearest_record is 'The query that finds the record nearest to the plot p: its layer, id and distance';

create function measure_distance(measured text, plots_to_measure bigint[]) returns bigint
language plpgsql
set search_path = flurwerk, public, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
    moved bigint;
begin
    execute format(
        'with measured as (
             select p.id as plot, round(n.distance::numeric, 1) as distance_m, n.layer, n.record
             from unnest($1) as u (plot)
             join plots as p on p.id = u.plot
             left join lateral (%2$s) as n on true
         ),
         kept as (
             insert into %1$I as d (plot, distance_m, layer, record)
             select plot, distance_m, layer, record
             from measured
             on conflict (plot) do update
             set distance_m = excluded.distance_m,
                 layer = excluded.layer,
                 record = excluded.record,
                 -- To be told apart from which record it is that is nearest, which nobody is shown.
                 recorded_from = case when d.distance_m is distinct from excluded.distance_m
                     then excluded.recorded_from else d.recorded_from end,
                 recorded_xid = case when d.distance_m is distinct from excluded.distance_m
                     then excluded.recorded_xid else d.recorded_xid end
             where (d.distance_m, d.layer, d.record)
                 is distinct from (excluded.distance_m, excluded.layer, excluded.record)
             returning d.recorded_xid
         )
         select count(*)
         from kept
         where recorded_xid = pg_current_xact_id()',
        measured || '_distances', nearest_record(measured)
    )
    into moved
    using plots_to_measure;
    execute format(
        'delete from %I as d
         where d.plot = any ($1)
           and not exists (select from plots as p where p.id = d.plot)',
        measured || '_distances'
    )
    using plots_to_measure;
    return moved;
end
$$;
comment on function measure_distance is
    'Measures one distance from these plots, and forgets it of those that are gone; how many distances became others';

create procedure measure_distances(only_one text default null)
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
end
$$;
comment on procedure measure_distances is
    'Measures one distance or all of every plot anew, as after records were written with the triggers switched off';


create or replace function keep_distances() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
declare
    -- So many changes concern so many plots that measuring from all of them is quicker than finding out.
    many constant integer := 20;
    changed_plots bigint[];
    noted record;
    concerned bigint[];
begin
    if not exists (select from distances_noted where xid = pg_current_xact_id()) then
        return null;
    end if;
    update distances_turn set taken = taken + 1;
    changed_plots := array(
        select distinct id
        from distances_noted
        where xid = pg_current_xact_id()
          and distance is null
    );
    for noted in
        select d.distance, count(n.id) as records
        from (select distinct distance from distance_definitions) as d
        left join distances_noted as n on n.xid = pg_current_xact_id() and n.distance = d.distance
        group by d.distance
        having count(n.id) > 0 or changed_plots <> '{}'
        order by d.distance
    loop
        if noted.records > many then
            concerned := array(select id from plots union select unnest(changed_plots));
        else
            concerned := array(select unnest(changed_plots) union select plots_near(noted.distance));
        end if;
        call count_distances(noted.distance || '_distances', measure_distance(noted.distance, concerned));
    end loop;
    delete from distances_noted where xid = pg_current_xact_id();
    return null;
end
$$;
