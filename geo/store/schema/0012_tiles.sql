-- Tiles: geometries for web maps, counts of points for small scales, and the cache that all servers share.

set local search_path = flurwerk, public;


-- A second geometry in web mercator halves the time of a tile of points: nothing is transformed when it is drawn.

create procedure show_on_web(shown text)
language plpgsql as $$
declare
    shape text := (
        select split_part(split_part(format_type(atttypid, atttypmod), '(', 2), ',', 1)
        from pg_attribute
        where attrelid = format('flurwerk.%I', shown)::regclass
          and attname = 'geom'
    );
begin
    execute format(
        'alter table flurwerk.%I
             add column geom_web geometry(%s, 3857) generated always as (public.st_transform(geom, 3857)) stored',
        shown, shape
    );
    execute format('create index on flurwerk.%I using gist (geom_web)', shown);
    execute format(
        'comment on column flurwerk.%I.geom_web is ''geom in web mercator, for tiles; follows from it by itself''', shown);
end
$$;
comment on procedure show_on_web is 'Gives a table with a geometry the same in web mercator, with an index';

do $$
declare
    layer text;
begin
    for layer in
        select c.relname
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attname = 'geom'
        join pg_trigger as t on t.tgrelid = c.oid and t.tgname = 'stamp'
        where c.relnamespace = 'flurwerk'::regnamespace
        order by 1
    loop
        call flurwerk.show_on_web(layer);
    end loop;
end
$$;


-- Counts of points by cell and status, for the scales at which single points would be too many.
--
-- A cell of level n is a tile of zoom n. Its key interleaves the bits of its column and its row (z-order), so that a
-- tile is one range of keys and a coarser cell is the key shifted by two bits a level.

create function tile_cell(place geometry) returns bigint
language plpgsql immutable strict parallel safe as $$
declare
    size constant float8 := 40075016.68557849 / 131072;
    x bigint := least(131071, greatest(0, floor((public.st_x(place) + 20037508.342789244) / size)));
    y bigint := least(131071, greatest(0, floor((20037508.342789244 - public.st_y(place)) / size)));
begin
    x := (x | (x << 16)) & 281470681808895;
    x := (x | (x << 8)) & 71777214294589695;
    x := (x | (x << 4)) & 1085102592571150095;
    x := (x | (x << 2)) & 3689348814741910323;
    x := (x | (x << 1)) & 6148914691236517205;
    y := (y | (y << 16)) & 281470681808895;
    y := (y | (y << 8)) & 71777214294589695;
    y := (y | (y << 4)) & 1085102592571150095;
    y := (y | (y << 2)) & 3689348814741910323;
    y := (y | (y << 1)) & 6148914691236517205;
    return x | (y << 1);
end
$$;
comment on function tile_cell is 'The key of the cell of level 17 (about 190 m in Dortmund) in which a point in web mercator lies';

create table tile_counts (
    layer text not null,
    level smallint not null check (level in (13, 15, 17)),
    cell bigint not null,
    status text not null,
    count bigint not null,
    primary key (layer, level, cell, status)
);
create index on tile_counts (layer) where count = 0;
comment on table tile_counts is
    'How many records of a layer lie in each cell, by what its tiles split them by ('''' for null); kept by triggers';

create unlogged table tile_counts_noted (
    xid xid8 not null,
    layer text not null,
    cell bigint not null,
    status text not null,
    change bigint not null
);
create index on tile_counts_noted (xid);
comment on table tile_counts_noted is 'By how much a running transaction has changed counts; its commit empties it again';

create function note_cells() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
declare
    added text := 'select geom_web, %1$I::text as status, 1 as change from new_rows where geom_web is not null';
    removed text := 'select geom_web, %1$I::text as status, -1 as change from old_rows where geom_web is not null';
begin
    execute format(
        'insert into tile_counts_noted (xid, layer, cell, status, change)
         select pg_current_xact_id(), $1, tile_cell(geom_web), coalesce(status, ''''), sum(change)
         from (' || case tg_op
             when 'INSERT' then added
             when 'DELETE' then removed
             else added || ' union all ' || removed
         end || ') as changed
         group by 3, 4
         having sum(change) <> 0',
        tg_argv[0]
    )
    using tg_table_name;
    return null;
end
$$;
comment on function note_cells is
    'Statement trigger: notes by how much the counts of cells change. Its argument is the column that splits them';

