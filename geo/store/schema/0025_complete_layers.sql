-- Complete layers: one procedure gives a table all that a layer's table has beside its own columns and constraints.
--
-- A migration creates the table of a new layer with LIKE record and its own columns, and calls complete_layer. What is
-- there already is left as it is, so that the call may be repeated, as after adding a column.

set local search_path = flurwerk, public;


create function has_trigger(relation regclass, trigger_name text) returns boolean
language sql stable
begin atomic
    select exists (select from pg_trigger where tgrelid = relation and tgname = trigger_name);
end;
comment on function has_trigger is 'Whether a table has a trigger of that name';


-- As before, but for the view in as_of: show_past makes it, and keeps it where it is up to date.
create or replace procedure record_history(tracked text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', tracked)::regclass;
    added text;
begin
    if to_regclass(format('history.%I', tracked)) is null then
        execute format('create table history.%1$I (like flurwerk.%1$I)', tracked);
        execute format(
            'alter table history.%I
                 drop column if exists geom_web,
                 add column recorded_until timestamptz not null,
                 add column operation text not null check (operation in (''update'', ''delete'')),
                 add column ended_by text not null,
                 add column ended_xid xid8 not null default pg_current_xact_id()',
            tracked
        );
        execute format('create index on history.%I (id, recorded_until)', tracked);
        execute format(
            'create trigger keep_updated after update on flurwerk.%I
             referencing old table as old_rows
             for each statement execute function flurwerk.keep_history()', tracked);
        execute format(
            'create trigger keep_deleted after delete on flurwerk.%I
             referencing old table as old_rows
             for each statement execute function flurwerk.keep_history()', tracked);
        execute format(
            'create trigger refuse_truncate before truncate on flurwerk.%I
             for each statement execute function flurwerk.refuse_truncate()', tracked);
    end if;
    for added in
        select format('alter table history.%I add column %I %s', tracked, attname, format_type(atttypid, atttypmod))
        from pg_attribute
        where attrelid = relation
          and attnum > 0
          and not attisdropped
          and attname <> 'geom_web'
          and attname not in (
              select attname from pg_attribute where attrelid = format('history.%I', tracked)::regclass
          )
        order by attnum
    loop
        execute added;
    end loop;
end
$$;
comment on procedure record_history is 'The part of track that keeps earlier versions: history table and triggers';

create procedure record_erasures(tracked text)
language plpgsql as $$
begin
    if not flurwerk.has_trigger(format('flurwerk.%I', tracked)::regclass, 'keep_erased') then
        execute format(
            'create trigger keep_erased after delete on flurwerk.%I
             referencing old table as old_rows
             for each statement execute function flurwerk.keep_erasure()', tracked);
    end if;
    execute format(
        'create or replace view as_of.%1$I as select %2$s from flurwerk.%1$I',
        tracked, flurwerk.columns_of(format('flurwerk.%I', tracked)::regclass)
    );
end
$$;
comment on procedure record_erasures is 'Makes a table of personal data remember only that a record was erased; in as_of it is as it is now';

create procedure stamp_versions(stamped text)
language plpgsql as $$
begin
    if not flurwerk.has_trigger(format('flurwerk.%I', stamped)::regclass, 'stamp') then
        execute format(
            'create trigger begin_recording before insert or update or delete on flurwerk.%I
             for each statement execute function flurwerk.begin_recording()', stamped);
        execute format(
            'create trigger stamp before insert or update on flurwerk.%I
             for each row execute function flurwerk.stamp()', stamped);
    end if;
    if not flurwerk.has_trigger(format('flurwerk.%I', stamped)::regclass, 'touch_on_insert') then
        call flurwerk.count_changes(stamped);
    end if;
end
$$;
comment on procedure stamp_versions is
    'Makes a table write since when, by whom and in which transaction a version is recorded, and count its versions';

create or replace procedure track(tracked text)
language plpgsql as $$
begin
    call flurwerk.stamp_versions(tracked);
    call flurwerk.record_history(tracked);
    call flurwerk.index_changes(tracked);
    call flurwerk.show_past(tracked);
end
$$;


create function geometry_kind(relation regclass) returns text
language sql stable
begin atomic
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = relation
      and attname = 'geom'
      and not attisdropped;
end;
comment on function geometry_kind is 'The type of a table''s geom, such as geometry(Point,25832); null where it has none';

create procedure refuse_unrecorded(checked text)
language plpgsql as $$
declare
    relation regclass := to_regclass(format('flurwerk.%I', checked));
    missing text;
begin
    if relation is null then
        raise exception 'there is no table flurwerk.%', checked
            using errcode = 'undefined_table', hint = 'Create it first, with its own columns and constraints.';
    end if;
    select string_agg(attname, ', ' order by attnum)
    into missing
    from pg_attribute
    where attrelid = 'flurwerk.record'::regclass
      and attnum > 0
      and not attisdropped
      and attname not in (select attname from pg_attribute where attrelid = relation and not attisdropped);
    if missing is not null then
        raise exception 'table % has no column %', checked, missing
            using errcode = 'undefined_column', hint = 'Begin it with: like record including all.';
    end if;
    if not exists (
        select
        from pg_index
        where indrelid = relation
          and indisunique
          and pg_get_indexdef(indexrelid) like '%(source, source_id)'
    ) then
        raise exception 'table % is not unique by source and source_id', checked
            using errcode = 'undefined_object', hint = 'Begin it with: like record including all.';
    end if;
end
$$;
comment on procedure refuse_unrecorded is 'Raises which of the columns that every record has a table lacks';

create procedure refuse_uncounted(checked text, counted_by text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', checked)::regclass;
    kind text := flurwerk.geometry_kind(relation);
    has_points boolean := coalesce(kind = 'geometry(Point,25832)', false);
begin
    if kind not in ('geometry(Point,25832)', 'geometry(MultiLineString,25832)', 'geometry(MultiPolygon,25832)') then
        raise exception 'column geom of table % is %', checked, kind
            using errcode = 'datatype_mismatch',
                  hint = 'Layers have points, lines (MultiLineString) or areas (MultiPolygon) in EPSG:25832.';
    end if;
    if has_points and counted_by is null then
        raise exception 'table % has points, which maps count by one of its columns', checked
            using errcode = 'invalid_parameter_value',
                  hint = format('Name it, as in: call complete_layer(%L, counted_by => ''status'').', checked);
    end if;
    if counted_by is not null and not has_points then
        raise exception 'table % has no points to count by %', checked, counted_by
            using errcode = 'invalid_parameter_value', hint = 'Remove counted_by.';
    end if;
    if not exists (
        select
        from pg_attribute
        where attrelid = relation
          and attname = coalesce(counted_by, 'id')
          and not attisdropped
    ) then
        raise exception 'table % has no column % to count its points by', checked, counted_by
            using errcode = 'undefined_column';
    end if;
end
$$;
comment on procedure refuse_uncounted is
    'Raises where a table''s geometry is of a kind that no layer has, or counted_by does not fit it';

create procedure complete_geometry(completed text, counted_by text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', completed)::regclass;
    kind text := flurwerk.geometry_kind(relation);
    shape text := case
        when kind like '%(Point,%' then 'point'
        when kind like '%(MultiLineString,%' then 'line'
        else 'area'
    end;
    missing record;
begin
    for missing in
        select completed || rule.suffix as name, rule.checked
        from (
            values
                ('_geom_not_empty', 'not public.st_isempty(geom)' || case shape when 'line' then ' and public.st_length(geom) > 0' else '' end),
                ('_geom_valid', case shape when 'area' then 'public.st_isvalid(geom)' end)
        ) as rule (suffix, checked)
        where rule.checked is not null
          and not exists (select from pg_constraint where conrelid = relation and conname = completed || rule.suffix)
    loop
        execute format('alter table flurwerk.%I add constraint %I check (%s)', completed, missing.name, missing.checked);
    end loop;
    execute format('create index if not exists %I on flurwerk.%I using gist (geom)', completed || '_geom_idx', completed);
    if not flurwerk.has_trigger(relation, 'place') then
        call flurwerk.place(completed, shape);
        -- What is in the table already finds its district now.
        execute format('update flurwerk.%I set geom = geom where geom is not null', completed);
    end if;
    if shape <> 'line' then
        execute format(
            'create index if not exists %I on flurwerk.%I (district_key)', completed || '_district_key_idx', completed);
    end if;
    if not exists (select from pg_attribute where attrelid = relation and attname = 'geom_web') then
        call flurwerk.show_on_web(completed);
    end if;
    if shape = 'point' and not flurwerk.has_trigger(relation, 'cells_on_insert') then
        call flurwerk.count_cells(completed, counted_by);
    end if;
end
$$;
comment on procedure complete_geometry is
    'The part of complete_layer for a table with a geometry: its checks, district, indexes, twin for the web and counts';

create procedure complete_layer(completed text, counted_by text default null, keeps_history boolean default true)
language plpgsql as $$
declare
    relation regclass;
begin
    call flurwerk.refuse_unrecorded(completed);
    call flurwerk.refuse_uncounted(completed, counted_by);
    relation := format('flurwerk.%I', completed)::regclass;
    if flurwerk.geometry_kind(relation) is not null then
        call flurwerk.complete_geometry(completed, counted_by);
    end if;
    if keeps_history then
        call flurwerk.track(completed);
    else
        call flurwerk.stamp_versions(completed);
        call flurwerk.index_changes(completed);
        call flurwerk.record_erasures(completed);
    end if;
    if exists (select from pg_attribute where attrelid = relation and attname = 'duplicate_of')
        and not flurwerk.has_trigger(relation, 'duplicates_on_insert')
    then
        call flurwerk.refuse_duplicate_chains(completed);
    end if;
    call flurwerk.limit_texts(completed);
end
$$;
comment on procedure complete_layer is
    'Gives a table created LIKE record all that a layer''s has: recording, history, past; with a geometry its district, '
    'indexes and tiles. counted_by: the column by which maps count points; keeps_history: false for personal data';


-- What earlier layers lack.
do $$
declare
    lacking text;
begin
    foreach lacking in array array[
        'access_points', 'sensitive_sites', 'office_takeups', 'expansion_areas', 'connections', 'mobile_requests',
        'mobile_candidates'
    ]
    loop
        execute format('create index on flurwerk.%I (district_key)', lacking);
    end loop;
end
$$;
