-- Distances measured: at commit, for the plots that the records concern which 0016_distances.sql has noted.

set local search_path = flurwerk, public;


-- Planned for tables that are about to grow, so by the index, whatever their size is now.

create function plots_near(changed_trenches bigint[], changed_connections bigint[]) returns setof bigint
language sql stable
set enable_seqscan = off set jit = off
begin atomic
    select d.plot
    from flurwerk.fibre_distances as d
    where d.layer = 'trenches'
      and d.record = any (changed_trenches)
    union
    select d.plot
    from flurwerk.fibre_distances as d
    where d.layer = 'connections'
      and d.record = any (changed_connections)
    union
    select d.plot
    from (
        select t.geom
        from flurwerk.trenches as t
        where t.id = any (changed_trenches)
          and t.status = 'laid'
        union all
        select c.geom
        from flurwerk.connections as c
        where c.id = any (changed_connections)
          and c.status in ('connected', 'activated')
    ) as n
    cross join flurwerk.fibre_distances as d
    join flurwerk.plots as p on p.id = d.plot
    where d.fibre_m is null
       -- What is kept is rounded. The distance of the boxes, which is quickly known, is never the longer one.
       or (p.geom <#> n.geom <= d.fibre_m + 0.1 and public.st_dwithin(p.geom, n.geom, d.fibre_m + 0.1));
end;
comment on function plots_near is
    'The plots whose nearest fibre is one of these trenches and connections, as it was or as it is now';

create function measure_fibre(plots_to_measure bigint[]) returns bigint
language plpgsql
set search_path = flurwerk, public, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
    moved bigint;
begin
    with measured as (
        select p.id as plot, round(n.distance::numeric, 1) as fibre_m, n.layer, n.record
        from unnest(plots_to_measure) as u (plot)
        join plots as p on p.id = u.plot
        left join lateral (
            select *
            from (
                (
                    select 'trenches' as layer, t.id as record, t.geom <-> p.geom as distance
                    from trenches as t
                    where t.status = 'laid'
                    order by t.geom <-> p.geom
                    limit 1
                )
                union all
                (
                    select 'connections', c.id, c.geom <-> p.geom
                    from connections as c
                    where c.status in ('connected', 'activated')
                    order by c.geom <-> p.geom
                    limit 1
                )
            ) as nearest
            order by nearest.distance, nearest.layer desc
            limit 1
        ) as n on true
    ),
    kept as (
        insert into fibre_distances as d (plot, fibre_m, layer, record)
        select plot, fibre_m, layer, record
        from measured
        on conflict (plot) do update
        set fibre_m = excluded.fibre_m,
            layer = excluded.layer,
            record = excluded.record,
            -- To be told apart from which record it is that is nearest, which nobody is shown.
            recorded_from = case when d.fibre_m is distinct from excluded.fibre_m
                then excluded.recorded_from else d.recorded_from end,
            recorded_xid = case when d.fibre_m is distinct from excluded.fibre_m
                then excluded.recorded_xid else d.recorded_xid end
        where (d.fibre_m, d.layer, d.record) is distinct from (excluded.fibre_m, excluded.layer, excluded.record)
        returning d.recorded_xid
    )
    select count(*)
    into moved
    from kept
    where recorded_xid = pg_current_xact_id();
    return moved;
end
$$;
comment on function measure_fibre is
    'Measures from these plots to the nearest fibre; how many distances became others';

create function measure_access(plots_to_measure bigint[]) returns bigint
language plpgsql
set search_path = flurwerk, public, pg_temp
set jit = off as $$
declare
    moved bigint;
begin
    with kept as (
        insert into access_distances as d (plot, motorway_m, rail_m, port_m)
        select
            p.id,
            round(min(p.geom <-> a.geom) filter (where a.kind = 'motorway_junction')::numeric, 1),
            round(min(p.geom <-> a.geom) filter (where a.kind = 'rail_terminal')::numeric, 1),
            round(min(p.geom <-> a.geom) filter (where a.kind = 'port')::numeric, 1)
        from unnest(plots_to_measure) as u (plot)
        join plots as p on p.id = u.plot
        left join access_points as a on true
        group by p.id
        on conflict (plot) do update
        set motorway_m = excluded.motorway_m,
            rail_m = excluded.rail_m,
            port_m = excluded.port_m,
            recorded_from = excluded.recorded_from,
            recorded_xid = excluded.recorded_xid
        where (d.motorway_m, d.rail_m, d.port_m)
            is distinct from (excluded.motorway_m, excluded.rail_m, excluded.port_m)
        returning 1
    )
    select count(*)
    into moved
    from kept;
    return moved;
end
$$;
comment on function measure_access is
    'Measures from these plots to access points; of how many plots a distance became another';

create procedure count_distances(counted text, moved bigint)
language sql
begin atomic
    update flurwerk.layer_versions
    set version = version + 1, changed_at = clock_timestamp()
    where layer = counted
      and moved > 0;
end;
comment on procedure count_distances is 'Counts the version of a table of distances up, where some became others';

create procedure measure_distances()
language plpgsql
set search_path = flurwerk, public, pg_temp as $$
declare
    every_plot bigint[];
begin
    update distances_turn set taken = taken + 1;
    every_plot := array(select id from plots);
    call count_distances('fibre_distances', measure_fibre(every_plot));
    call count_distances('access_distances', measure_access(every_plot));
    delete from fibre_distances as d where not exists (select from plots as p where p.id = d.plot);
    delete from access_distances as d where not exists (select from plots as p where p.id = d.plot);
end
$$;
comment on procedure measure_distances is
    'Measures all distances anew: after records were written with the triggers switched off';


create function keep_distances() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
declare
    -- So many changes to fibre concern so many plots that measuring from all of them is quicker than finding out.
    many constant integer := 20;
    changed_plots bigint[];
    changed_trenches bigint[];
    changed_connections bigint[];
    changed_points bigint[];
    concerned bigint[];
begin
    with noted as (
        delete from distances_noted
        where xid = pg_current_xact_id()
        returning layer, id
    )
    select
        array_agg(distinct id) filter (where layer = 'plots'),
        array_agg(distinct id) filter (where layer = 'trenches'),
        array_agg(distinct id) filter (where layer = 'connections'),
        array_agg(distinct id) filter (where layer = 'access_points')
    into changed_plots, changed_trenches, changed_connections, changed_points
    from noted;
    if num_nonnulls(changed_plots, changed_trenches, changed_connections, changed_points) = 0 then
        return null;
    end if;
    update distances_turn set taken = taken + 1;
    if cardinality(coalesce(changed_trenches, '{}') || coalesce(changed_connections, '{}')) > many then
        concerned := array(select id from plots);
    else
        concerned := array(
            select unnest(changed_plots)
            union
            select plots_near(changed_trenches, changed_connections)
        );
    end if;
    call count_distances('fibre_distances', measure_fibre(concerned));
    concerned := case when changed_points is null then changed_plots else array(select id from plots) end;
    call count_distances('access_distances', measure_access(concerned));
    delete from fibre_distances as d
    where d.plot = any (changed_plots)
      and not exists (select from plots as p where p.id = d.plot);
    delete from access_distances as d
    where d.plot = any (changed_plots)
      and not exists (select from plots as p where p.id = d.plot);
    return null;
end
$$;
comment on function keep_distances is 'Constraint trigger: measures at commit what the transaction has noted';

create constraint trigger keep_distances after insert on layers_touched
deferrable initially deferred
for each row execute function keep_distances();

call measure_distances();
