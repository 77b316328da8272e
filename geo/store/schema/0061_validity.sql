-- Who was responsible is dated: operator, programme and cluster of trenches, connections, expansion areas and the passive network,
-- and the operator of mobile-site requests.
--
-- A record's columns say who is responsible now, and responsible_since from which day on. A change of them together with a
-- later day is a handover: who was responsible until then is kept here, for statements about earlier days. A change
-- without a later day is a correction, of the past as well; history keeps what was recorded before.
--
-- What is kept is not edited: it follows from the record's versions. It has a recording interval of its own, so that a past
-- state has what was known then; a record that comes back after its deletion brings it along.

set local search_path = flurwerk, public;

alter table operators
    add column ended_on date,
    add column successor bigint references operators,
    add constraint operators_not_future check (ended_on <= today() and ended_on >= '1900-01-01'),
    add constraint operators_other_successor check (successor <> id),
    add constraint operators_successor_ended check (successor is null or ended_on is not null);
create index on operators (successor) where successor is not null;
call complete_layer('operators');


create table responsibility_versions (
    layer text not null,
    record bigint not null,
    operator bigint,
    programme bigint,
    cluster bigint,
    since date,
    until date not null,
    recorded_from timestamptz not null,
    recorded_until timestamptz not null default 'infinity',
    primary key (layer, record, until, recorded_until),
    check (since < until),
    check (recorded_from < recorded_until)
);
create index on responsibility_versions (operator) where recorded_until = 'infinity';
create index on responsibility_versions (programme) where recorded_until = 'infinity';
create index on responsibility_versions (cluster) where recorded_until = 'infinity';
comment on table responsibility_versions is
    'Who was responsible for a record from since (null: the beginning) until before until, as recorded in the interval; '
    'written by triggers alone';

create function dated_layers() returns text[]
language sql immutable
return array['expansion_areas', 'trenches', 'connections', 'network_nodes', 'ducts', 'cables', 'mobile_requests'];
comment on function dated_layers is 'The layers whose records say since when who is responsible for them';

create view former_responsibilities as
select layer, record, operator, programme, cluster, since, until
from responsibility_versions
where recorded_until = 'infinity';
comment on view former_responsibilities is 'Who was responsible for a record, and when, before those who are now';

create view flurwerk_as_of.former_responsibilities as
select layer, record, operator, programme, cluster, since, until
from flurwerk.responsibility_versions
where recorded_from <= (select flurwerk.as_of())
  and recorded_until > (select flurwerk.as_of());


create function keep_responsibility() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    was constant jsonb := to_jsonb(old);
    becomes constant jsonb := to_jsonb(new);
    is_other constant boolean := (was -> 'operator', was -> 'programme', was -> 'cluster')
        is distinct from (becomes -> 'operator', becomes -> 'programme', becomes -> 'cluster');
    earliest constant date := coalesce(new.responsible_since, '-infinity');
    instant constant timestamptz := recording_instant();
    reaching responsibility_versions;
begin
    if is_other and earliest > coalesce(old.responsible_since, '-infinity') then
        insert into responsibility_versions (layer, record, operator, programme, cluster, since, until, recorded_from)
        values (
            tg_table_name, new.id, (was ->> 'operator')::bigint, (was ->> 'programme')::bigint, (was ->> 'cluster')::bigint,
            (select max(f.until) from former_responsibilities as f where f.layer = tg_table_name and f.record = new.id),
            new.responsible_since, instant
        );
        return null;
    end if;
    -- The day has moved: what is kept ends where the present responsibility begins.
    select f.*
    into reaching
    from responsibility_versions as f
    where f.layer = tg_table_name
      and f.record = new.id
      and f.recorded_until = 'infinity'
      and f.until > least(earliest, coalesce(old.responsible_since, '-infinity') - 1)
    order by f.until
    limit 1;
    if reaching.record is null then
        return null;
    end if;
    delete from responsibility_versions as f
    where f.layer = tg_table_name
      and f.record = new.id
      and f.until >= reaching.until
      and f.recorded_from >= instant;
    update responsibility_versions as f
    set recorded_until = instant
    where f.layer = tg_table_name
      and f.record = new.id
      and f.recorded_until = 'infinity'
      and f.until >= reaching.until;
    -- Undoing a handover brings back who was responsible before it: then nothing is left to keep.
    if earliest > coalesce(reaching.since, '-infinity')
        and (reaching.operator, reaching.programme, reaching.cluster) is distinct from (
            (becomes ->> 'operator')::bigint, (becomes ->> 'programme')::bigint, (becomes ->> 'cluster')::bigint
        )
    then
        insert into responsibility_versions (layer, record, operator, programme, cluster, since, until, recorded_from)
        values (
            tg_table_name, new.id, reaching.operator, reaching.programme, reaching.cluster, reaching.since,
            new.responsible_since, instant
        );
    end if;
    return null;
