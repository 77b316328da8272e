-- Clusters: the parts in which the rollout is planned and built, each a record that trenches, connections, obstructions,
-- expansion areas and the passive network refer to.
--
-- Each text that stood in their columns becomes one cluster, whose key is the text. The columns become references, in the
-- history as well, so that a past state shows the cluster of then. No version of a record is written: a table that is
-- rewritten fires no triggers.

set local search_path = flurwerk, public;

create table clusters (
    like record including all,
    key text not null,
    name text,
    programme bigint references programmes,
    operator bigint references operators,
    due_on date,
    created_on date,
    ended_on date,
    predecessor bigint references clusters,
    successor bigint references clusters,
    geom geometry(MultiPolygon, 25832),
    constraint clusters_key_unique unique (key),
    constraint clusters_key_normal check (key <> '' and key = key_text(key)),
    constraint clusters_due_on_year check (due_on between '1900-01-01' and '9999-12-31'),
    constraint clusters_lifecycle_order check (created_on <= ended_on),
    constraint clusters_not_future check (
        greatest(created_on, ended_on) <= today()
        and least(created_on, ended_on) >= '1900-01-01'
    ),
    constraint clusters_other_lineage check (predecessor <> id and successor <> id),
    constraint clusters_merged_ended check (successor is null or ended_on is not null)
);
create index on clusters (programme);
create index on clusters (operator);
create index on clusters (predecessor) where predecessor is not null;
create index on clusters (successor) where successor is not null;


create function clustered_tables() returns text[]
language sql immutable
return array['expansion_areas', 'trenches', 'connections', 'obstructions', 'network_nodes', 'ducts', 'cables'];

create function cluster_key_of(written text) returns text
language sql immutable
return case when written is not null then coalesce(nullif(key_text(written), ''), '(ohne Kürzel)') end;

-- A cluster is recorded since the first version of a record that names it, so that the past has it too.
create procedure record_clusters()
language plpgsql as $$
declare
    named text;
    versions text := '';
    merged text;
begin
    foreach named in array clustered_tables()
    loop
        versions := concat_ws(
            ' union all ',
            nullif(versions, ''),
            format('select cluster, recorded_from from flurwerk.%1$I where cluster is not null
                    union all
                    select cluster, recorded_from from flurwerk_history.%1$I where cluster is not null', named)
        );
    end loop;
    execute format(
        'insert into clusters (source, source_id, key, recorded_from, recorded_by)
         select ''cluster'', cluster_key_of(cluster), cluster_key_of(cluster), min(recorded_from), actor()
         from (%s) as v
         group by cluster_key_of(cluster)
         order by 2',
        versions
    );
    execute format(
        'select string_agg(quoted, ''; '' order by quoted)
         from (
             select string_agg(distinct quote_literal(cluster), '' = '') as quoted
             from (%s) as v
             group by cluster_key_of(cluster)
             having bool_or(cluster <> cluster_key_of(cluster))
         ) as m',
        versions
    )
    into merged;
    if merged is not null then
        raise warning 'clusters whose names differed only by spaces or by characters that nobody sees are one now: %', merged;
    end if;
end
$$;
call record_clusters();

-- Where all records of a cluster agree on the programme or the operator, it is the cluster's.
with named as (
    select cluster, programme, operator from expansion_areas
    union all
    select cluster, programme, operator from trenches
    union all
    select cluster, programme, operator from connections
    union all
    select cluster, programme, operator from network_nodes
    union all
    select cluster, programme, operator from ducts
    union all
    select cluster, programme, operator from cables
),
agreed as (
    select
        cluster_key_of(cluster) as key,
        case when count(distinct programme) = 1 and count(programme) = count(*) then min(programme) end as programme,
        case when count(distinct operator) = 1 and count(operator) = count(*) then min(operator) end as operator
    from named
    where cluster is not null
    group by 1
)
update clusters as c
set programme = a.programme, operator = a.operator
from agreed as a
where a.key = c.key;


create function cluster_named(written text) returns bigint
language sql stable
return (select id from flurwerk.clusters where key = flurwerk.cluster_key_of(written));

do $$
declare
    named text;
begin
    foreach named in array flurwerk.clustered_tables()
    loop
        -- What shows the past of the table is made again by track, below.
        execute format('drop view flurwerk_as_of.%I', named);
        execute format(
            'alter table flurwerk.%1$I
                 drop constraint if exists %2$I,
                 alter column cluster type bigint using flurwerk.cluster_named(cluster)',
            named, named || '_cluster_length'
        );
        execute format(
            'alter table flurwerk_history.%I alter column cluster type bigint using flurwerk.cluster_named(cluster)', named);
        execute format('alter table flurwerk.%I add foreign key (cluster) references flurwerk.clusters', named);
        execute format('create index if not exists %I on flurwerk.%I (cluster)', named || '_cluster_idx', named);
        call flurwerk.track(named);
    end loop;
end
$$;

call complete_layer('clusters');

drop procedure record_clusters();
drop function cluster_named(text);
drop function cluster_key_of(text);
drop function clustered_tables();
