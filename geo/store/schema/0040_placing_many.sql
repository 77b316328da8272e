-- Placing many: districts that come after the records cost little more than districts that came first.
--
-- Every record keeps the version from before, with its history: figures as recorded then must stay the same. What is spared is
-- work that nobody sees. Each row is placed by a look-up within the one statement, not by a call that plans anew, and the
-- indexes are made once from the rows as they are in the end, not row by row.

set local search_path = flurwerk, public;


-- As before; but who writes is mostly the login itself, which needs no look at its rights.
create or replace function stamp() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    writer text := coalesce(current_setting('flurwerk.actor', true), '');
begin
    new.recorded_from := (select instant from recordings where xid = pg_current_xact_id());
    if new.recorded_from is null then
        new.recorded_from := recording_instant();
    end if;
    if writer = '' or writer = session_user then
        new.recorded_by := session_user;
    else
        new.recorded_by := actor();
    end if;
    new.recorded_xid := pg_current_xact_id();
    -- Two transactions may take their instants in one order and write the same row in the other.
    if tg_op = 'UPDATE' and old.recorded_from >= new.recorded_from then
        new.recorded_from := old.recorded_from + interval '1 microsecond';
    end if;
    return new;
end
$$;

-- As before; but what is not far away, which is nearly all, needs no statement to be refused.
create or replace function place_point() returns trigger
language plpgsql as $$
begin
    new.district_key := flurwerk.district_of_point(new.geom);
    if new.district_key = 'outside' and flurwerk.place_problem(new.geom) is not null then
        perform flurwerk.refuse_place(new.geom, tg_table_name);
    end if;
    return new;
end
$$;


