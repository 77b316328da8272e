-- The schemas get the product's name before theirs, so that a database can hold others called history or access beside them.
--
-- Views and tables follow a renamed schema by themselves. Functions name their tables in texts, which are changed here, and so
-- are the names of views that are stored as values.

do $$
declare
    former text;
    -- Before a dot, or in quotation marks; not within a longer name, and not the setting flurwerk.as_of.
    named constant text := '(?<![\w.])(history|access|as_of|for_(?:public|internal|editing)(?:_past)?)(?=\.[\w%"])';
    quoted constant text := '(?<='')(history|access)(?='')';
    routine record;
begin
    foreach former in array array[
        'history', 'as_of', 'access',
        'for_public', 'for_internal', 'for_editing', 'for_public_past', 'for_internal_past', 'for_editing_past'
    ]
    loop
        -- Those of the audiences are made after the migrations; an empty database has none yet.
        if to_regnamespace(former) is not null then
            execute format('alter schema %I rename to %I', former, 'flurwerk_' || former);
        end if;
    end loop;

    -- What migrate made for each kept view, and makes again under the view's new name.
    for routine in
        select oid::regprocedure as signature
        from pg_proc
        where pronamespace = 'flurwerk'::regnamespace
          and proname ~ '^(digest|concerned|days)_for_(public|internal|editing)_'
    loop
        execute format('drop function %s', routine.signature);
    end loop;

    for routine in
        select definition, renamed
        from pg_proc as p
        cross join lateral pg_get_functiondef(p.oid) as definition
        cross join lateral regexp_replace(definition, named, 'flurwerk_\1', 'g') as half
        cross join lateral regexp_replace(half, quoted, 'flurwerk_\1', 'g') as nearly
        cross join lateral replace(nearly, '''for\_%.%''', '''flurwerk\_for\_%.%''') as renamed
        where p.pronamespace in ('flurwerk'::regnamespace, 'flurwerk_access'::regnamespace)
          and p.prokind in ('f', 'p')
          and renamed <> definition
    loop
        execute routine.renamed;
    end loop;
end
$$;

update flurwerk.seen_views set view = 'flurwerk_' || view;
update flurwerk.seen_sources set view = 'flurwerk_' || view;
update flurwerk.seen_records set view = 'flurwerk_' || view;
update flurwerk.seen_days set view = 'flurwerk_' || view;
update flurwerk.layer_sources set view = 'flurwerk_' || view;
update flurwerk.layer_versions set layer = 'flurwerk_' || layer where layer ~ '^for_(public|internal|editing)\.';

comment on function flurwerk.as_of is
    'The instant that the views of the schema flurwerk_as_of show; the session must have set flurwerk.as_of';
comment on procedure flurwerk.track is
    'Makes a table system-versioned: history table, triggers, view in flurwerk_as_of, indexes. Call it again after adding a column';
comment on procedure flurwerk.show_past is 'Makes the view in flurwerk_as_of of a table that has a history';
comment on procedure flurwerk.record_erasures is
    'Makes a table of personal data remember only that a record was erased; in flurwerk_as_of it is as it is now';
