-- The documents of a half-year's draft, so that every host finds what one of them has made.

set local search_path = flurwerk, public;


create table report_documents (
    period text not null,
    name text not null,
    media_type text not null,
    content bytea not null,
    made_at timestamptz not null default transaction_timestamp(),
    made_by text not null,
    constraint report_documents_pkey primary key (period, name),
    constraint report_documents_period_form check (period ~ '^\d{4}-H[12]$'),
    constraint report_documents_name_form check (name ~ '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$'),
    constraint report_documents_media_type_form check (media_type ~ '^[a-z]+/[a-zA-Z0-9.+-]+(; charset=utf-8)?$'),
    -- Beyond 512 MB a backup could not write the row as text.
    constraint report_documents_content_size check (octet_length(content) between 1 and 200000000)
);
-- Most are compressed already.
alter table report_documents alter column content set storage external;
comment on table report_documents is
    'The documents of a draft: all of one run of flurwerk report --due, replaced as a whole, gone once it is published';
comment on column report_documents.made_by is 'Account and host that made them';

create function drop_draft() returns trigger
language plpgsql
set search_path = flurwerk, pg_temp as $$
begin
    delete from report_documents where period = new.period;
    return null;
end
$$;
comment on function drop_draft is 'Row trigger: what has been published has no draft';

create trigger drop_draft after insert on releases
for each row execute function drop_draft();
