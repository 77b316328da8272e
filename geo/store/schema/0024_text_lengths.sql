-- Texts have a longest length, so that nobody stores megabytes in a note. Which one: geo/records/layers/layer.py.

set local search_path = flurwerk, public;


create function longest_text(named text) returns integer
language sql immutable
return case
    when named in ('note', 'description', 'text', 'reason', 'use', 'parcels', 'districts', 'district_keys', 'goals') then 10000
    else 500
end;
comment on function longest_text is 'The largest number of characters of a text column, or of all texts of a list';

create procedure refuse_long_texts(checked text, named text)
language plpgsql as $$
declare
    found text;
begin
    execute format(
        'select string_agg(id::text, '', '' order by id)
         from (select id from flurwerk.%I where char_length(%I::text) > %s order by id limit 20) as r',
        checked, named, flurwerk.longest_text(named)
    ) into found;
    if found is not null then
        raise exception 'shorten % of % to % characters first, in the records %', named, checked, flurwerk.longest_text(named), found
            using errcode = 'check_violation';
    end if;
end
$$;
comment on procedure refuse_long_texts is 'Raises in which records a text is too long for the limit that it is to get';

create procedure limit_texts(limited text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', limited)::regclass;
    added text;
    broken text;
begin
    -- In one statement, so that the table is read once.
    select string_agg(
        format(
            'add constraint %I check (char_length(%I::text) <= %s)',
            limited || '_' || attname || '_length',
            attname,
            flurwerk.longest_text(attname)
        ),
        ', '
        order by attnum
    )
    into added
    from pg_attribute
    where attrelid = relation
      and attnum > 0
      and not attisdropped
      and atttypid in ('text'::regtype, 'text[]'::regtype)
      and not exists (
          select from pg_constraint where conrelid = relation and conname = limited || '_' || attname || '_length'
      );
    if added is not null then
        execute format('alter table flurwerk.%I %s', limited, added);
    end if;
exception when check_violation then
    get stacked diagnostics broken = constraint_name;
    call flurwerk.refuse_long_texts(limited, regexp_replace(broken, format('^%s_(.*)_length$', limited), '\1'));
    raise;
end
$$;
comment on procedure limit_texts is 'Gives each text of a layer''s table its longest length, where it has none';


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
        call flurwerk.limit_texts(layer);
    end loop;
end
$$;
