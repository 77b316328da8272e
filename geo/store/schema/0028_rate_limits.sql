-- Rate limits: how many requests of a kind each client has sent lately, counted here for all processes and hosts.
--
-- One instant a client is enough (GCRA): when it will have used up nothing any more. Each request moves it on by a step.
-- Who the client is stands here only as a hash that needs the service's secret. Unlogged: a crash forgets it.

create unlogged table access.rate_limits (
    key bytea primary key,
    free_at timestamptz not null,
    constraint rate_limits_key_length check (length(key) = 32)
);
create index on access.rate_limits (free_at);
comment on table access.rate_limits is
    'When each client will have its whole allowance of a kind of request again; by a keyed hash of kind and client';


create function access.count_request(given bytea, per_minute integer) returns double precision
language plpgsql volatile
security definer set search_path = access, pg_temp as $$
declare
    step interval := interval '1 microsecond' * (60000000 / per_minute);
begin
    insert into rate_limits as l (key, free_at)
    values (given, clock_timestamp() + step)
    on conflict (key) do update
    set free_at = greatest(l.free_at, clock_timestamp()) + step
    where l.free_at + step <= clock_timestamp() + interval '1 minute';
    if not found then
        return (
            select extract(epoch from l.free_at + step - interval '1 minute' - clock_timestamp())
            from rate_limits as l
            where l.key = given
        );
    end if;
    -- Behind the counting, and past what others have locked: so nobody waits for somebody who waits.
    delete from rate_limits as l
    where l.ctid = any (array(
        select e.ctid
        from rate_limits as e
        where e.free_at < now()
        limit 100
        for update skip locked
    ));
    return 0;
end
$$;
comment on function access.count_request is
    'Counts a request of this client and kind: 0, or in how many seconds the next may come. Removes what has expired';
