-- Who answers for a record (contacts), what was noted about it (memos), and its photos and documents (attachments).

set local search_path = flurwerk, public;


-- The agency's own people. No history is kept of them, so that they can be erased.
create table contacts (
    like record including all,
    name text not null,
    job_title text,
    phone text,
    email text,
    is_public boolean not null default false,
    constraint contacts_email_form check (email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$')
);
create index contacts_search on contacts using gin (search_text(array[name, job_title]) gin_trgm_ops);
call complete_layer('contacts', keeps_history => false);

do $$
declare
    answered record;
begin
    for answered in
        select *
        from (
            values
                ('plots', null),
                ('industrial_areas', null),
                ('properties', 'use'),
                ('inquiries', 'status'),
                ('mobile_requests', 'status')
        ) as layers (name, counted_by)
    loop
        execute format('alter table flurwerk.%I add column contact_person bigint references flurwerk.contacts', answered.name);
        execute format('create index on flurwerk.%I (contact_person)', answered.name);
        call flurwerk.complete_layer(answered.name, counted_by => answered.counted_by);
    end loop;
end
$$;


-- The bytes, each once, by the hash of what was sent: an upload whose answer was lost can be sent again. They stay a while after
-- the last attachment with them is gone, so that its deletion can be undone (purge_deleted).
create table attachment_contents (
    media_type text not null,
    sha256 text not null,
    width_px integer,
    height_px integer,
    stored_at timestamptz not null default transaction_timestamp(),
    constraint attachment_contents_pkey primary key (sha256),
    constraint attachment_contents_sha256_form check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint attachment_contents_media_type_known check (
        media_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')
    ),
    constraint attachment_contents_pictures_measured check (
        (media_type = 'application/pdf') = (width_px is null) and (width_px is null) = (height_px is null)
    )
);
comment on table attachment_contents is 'What attachments contain, by the SHA-256 of the file as it was sent';

create table attachment_renditions (
    sha256 text not null,
    rendition text not null,
    media_type text not null,
    content bytea not null,
    digest text not null generated always as (encode(sha256(content), 'hex')) stored,
    size_bytes bigint not null generated always as (octet_length(content)) stored,
    constraint attachment_renditions_pkey primary key (sha256, rendition),
    constraint attachment_renditions_sha256_fkey foreign key (sha256) references attachment_contents on delete cascade,
    constraint attachment_renditions_rendition_known check (rendition in ('full', 'medium', 'small')),
    constraint attachment_renditions_content_not_empty check (octet_length(content) > 0)
);
-- Neither compressed again nor read as a whole where a part is wanted.
alter table attachment_renditions alter column content set storage external;
comment on table attachment_renditions is
    'The bytes that are sent: of a picture its full size without hidden data and two smaller ones, of a document its bytes';


create table attachments (
    like record including all,
    plot bigint references plots on delete cascade,
    property bigint references properties on delete cascade,
    inquiry bigint references inquiries on delete cascade,
    mobile_request bigint references mobile_requests on delete cascade,
    caption text,
    position integer not null default 0,
    is_public boolean not null default false,
    file_name text not null,
    sha256 text not null,
    media_type text check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
    size_bytes bigint,
    width_px integer,
    height_px integer,
    constraint attachments_one_record check (num_nonnulls(plot, property, inquiry, mobile_request) = 1),
    -- Only plots are ever public.
    constraint attachments_public_of_plot check (not is_public or plot is not null),
    constraint attachments_position_positive check (position > 0),
    constraint attachments_sha256_fkey foreign key (sha256) references attachment_contents (sha256),
    constraint attachments_once_each unique nulls not distinct (plot, property, inquiry, mobile_request, sha256)
);
create index on attachments (property);
create index on attachments (inquiry);
create index on attachments (mobile_request);
create index on attachments (sha256);

create function describe_attachment() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    described attachment_contents;
begin
    if tg_op = 'UPDATE' and new.sha256 <> old.sha256 then
        raise exception using
            errcode = 'check_violation',
            constraint = 'attachments_content_fixed',
            table = 'attachments',
            column = 'sha256',
            message = 'the content of an attachment does not change: delete it and upload another file';
    end if;
    if tg_op = 'INSERT' and coalesce(new.position, 0) = 0 then
        new.position := 1 + coalesce((
            select max(a.position)
            from attachments as a
            where a.plot is not distinct from new.plot
              and a.property is not distinct from new.property
              and a.inquiry is not distinct from new.inquiry
              and a.mobile_request is not distinct from new.mobile_request
        ), 0);
    end if;
    select * into described from attachment_contents where sha256 = new.sha256;
    new.media_type := described.media_type;
    new.width_px := described.width_px;
    new.height_px := described.height_px;
    new.size_bytes := (
        select r.size_bytes from attachment_renditions as r where r.sha256 = new.sha256 and r.rendition = 'full'
    );
    return new;
end
$$;
comment on function describe_attachment is 'Row trigger: what an attachment says of its content, which nobody can write';

create trigger describe before insert or update on attachments
for each row execute function describe_attachment();
call complete_layer('attachments');


create table memos (
    like record including all,
    plot bigint references plots on delete cascade,
    property bigint references properties on delete cascade,
    inquiry bigint references inquiries on delete cascade,
    mobile_request bigint references mobile_requests on delete cascade,
    made_on date not null default today(),
    text text not null,
    written_by text not null default actor(),
    constraint memos_one_record check (num_nonnulls(plot, property, inquiry, mobile_request) = 1),
    constraint memos_text_not_blank check (text ~ '\S'),
    constraint memos_not_future check (made_on <= today() and made_on >= '1900-01-01')
);
create index on memos (plot);
create index on memos (property);
create index on memos (inquiry);
create index on memos (mobile_request);
call complete_layer('memos');

create function is_administrator() returns boolean
language sql stable
begin atomic
    select exists (
        select
        from pg_roles
        where rolname = 'flurwerk_admin_rights'
          and pg_has_role(session_user, oid, 'usage')
    );
end;
comment on function is_administrator is 'Whether the session''s login has the rights of administrators, or more';

create function keep_memo_own() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        -- Who wrote one that was deleted and comes back, by whomever.
        new.written_by := coalesce((
            select h.written_by from flurwerk_history.memos as h where h.id = new.id order by h.recorded_until desc limit 1
        ), flurwerk.actor());
        return new;
    end if;
    -- Deeper, the record that it belongs to is deleted.
    if pg_trigger_depth() = 1 and old.written_by <> flurwerk.actor() and not flurwerk.is_administrator() then
        raise exception using
            errcode = 'check_violation',
            constraint = 'memos_own',
            table = 'memos',
            message = format('%L wrote this memo, and nobody else changes or deletes it', old.written_by);
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    new.written_by := old.written_by;
    return new;
end
$$;
comment on function keep_memo_own is 'Row trigger: memos are changed and deleted by who wrote them, or by an administrator';

create trigger keep_own before insert or update or delete on memos
for each row execute function keep_memo_own();