end
$$;
comment on function keep_responsibility is
    'Row trigger: keeps who was responsible until a handover, and follows the day when that is corrected or undone';


create function end_responsibility() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    instant constant timestamptz := recording_instant();
begin
    delete from responsibility_versions
    where layer = tg_table_name
      and record = old.id
      and recorded_from >= instant;
    update responsibility_versions
    set recorded_until = instant
    where layer = tg_table_name
      and record = old.id
      and recorded_until = 'infinity';
    return null;
end
$$;
comment on function end_responsibility is 'Row trigger: of a deleted record nothing is kept from then on';

create function restore_responsibility() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    insert into responsibility_versions (layer, record, operator, programme, cluster, since, until, recorded_from)
    select f.layer, f.record, f.operator, f.programme, f.cluster, f.since, f.until, recording_instant()
    from responsibility_versions as f
    where f.layer = tg_table_name
      and f.record = new.id
      and f.recorded_until = (
          select max(o.recorded_until)
          from responsibility_versions as o
          where o.layer = tg_table_name
            and o.record = new.id
      )
      and f.until <= new.responsible_since;
    return null;
end
$$;
comment on function restore_responsibility is
    'Row trigger: a deleted record that comes back has who was responsible before those who are now';

create function refuse_formerly_responsible() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    found bigint;
begin
    execute format(
        'select record from former_responsibilities where %I = $1 limit 1', rtrim(tg_table_name, 's')
    )
    into found
    using old.id;
    if found is not null then
        raise exception using
            errcode = 'foreign_key_violation',
            constraint = tg_table_name || '_formerly_responsible',
            table = tg_table_name,
            message = format('%L was responsible for records before', old.source_id);
    end if;
    return old;
end
$$;
comment on function refuse_formerly_responsible is 'Row trigger: who was responsible for records cannot be deleted';

create trigger refuse_formerly_responsible before delete on operators
for each row execute function refuse_formerly_responsible();
create trigger refuse_formerly_responsible before delete on programmes
for each row execute function refuse_formerly_responsible();
create trigger refuse_formerly_responsible before delete on clusters
for each row execute function refuse_formerly_responsible();


do $$
declare
    dated text;
    rule text;
