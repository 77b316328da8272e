-- A request to create a record may be sent again when its answer was lost. Its key is kept for a day, so that the second
-- request creates nothing and gets the record of the first (draft-ietf-httpapi-idempotency-key-header).

create table access.idempotency_keys (
    actor text not null,
    key text not null,
    digest bytea not null,
    layer text,
    record bigint,
    created_at timestamptz not null default now(),
    primary key (actor, key),
    constraint idempotency_keys_key_length check (char_length(key) between 1 and 255),
    constraint idempotency_keys_digest_length check (length(digest) = 32)
);
create index on access.idempotency_keys (created_at);
comment on table access.idempotency_keys is
    'Which record a request of that key created: written in the transaction that creates it, kept for a day';


create function access.claim_key(given text, given_digest bytea)
returns table (layer text, record bigint, is_same boolean)
language plpgsql volatile
security definer set search_path = access, pg_temp as $$
begin
    -- What others are about to remove is left to them.
    delete from idempotency_keys as k
    where k.ctid = any (array(
        select e.ctid
        from idempotency_keys as e
        where e.created_at < now() - interval '1 day'
        limit 100
        for update skip locked
    ));
    -- Waits for a request of the same key that is still running; if that fails, this one creates the record.
    insert into idempotency_keys (actor, key, digest)
    values (flurwerk.actor(), given, given_digest)
    on conflict on constraint idempotency_keys_pkey do nothing;
    if not found then
        return query
            select k.layer, k.record, k.digest = given_digest
            from idempotency_keys as k
            where k.actor = flurwerk.actor()
              and k.key = given;
    end if;
end
$$;
comment on function access.claim_key is
    'Takes a key for this transaction: no row. If it was used before: the record created then, and whether by the same request';

create function access.complete_key(given text, created_in text, created bigint) returns void
language sql volatile
security definer set search_path = access, pg_temp
begin atomic
    update access.idempotency_keys
    set layer = created_in, record = created
    where actor = flurwerk.actor()
      and key = given;
end;
comment on function access.complete_key is 'Says which record the request of a key has created';
