-- Sessions: who has signed in on the page by a token, for the rest of the working day.

create table access.sessions (
    hash bytea primary key,
    token text not null references access.tokens on update cascade on delete cascade,
    started_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_at timestamptz not null default now(),
    constraint sessions_hash_length check (length(hash) = 32)
);
create index on access.sessions (token);
create index on access.sessions (expires_at);
comment on table access.sessions is
    'Sessions of the page; of the secret in the cookie only the SHA-256. One ends with its token, at the latest';


create function access.start_session(
    given_token bytea, given_session bytea,
    out name text, out state text, out role text, out layers text[], out expires_at timestamptz
) returns setof record
language plpgsql volatile
security definer set search_path = access, flurwerk, pg_temp as $$
begin
    select s.name, s.state, s.role, s.layers
    into name, state, role, layers
    from sign_in(given_token) as s;
    if name is null then
        return;
    end if;
    if state = 'valid' then
        delete from sessions as s
        where s.expires_at < now();
        insert into sessions as s (hash, token, expires_at)
        select
            given_session,
            t.name,
            least(now() + interval '12 hours', (t.expires_on + 1)::timestamp at time zone 'Europe/Berlin')
        from tokens as t
        where t.hash = given_token
        returning s.expires_at
        into expires_at;
    end if;
    return next;
end
$$;
comment on function access.start_session is
    'Whose token has this hash; where it is good, a session of it begins under the hash of the session''s secret';

create function access.resume_session(
    given bytea, out name text, out state text, out role text, out layers text[], out expires_at timestamptz
) returns setof record
language plpgsql volatile
security definer set search_path = access, flurwerk, pg_temp as $$
declare
    found_at tid;
    used_at timestamptz;
begin
    select
        t.name,
        case when state_of(t) = 'valid' and s.expires_at <= now() then 'ended' else state_of(t) end,
        t.role,
        t.layers,
        s.expires_at,
        s.ctid,
        s.last_used_at
    into name, state, role, layers, expires_at, found_at, used_at
    from sessions as s
    join tokens as t on t.name = s.token
    where s.hash = given;
    if name is null then
        return;
    end if;
    if state <> 'valid' then
        role := null;
        layers := null;
    elsif used_at < now() - interval '1 minute' then
        -- As in sign_in: nobody waits for the note of the last use.
        perform set_config('synchronous_commit', 'off', true);
        update sessions as s
        set last_used_at = now()
        where s.ctid = (select l.ctid from sessions as l where l.ctid = found_at for update skip locked);
        update tokens as t
        set last_used_at = now()
        where t.ctid = (select l.ctid from tokens as l where l.name = resume_session.name for update skip locked);
    end if;
    return next;
end
$$;
comment on function access.resume_session is
    'Whose session has this hash and whether it is good; role and layers only if it is. Notes the last use by the minute';

create function access.end_session(given bytea) returns text
language sql volatile
security definer set search_path = access, pg_temp as $$
    delete from sessions
    where hash = given
    returning token
$$;
comment on function access.end_session is 'Ends the session of this hash; whose it was';
