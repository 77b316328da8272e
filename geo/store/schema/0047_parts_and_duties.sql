-- A part of the city is in force once: on no day do two states of a level have the same key or the same name.
-- Duties and drafts are those of any reported period, as the profile's rhythm has quarters and years, too.

set local search_path = flurwerk, public;

create function refuse_in_force_twice() returns trigger
language plpgsql
security definer
set search_path = flurwerk, public, pg_temp as $$
declare
    other text;
begin
    -- Whoever else writes a state at the same time has committed it by then.
    perform pg_advisory_xact_lock(hashtextextended('flurwerk parts in force', 0));
    with states as (
        select 'districts' as layer, id, kind, key, name, valid_from, null::date as valid_until
        from districts
        union all
        select 'former_districts', id, kind, key, name, valid_from, valid_until
        from former_districts
    )
    select format('%s (%s) from %s', o.name, o.key, coalesce(o.valid_from::text, 'the beginning')) into other
    from states as s
    join states as o
      on o.kind = s.kind
     and (o.key = s.key or o.name = s.name)
     and (o.layer, o.id) <> (s.layer, s.id)
     and coalesce(o.valid_from, '-infinity') < coalesce(s.valid_until, 'infinity')
     and coalesce(o.valid_until, 'infinity') > coalesce(s.valid_from, '-infinity')
    where s.layer = tg_table_name
      and s.id = new.id
    order by o.valid_from nulls first, o.key
    limit 1;
    if other is not null then
        raise exception using
            errcode = 'check_violation',
            constraint = 'parts_in_force_once',
            table = tg_table_name,
            column = 'valid_from',
            message = format('%s (%s) would be in force at the same time as %s', new.name, new.key, other);
    end if;
    return null;
end
$$;

-- At the end of the transaction: a reform writes the present state first, and then the one before.
create constraint trigger districts_in_force_once
after insert or update on districts
deferrable initially deferred
for each row execute function refuse_in_force_twice();

create constraint trigger former_districts_in_force_once
after insert or update on former_districts
deferrable initially deferred
for each row execute function refuse_in_force_twice();


alter table report_duties
    drop constraint report_duties_period_form,
    add constraint report_duties_period_form check (period ~ '^\d{4}(-H[12]|-Q[1-4])?$');
alter table report_documents
    drop constraint report_documents_period_form,
    add constraint report_documents_period_form check (period ~ '^\d{4}(-H[12]|-Q[1-4])?$');
