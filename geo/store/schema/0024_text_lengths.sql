-- Texts have a longest length, so that nobody stores megabytes in a note. Which one: geo/records/layers/layer.py.

set local search_path = flurwerk, public;


create procedure limit_texts(limited text)
language plpgsql as $$
declare
    relation regclass := format('flurwerk.%I', limited)::regclass;
    added text;
begin
    -- In one statement, so that the table is read once.
    select string_agg(
        format(
            'add constraint %I check (char_length(%I::text) <= %s)',
            limited || '_' || attname || '_length',
            attname,
            case when attname in ('note', 'description', 'text', 'reason', 'use') or atttypid = 'text[]'::regtype then 10000 else 500 end
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