-- As before; but a cell is worked out only of what an update has moved, or given another status.
create or replace function note_cells() returns trigger
language plpgsql
security definer set search_path = flurwerk, public, pg_temp as $$
begin
    execute format(
        'insert into tile_counts_noted (xid, layer, cell, status, change)
         select pg_current_xact_id(), $1, tile_cell(geom_web), coalesce(status, ''''), sum(change)
         from (' || case tg_op
             when 'INSERT' then 'select geom_web, %1$I::text as status, 1 as change from new_rows'
             when 'DELETE' then 'select geom_web, %1$I::text as status, -1 as change from old_rows'
             else
                 'select c.*
                  from new_rows as n
                  full join old_rows as o on o.id = n.id
                  cross join lateral (
                      values (n.geom_web, n.%1$I::text, 1), (o.geom_web, o.%1$I::text, -1)
                  ) as c (geom_web, status, change)
                  where (n.geom_web, n.%1$I) is distinct from (o.geom_web, o.%1$I)'
         end || ') as changed
         where geom_web is not null
         group by 3, 4
         having sum(change) <> 0',
        tg_argv[0]
    )
    using tg_table_name;
    return null;
end
$$;


create procedure set_aside(relation regclass, inout definitions text[])
language plpgsql as $$
declare
    index record;
    patience constant text := current_setting('lock_timeout');
begin
    if exists (select from pg_trigger where tgrelid = relation and tgname in ('place', 'stamp') and tgenabled <> 'O') then
        definitions := null;
        return;
    end if;
    -- Whoever reads the table for long keeps it as it is: it is better to be slow than to keep everybody waiting.
    perform set_config('lock_timeout', '500ms', true);
    execute format('lock table %s in access exclusive mode', relation);
    perform set_config('lock_timeout', patience, true);
    execute format('alter table %s disable trigger place', relation);
    execute format('alter table %s disable trigger stamp', relation);
    definitions := '{}';
    for index in
        select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as definition
        from pg_index as i
        join pg_class as c on c.oid = i.indexrelid
        where i.indrelid = relation
          and i.indisvalid
          -- Foreign keys need the unique ones, and not all that an operator may say of an index is in its definition.
          and not (i.indisunique or i.indisexclusion or i.indisclustered or i.indisreplident)
          -- Statistics of expressions would be gone.
          and i.indexprs is null
          and c.reltablespace = 0
          and obj_description(c.oid, 'pg_class') is null
          and not exists (select from pg_depend where refclassid = 'pg_class'::regclass and refobjid = c.oid)
          and not exists (select from pg_attribute where attrelid = c.oid and attstattarget >= 0)
        order by i.indexrelid
    loop
        execute format('drop index %s', index.name);
        definitions := definitions || index.definition;
    end loop;
exception
    when lock_not_available or object_in_use then
        -- All of it is as it was.
        definitions := null;
end
$$;
comment on procedure set_aside is
    'Locks a table, switches the triggers of its rows off and drops the indexes that can be made again; gives their '
    'definitions, and null where others read the table';

create procedure put_back(relation regclass, definitions text[], columns text)
language plpgsql as $$
declare
    definition text;
begin
    execute format('alter table %s enable trigger place', relation);
    execute format('alter table %s enable trigger stamp', relation);
    foreach definition in array definitions
    loop
        execute definition;
    end loop;
    -- Nearly every row is a new version. What else its columns contain is as before.
    execute format('analyze %s (%s)', relation, columns);
end
$$;
comment on procedure put_back is 'Switches on and makes again what set_aside has set aside';

create procedure place_all(relation regclass, shape text, inout is_placed boolean default false)
language plpgsql as $$
declare
    definitions text[];
begin
    call flurwerk.set_aside(relation, definitions);
    is_placed := definitions is not null;
    if not is_placed then
        return;
    end if;
    -- What the triggers of each row would write. Where there were no districts, nothing has moved out of one.
    execute format(
        'update %s as r
         set %s,
             recorded_from = greatest($1, r.recorded_from + interval ''1 microsecond''),
             recorded_by = $2,
             recorded_xid = pg_current_xact_id()
         from %s',
        relation,
        case shape
            when 'line' then
                'district_keys = n.keys, district_lengths_m = n.lengths_m,'
                ' city_length_m = (select sum(part) from unnest(n.lengths_m) as part)'
            else 'district_key = n.key'
        end,
        format(
            case shape
                when 'line' then
                    '(select o.id, s.* from %s as o cross join flurwerk.split_line(o.geom) as s) as n
                     where n.id = r.id and n.keys <> ''{}'''
                when 'area' then
                    '(select o.id, flurwerk.district_of_area(o.geom) as key from %s as o where o.geom is not null) as n
                     where n.id = r.id and n.key <> ''outside'''
                else
                    '(select o.id, min(p.district_key) as key
                      from %s as o
                      join flurwerk.district_pieces as p on st_intersects(p.geom, o.geom)
                      group by o.id) as n
                     where n.id = r.id'
            end,
            relation
        )
    )
    using flurwerk.recording_instant(), flurwerk.actor();
    call flurwerk.put_back(
        relation,
        definitions,
        'recorded_from, recorded_xid, ' || case shape when 'line' then 'district_keys, city_length_m' else 'district_key' end
    );
end
$$;
comment on procedure place_all is
    'Finds the district of every record of a large table at once, as its triggers would, and says so; does nothing while '
    'others read it';


-- As before; but where there were no districts, large tables are placed as a whole first, and whether a point has moved is looked
-- up within the statement.
drop procedure place_again();
create procedure place_again(are_first boolean default false)
language plpgsql as $$
declare
    many constant integer := 5000;
    placed record;
    is_placed boolean;
begin
    for placed in
        select tgrelid::regclass as relation, substr(proname, 7) as shape, reltuples >= many as is_large
        from pg_trigger
        join pg_proc on pg_proc.oid = tgfoid
        join pg_class on pg_class.oid = tgrelid
        where tgname = 'place'
        order by relname
    loop
        is_placed := false;
        if are_first and placed.is_large then
            call flurwerk.place_all(placed.relation, placed.shape, is_placed);
        end if;
        continue when is_placed;
        -- Nothing but the geometry decides, so touching it lets the trigger decide again; unchanged rows stay untouched.
        execute format(
            'update %s as r set geom = r.geom where r.geom is not null and %s',
            placed.relation,
            case placed.shape
                when 'line' then
                    'exists (select from flurwerk.split_line(r.geom) as s'
                    ' where (s.keys, s.lengths_m) is distinct from (r.district_keys, r.district_lengths_m))'
                when 'area' then 'r.district_key is distinct from flurwerk.district_of_area(r.geom)'
                else
                    'r.district_key is distinct from coalesce('
                    '(select min(p.district_key) from flurwerk.district_pieces as p where st_intersects(p.geom, r.geom)),'
                    ' ''outside'')'
            end
        );
    end loop;
end
$$;
comment on procedure place_again is
    'Finds the district of every record anew; called when the districts change. are_first: there were none before';

create procedure write_alone()
language plpgsql as $$
begin
    for attempt in 1..25
    loop
        if pg_try_advisory_xact_lock(flurwerk.recording_lock()) then
            return;
        end if;
        -- Whoever waits in the queue of a lock keeps all new writers waiting, too.
        perform pg_sleep(0.2);
    end loop;
    raise exception 'districts change only while nobody else writes, and a change of somebody else is still unsaved'
        using errcode = 'serialization_failure', constraint = 'districts_written_alone',
              hint = 'Save the same again in a moment.';
end
$$;
comment on procedure write_alone is
    'Keeps others from writing until the transaction ends; fails if somebody who writes has not ended within five seconds';

-- As before, and it says whether there were districts before. Nobody else may be writing: a record is placed by the
-- districts that its writer sees, and one that is written meanwhile would keep the wrong district for good.
create or replace function districts_changed() returns trigger
language plpgsql
security definer
set search_path = flurwerk, public, pg_temp as $$
declare
    are_first constant boolean := not exists (select from flurwerk.district_pieces);
begin
    if not exists (
        with fresh as materialized (
            select key, st_subdivide(geom, 48) as geom
            from flurwerk.districts
            where kind = 'district'
        )
        select
        from fresh as f
        full join flurwerk.district_pieces as p
            on p.district_key = f.key
            and st_asewkb(p.geom) = st_asewkb(f.geom)
        where f.key is null or p.district_key is null
    ) then
        return null;
    end if;
    call flurwerk.write_alone();
    delete from flurwerk.district_pieces;
    insert into flurwerk.district_pieces (district_key, geom)
    select key, st_subdivide(geom, 48)
    from flurwerk.districts
    where kind = 'district'
    order by key;
    analyze flurwerk.district_pieces;
    call flurwerk.place_again(are_first);
    return null;
end
$$;
