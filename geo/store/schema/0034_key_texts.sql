-- One form of keys: a record is recognised by its source and source_id, and what looks the same has to be the same. And
-- districts that change nothing about places cost nothing.
--
-- A composed letter and a letter with a combining mark, a space and a no-break space look alike, and a zero-width space
-- like nothing; records whose ids differ by these were stored twice. Whoever writes, the database refuses another form.

set local search_path = flurwerk, public;


-- The same characters as in geo/text.py.
create function key_text(written text) returns text
language sql immutable parallel safe
return normalize(
    btrim(
        regexp_replace(
            regexp_replace(
                written,
                '[\u0001-\u0008\u000e-\u001b\u007f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+',
                '',
                'g'
            ),
            '[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+',
            ' ',
            'g'
        ),
        ' '
    ),
    nfc
);
comment on function key_text is
    'A key in the form in which it is stored: composed, without invisible characters, runs of spaces as one, none at the ends';


create procedure refuse_double_keys(checked text)
language plpgsql as $$
declare
    found text;
begin
    execute format(
        'select string_agg(ids, ''; '' order by ids)
         from (
             select format(''%%s of source %%L'', string_agg(id::text, '', '' order by id), flurwerk.key_text(source)) as ids
             from flurwerk.%I
             group by flurwerk.key_text(source), flurwerk.key_text(source_id)
             having count(*) > 1
             limit 20
         ) as doubles',
        checked
    ) into found;
    if found is not null then
        raise exception 'records of % have the same source_id but for characters that nobody sees: %', checked, found
            using errcode = 'unique_violation',
                  hint = 'Delete one of each, or give it another source_id, with the version that you had; then migrate again.';
    end if;
end
$$;
comment on procedure refuse_double_keys is 'Raises which records would have the same source and source_id in the form of key_text';

create procedure restore_key_texts(restored text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', restored)::regclass;
    changed bigint;
begin
    if exists (select from pg_constraint where conrelid = relation and conname = 'source_id_normal') then
        return;
    end if;
    call flurwerk.refuse_double_keys(restored);
    execute format(
        'update flurwerk.%I
         set source = flurwerk.key_text(source), source_id = flurwerk.key_text(source_id)
         where source <> flurwerk.key_text(source) or source_id <> flurwerk.key_text(source_id)',
        restored
    );
    get diagnostics changed = row_count;
    if changed > 0 then
        raise warning '% records of % have got the source_id that they show: without characters that nobody sees', changed, restored;
    end if;
    set constraints all immediate;
    set constraints all deferred;
    execute format(
        -- Most keys are plain; the first condition spares them the function.
        'alter table flurwerk.%I
             add constraint source_normal check (source ~ ''^[!-~]+$'' or source = flurwerk.key_text(source)),
             add constraint source_id_normal check (source_id ~ ''^[!-~]+$'' or source_id = flurwerk.key_text(source_id))',
        restored
    );
end
$$;
comment on procedure restore_key_texts is
    'Gives a layer''s records the source and source_id of key_text, with their earlier form in the history, and refuses others from then on';


do $$
declare
    layer text;
begin
    for layer in
        select relname
        from pg_trigger
        join pg_class on pg_class.oid = tgrelid
        where relnamespace = 'flurwerk'::regnamespace
          and tgname = 'stamp'
        order by relname
    loop
        call flurwerk.restore_key_texts(layer);
    end loop;
    -- Later layers are created like it, including its constraints.
    call flurwerk.restore_key_texts('record');
end
$$;


-- As before, but records are placed anew only if the districts' pieces have changed: not for statistical districts, new
-- names and the like. The pieces get statistics at once, by which each of many records finds its own quickly.
create or replace function districts_changed() returns trigger
language plpgsql
security definer
set search_path = flurwerk, public, pg_temp as $$
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
    delete from flurwerk.district_pieces;
    insert into flurwerk.district_pieces (district_key, geom)
    select key, st_subdivide(geom, 48)
    from flurwerk.districts
    where kind = 'district'
    order by key;
    analyze flurwerk.district_pieces;
    call flurwerk.place_again();
    return null;
end
$$;
