-- Files that editors have uploaded to look at, try and load, so that every host of the service finds them.

set local search_path = flurwerk, public;


create table deliveries (
    id uuid not null default gen_random_uuid(),
    file_name text not null,
    uploaded_at timestamptz not null default transaction_timestamp(),
    uploaded_by text not null default actor(),
    constraint deliveries_pkey primary key (id),
    constraint deliveries_file_name_form check (file_name !~ '[/\\[:cntrl:]]' and length(file_name) between 1 and 200)
);
comment on table deliveries is 'Uploaded files: usable for a day; the next upload after that removes them, as does their uploader';

-- In parts, so that neither the service nor the database ever holds a whole file in memory.
create table delivery_parts (
    delivery uuid not null,
    number integer not null,
    content bytea not null,
    constraint delivery_parts_pkey primary key (delivery, number),
    constraint delivery_parts_delivery_fkey foreign key (delivery) references deliveries (id) on delete cascade,
    constraint delivery_parts_content_size check (octet_length(content) between 1 and 4000000)
);
alter table delivery_parts alter column content set storage external;
comment on table delivery_parts is 'The content of an uploaded file, in parts of at most 4 MB';
