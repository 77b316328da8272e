-- Which file was loaded when and by whom, so that a load can be found again and undone as a whole.

set local search_path = flurwerk, public;


create table loads (
    id bigint generated always as identity,
    layer text not null,
    record_source text not null,
    file_name text not null,
    file_sha256 text not null,
    rows bigint not null,
    inserted bigint not null,
    changed bigint not null,
    unchanged bigint not null,
    removed bigint not null,
    recorded_at timestamptz not null,
    recorded_by text not null,
    recorded_xid xid8 not null,
    undone_at timestamptz,
    undone_by text,
    constraint loads_pkey primary key (id),
    constraint loads_file_sha256_form check (file_sha256 ~ '^[0-9a-f]{64}$'),
    constraint loads_counts_not_negative check (least(rows, inserted, changed, unchanged, removed) >= 0),
    constraint loads_undone_by_someone check ((undone_at is null) = (undone_by is null))
);
comment on table loads is 'The loads of files: what they changed, and whether they were undone';
comment on column loads.recorded_xid is
    'Their transaction: its records and versions in the history have the same, in the same moment';

create function stamp_load() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        new.recorded_at := recording_instant();
        new.recorded_by := actor();
        new.recorded_xid := pg_current_xact_id();
    else
        new.undone_at := recording_instant();
        new.undone_by := actor();
    end if;
    return new;
end
$$;
comment on function stamp_load is 'Row trigger: when and by whom was loaded or undone; nobody can write these columns';

create trigger stamp before insert or update on loads
for each row execute function stamp_load();