begin
    foreach dated in array dated_layers()
    loop
        execute format('alter table flurwerk.%I add column responsible_since date', dated);
        select pg_get_expr(conbin, conrelid)
        into rule
        from pg_constraint
        where conrelid = format('flurwerk.%I', dated)::regclass
          and conname = dated || '_not_future';
        if rule is not null then
            execute format('alter table flurwerk.%I drop constraint %I', dated, dated || '_not_future');
        end if;
        execute format(
            'alter table flurwerk.%I
                 add constraint %I
                 check (%s (responsible_since <= flurwerk.today() and responsible_since >= date ''1900-01-01''))',
            dated, dated || '_not_future', rule || ' and'
        );
        execute format(
            'create trigger keep_responsibility after update on flurwerk.%I
             for each row
             when (
                 old.operator is distinct from new.operator
                 %s
                 or old.responsible_since is distinct from new.responsible_since
             )
             execute function flurwerk.keep_responsibility()',
            dated,
            case when dated <> 'mobile_requests' then
                'or old.programme is distinct from new.programme
                 or old.cluster is distinct from new.cluster'
            end
        );
        execute format(
            'create trigger end_responsibility after delete on flurwerk.%I
             for each row
             when (old.responsible_since is not null)
             execute function flurwerk.end_responsibility()', dated);
        execute format(
            'create trigger restore_responsibility after insert on flurwerk.%I
             for each row
             when (new.responsible_since is not null)
             execute function flurwerk.restore_responsibility()', dated);
        call flurwerk.track(dated);
    end loop;
end
$$;


-- All records of an operator or a cluster go to its successor, in one transaction, which can be undone as a whole.
create function hand_over(kind text, giving bigint, taking bigint, since date) returns table (layer text, records bigint)
language plpgsql
set search_path = flurwerk, pg_temp as $$
declare
    later text;
begin
    if kind not in ('operator', 'cluster') then
        raise exception 'only operators and clusters hand over, not %', kind using errcode = 'invalid_parameter_value';
    end if;
    if giving = taking then
        raise exception using
            errcode = 'check_violation',
            constraint = case kind when 'operator' then 'operators_other_successor' else 'clusters_other_lineage' end,
            table = kind || 's',
            message = 'nobody succeeds itself';
    end if;
    execute format('select count(*) from %I where id in ($1, $2)', kind || 's') into records using giving, taking;
    if records < 2 then
        raise exception using
            errcode = 'check_violation',
            constraint = 'handover_parties_known',
            table = kind || 's',
            message = format('there is no %s %s or %s', kind, giving, taking);
    end if;
    foreach layer in array dated_layers()
    loop
        continue when kind = 'cluster' and layer = 'mobile_requests';
        execute format(
            'select source_id from %I where %I = $1 and responsible_since >= $2 order by id limit 1', layer, kind
        )
        into later
        using giving, since;
        if later is not null then
            raise exception using
                errcode = 'check_violation',
                constraint = layer || '_handed_over_later',
                table = layer,
                column = 'responsible_since',
                message = format('%L has been handed over on that day or later', later);
        end if;
        execute format('update %1$I set %2$I = $1, responsible_since = $2 where %2$I = $3', layer, kind)
        using taking, since, giving;
        get diagnostics records = row_count;
        continue when records = 0;
        return next;
    end loop;
    layer := kind || 's';
    execute format('update %I set ended_on = $1, successor = $2 where id = $3', layer) using since - 1, taking, giving;
    records := 1;
    return next;
end
$$;
comment on function hand_over is
    'Hands all records of an operator or a cluster (kind) to its successor from a day on, and ends it on the day before; returns '
    'how many of which layer. All in the caller''s transaction, whose id undo_handover takes';

create function undo_handover(handover xid8) returns table (layer text, records bigint)
language plpgsql
set search_path = flurwerk, pg_temp as $$
declare
    written bigint;
    found_any boolean := false;
begin
    foreach layer in array dated_layers() || array['operators', 'clusters']
    loop
        execute format('select count(*) from flurwerk_history.%I where ended_xid = $1', layer)
        into written
        using handover;
        continue when written = 0;
        found_any := true;
        execute format(
            'update %1$I as r set %2$s
             from flurwerk_history.%1$I as h
             where h.id = r.id and h.ended_xid = $1 and r.recorded_xid = $1',
            layer,
            case
                when layer in ('operators', 'clusters') then 'ended_on = h.ended_on, successor = h.successor'
                when layer = 'mobile_requests' then 'operator = h.operator, responsible_since = h.responsible_since'
                else 'operator = h.operator, cluster = h.cluster, responsible_since = h.responsible_since'
            end
        )
        using handover;
        get diagnostics records = row_count;
        if records <> written then
            raise exception using
                errcode = 'check_violation',
                constraint = 'handover_unchanged_since',
                table = layer,
                message = format('%s records of %s have been changed since', written - records, layer);
        end if;
        return next;
    end loop;
    if not found_any then
        raise exception using
            errcode = 'check_violation',
            constraint = 'handover_known',
            table = 'operators',
            message = format('transaction %s has handed nothing over', handover);
    end if;
end
$$;
comment on function undo_handover is
    'Takes back what the transaction of a handover wrote, if none of its records has been changed since';
