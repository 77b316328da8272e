-- Access: tokens, and a recording that nobody can bend who writes with no more than an editor's rights.
--
-- What a trigger writes and its invoker may not (history, instants, pieces of districts) it writes as the owner.
-- Who may call and read what is no matter of migrations: geo/access/grants.py says it, anew on every migrate.

set local search_path = flurwerk, public;


-- Logins that people have of their own are named in history as they are; whoever serves others names whom it serves.
create or replace function actor() returns text
language sql stable
return case
    when coalesce(current_setting('flurwerk.actor', true), '') = '' then session_user::text
    when session_user in ('flurwerk_editor', 'flurwerk_admin') then current_setting('flurwerk.actor')
    when pg_has_role(session_user, (select nspowner from pg_namespace where nspname = 'flurwerk'), 'member')
        then current_setting('flurwerk.actor')
    else session_user::text
end;
comment on function actor is
    'Who writes: the login, or whom the setting flurwerk.actor names in sessions of the owner and of the service';


create unlogged table recordings (
    xid xid8 primary key,
    instant timestamptz not null
);
comment on table recordings is 'The recording instant of each running transaction that writes; its commit removes it';

create or replace function recording_instant() returns timestamptz
language plpgsql volatile
security definer set search_path = flurwerk, pg_temp as $$
declare
    taken timestamptz := (select instant from recordings where xid = pg_current_xact_id());
begin
    if taken is null then
        perform pg_advisory_xact_lock_shared(recording_lock());
        taken := clock_timestamp();
        insert into recordings (xid, instant)
        values (pg_current_xact_id(), taken);
    end if;
    return taken;
end
$$;

create function forget_recording() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    delete from recordings where xid = new.xid;
    return null;
end
$$;

create constraint trigger forget_recording after insert on recordings
deferrable initially deferred
for each row execute function forget_recording();

create or replace function stamp() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    new.recorded_from := (select instant from recordings where xid = pg_current_xact_id());
    if new.recorded_from is null then
        new.recorded_from := recording_instant();
    end if;
    new.recorded_by := actor();
    new.recorded_xid := pg_current_xact_id();
    -- Two transactions may take their instants in one order and write the same row in the other.
    if tg_op = 'UPDATE' and old.recorded_from >= new.recorded_from then
        new.recorded_from := old.recorded_from + interval '1 microsecond';
    end if;
    return new;
end
$$;

alter function begin_recording security definer set search_path = flurwerk, pg_temp;
alter function keep_history security definer set search_path = flurwerk, public, pg_temp;
alter function districts_changed security definer set search_path = flurwerk, public, pg_temp;


create schema access;
comment on schema access is 'Who is let in';

create table access.tokens (
    name text primary key,
    role text not null,
    layers text[],
    hash bytea not null,
    created_at timestamptz not null default now(),
    created_by text not null default flurwerk.actor(),
    expires_on date,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz,
    constraint tokens_name_form check (name ~ '^\w([\w .@-]{0,61}\w)?$'),
    constraint tokens_role_known check (role in ('reader', 'editor', 'admin')),
    constraint tokens_layers_some check (cardinality(layers) > 0),
    constraint tokens_hash_unique unique (hash),
    constraint tokens_hash_length check (length(hash) = 32)
);
comment on table access.tokens is 'Access tokens; of the secret itself only the SHA-256. A revoked one keeps its name';
comment on column access.tokens.layers is 'The layers for which the role holds; null: for all';
comment on column access.tokens.expires_on is 'The last day on which it is good';

create function access.state_of(given access.tokens) returns text
language sql stable
begin atomic
    select case
        when given.revoked_at is not null then 'revoked'
        when given.expires_on < flurwerk.today() then 'expired'
        else 'valid'
    end;
end;
comment on function access.state_of is 'Whether a token is good, and if not, why';

create function access.sign_in(
    given bytea, out name text, out state text, out role text, out layers text[]
) returns setof record
language plpgsql volatile
security definer set search_path = access, flurwerk, pg_temp as $$
declare
    found_at tid;
    used_at timestamptz;
begin
    select
        t.name,
        state_of(t),
        t.role,
        t.layers,
        t.ctid,
        t.last_used_at
    into name, state, role, layers, found_at, used_at
    from tokens as t
    where t.hash = given;
    if name is null then
        return;
    end if;
    if state <> 'valid' then
        role := null;
        layers := null;
    elsif used_at is null or used_at < now() - interval '1 minute' then
        -- To know the last use to the minute is worth no waiting: not for another sign-in, nor for the disk.
        perform set_config('synchronous_commit', 'off', true);
        update tokens as t
        set last_used_at = now()
        where t.ctid = (select l.ctid from tokens as l where l.ctid = found_at for update skip locked);
    end if;
    return next;
end
$$;
comment on function access.sign_in is
    'Whose token has this hash and whether it is good; role and layers only if it is. Notes the last use by the minute';
