-- Releases: what was published stays as it was, and who tampers with it all the same breaks a chain of hashes.
--
-- A release holds the whole report as text; the hash covers this text, all that is said of it, and the hash of the
-- release before. Place, number, time, publisher and hash are the database's to write. docs/report.md says what the
-- chain proves and what it does not.

set local search_path = flurwerk, public;


create table releases (
    place integer,
    period text not null,
    number integer not null,
    recorded_at timestamptz not null,
    published_at timestamptz not null,
    published_by text not null,
    reason text,
    accepted text,
    document text not null,
    previous_hash text not null,
    hash text not null,
    constraint releases_pkey primary key (place),
    constraint releases_numbered unique (period, number),
    -- Two releases behind the same one would be a fork.
    constraint releases_chained unique (previous_hash),
    constraint releases_period_form check (period ~ '^\d{4}(-H[12]|-Q[1-4]|-(0[1-9]|1[0-2]))?$'),
    constraint releases_recorded_before check (recorded_at <= published_at),
    constraint releases_reason_given check (number = 1 or btrim(reason) <> ''),
    constraint releases_accepted_reason check (btrim(accepted) <> ''),
    constraint releases_document_given check (document <> ''),
    constraint releases_hash_form check (hash ~ '^[0-9a-f]{64}$' and previous_hash ~ '^[0-9a-f]{64}$')
);
comment on table releases is 'What was published: append-only, chained by hashes';
comment on column releases.place is 'Its place in the chain, from 1 on';
comment on column releases.number is 'The version among those of its period, from 1 on';
comment on column releases.recorded_at is 'The settled instant whose records it shows';
comment on column releases.reason is 'Why the period was published again; from the second version on';
comment on column releases.accepted is 'Why it was published although the quality gate found something';
comment on column releases.document is 'The report as canonical JSON';


create function publishing_lock() returns bigint
language sql immutable
return 4714;
comment on function publishing_lock is 'Key of the advisory lock under which one report after the other is published';

create function utc_text(instant timestamptz) returns text
language sql stable
return to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
comment on function utc_text is 'An instant to the microsecond, whatever the session''s time zone';

create function release_hash(given releases) returns text
language sql stable
begin atomic
    -- With their lengths before them, no two lists of values are the same text.
    select encode(sha256(convert_to(
        string_agg(coalesce(octet_length(convert_to(said, 'UTF8')) || ':' || said, '-'), ',' order by nth), 'UTF8'
    )), 'hex')
    from unnest(array[
        given.previous_hash,
        given.place::text,
        given.period,
        given.number::text,
        utc_text(given.recorded_at),
        utc_text(given.published_at),
        given.published_by,
        given.reason,
        given.accepted,
        given.document
    ]) with ordinality as listed (said, nth);
end;
comment on function release_hash is
    'SHA-256 over all values but itself, each as LENGTH:VALUE in UTF-8 (null: -), separated by commas';

create function chain_release() returns trigger
language plpgsql
set search_path = flurwerk, pg_temp as $$
declare
    last releases;
begin
    -- Who waited here sees what the other has published: the statement below takes its own look.
    perform pg_advisory_xact_lock(publishing_lock());
    select * into last
    from releases
    order by place desc
    limit 1;
    if new.recorded_at <= last.recorded_at then
        raise exception using
            errcode = 'check_violation',
            constraint = 'releases_in_order',
            table = tg_table_name,
            message = 'a later state of the records has been published already';
    end if;
    new.place := coalesce(last.place, 0) + 1;
    new.number := 1 + (select coalesce(max(number), 0) from releases where period = new.period);
    new.published_at := clock_timestamp();
    new.published_by := actor();
    new.previous_hash := coalesce(last.hash, repeat('0', 64));
    new.hash := release_hash(new);
    return new;
end
$$;
comment on function chain_release is 'Row trigger: numbers a release and chains it to the last one';

create function refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception using
        errcode = 'restrict_violation',
        constraint = 'releases_immutable',
        table = tg_table_name,
        message = 'what is published does not change';
end
$$;

create trigger chain_release before insert on releases
for each row execute function chain_release();
create trigger refuse_change before update or delete on releases
for each statement execute function refuse_change();
create trigger refuse_truncate before truncate on releases
for each statement execute function refuse_change();

-- In sessions that replicate, too.
alter table releases enable always trigger chain_release;
alter table releases enable always trigger refuse_change;
alter table releases enable always trigger refuse_truncate;