create function fold_cells() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    -- At commit, behind count_versions: whoever folds holds the version of the layer, so nobody else folds it now.
    with noted as (
        delete from tile_counts_noted
        where xid = pg_current_xact_id()
        returning layer, cell, status, change
    )
    insert into tile_counts as c (layer, level, cell, status, count)
    select n.layer, l.level, n.cell >> (2 * (17 - l.level)), n.status, sum(n.change)
    from noted as n
    cross join (values (13), (15), (17)) as l (level)
    group by 1, 2, 3, 4
    having sum(n.change) <> 0
    order by 1, 2, 3, 4
    on conflict (layer, level, cell, status) do update
    set count = c.count + excluded.count;
    delete from tile_counts
    where layer = new.layer
      and count = 0;
    return null;
end
$$;

create constraint trigger fold_cells after insert on layers_touched
deferrable initially deferred
for each row execute function fold_cells();

create procedure count_cells(counted text, split_by text)
language plpgsql as $$
begin
    execute format(
        'create trigger cells_on_insert after insert on flurwerk.%I
         referencing new table as new_rows
         for each statement execute function flurwerk.note_cells(%L)', counted, split_by);
    execute format(
        'create trigger cells_on_update after update on flurwerk.%I
         referencing old table as old_rows new table as new_rows
         for each statement execute function flurwerk.note_cells(%L)', counted, split_by);
    execute format(
        'create trigger cells_on_delete after delete on flurwerk.%I
         referencing old table as old_rows
         for each statement execute function flurwerk.note_cells(%L)', counted, split_by);
    execute format(
        'insert into flurwerk.tile_counts (layer, level, cell, status, count)
         select %1$L, l.level, flurwerk.tile_cell(geom_web) >> (2 * (17 - l.level)), coalesce(%2$I::text, ''''), count(*)
         from flurwerk.%1$I
         cross join (values (13), (15), (17)) as l (level)
         where geom_web is not null
         group by 2, 3, 4', counted, split_by);
end
$$;
comment on procedure count_cells is 'Makes a table of points keep its counts by cell and by one of its columns';

call count_cells('access_points', 'kind');
call count_cells('sensitive_sites', 'kind');
call count_cells('inquiries', 'status');
call count_cells('properties', 'use');
call count_cells('office_takeups', 'kind');
call count_cells('connections', 'status');
call count_cells('mobile_requests', 'status');
call count_cells('mobile_candidates', 'result');


-- What a view is made from, and so what a tile's version has to count.

create materialized view layer_sources as
with recursive uses (view_schema, layer, relation) as (
    select n.nspname, c.relname, c.oid
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('for_public', 'for_internal', 'for_editing')
      and c.relkind = 'v'
    union
    select u.view_schema, u.layer, d.refobjid
    from uses as u
    join pg_rewrite as r on r.ev_class = u.relation
    join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
    where d.refclassid = 'pg_class'::regclass
)
select
    u.view_schema || '.' || u.layer as view,
    array_agg(distinct c.relname::text order by c.relname::text) filter (where c.relkind = 'r') as tables,
    bool_or(exists (
        select
        from pg_rewrite as r
        join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        where r.ev_class = u.relation
          and d.refclassid = 'pg_proc'::regclass
          and d.refobjid in ('flurwerk.today()'::regprocedure, 'flurwerk.day_shown()'::regprocedure)
    )) as depends_on_day
from uses as u
join pg_class as c on c.oid = u.relation
group by 1
with no data;
create unique index on layer_sources (view);
comment on materialized view layer_sources is
    'For each view of an audience the tables it shows records of, and whether it depends on the day; made with the views';


-- Tiles as they are sent. Unlogged: after a crash it is empty, which costs time only.

create unlogged table tile_cache (
    views text not null,
    z smallint not null,
    x integer not null,
    y integer not null,
    parameters text not null,
    encoding text not null,
    version text not null,
    body bytea not null,
    size integer not null generated always as (octet_length(body)) stored,
    used_at timestamptz not null default now(),
    primary key (views, z, x, y, parameters, encoding)
);
alter table tile_cache alter column body set storage external;
create index on tile_cache (used_at);
comment on table tile_cache is
    'Compressed tiles, each of the version that it was drawn from; only the login that reads no records writes it';
