-- The bytes of attachments may be in an S3-compatible store; each rendition says where its bytes are.

set local search_path = flurwerk, public;


-- Noted before an object is written, and forgotten after it is deleted: so none is ever there of which the database does not know.
-- Keys are never used twice, so who deletes an object cannot delete somebody else's.
create table stored_objects (
    bucket text not null,
    object_key text not null,
    state text not null default 'noted',
    since timestamptz not null default transaction_timestamp(),
    constraint stored_objects_pkey primary key (bucket, object_key),
    constraint stored_objects_state_known check (state in ('noted', 'kept', 'released'))
);
create index on stored_objects (state) where state <> 'kept';
comment on table stored_objects is
    'Objects in an S3-compatible store: noted before they are written, kept by a rendition, or released to be deleted';


alter table attachment_renditions
    alter column content drop not null,
    alter column digest drop expression,
    alter column size_bytes drop expression,
    add column bucket text,
    add column object_key text;
alter table attachment_renditions
    add constraint attachment_renditions_size_positive check (size_bytes > 0),
    add constraint attachment_renditions_digest_form check (digest ~ '^[0-9a-f]{64}$'),
    add constraint attachment_renditions_one_place check (
        num_nonnulls(content, object_key) = 1 and (bucket is null) = (object_key is null)
    ),
    add constraint attachment_renditions_object_fkey foreign key (bucket, object_key) references stored_objects,
    add constraint attachment_renditions_object_once unique (bucket, object_key);


create function describe_rendition() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    if new.content is not null then
        if tg_op = 'UPDATE' and new.digest <> encode(sha256(new.content), 'hex') then
            raise exception using
                errcode = 'check_violation',
                constraint = 'attachment_renditions_content_fixed',
                table = 'attachment_renditions',
                message = 'these are not the bytes that were stored';
        end if;
        new.digest := encode(sha256(new.content), 'hex');
        new.size_bytes := octet_length(new.content);
    end if;
    if new.object_key is not null and (
        tg_op = 'INSERT' or (new.bucket, new.object_key) is distinct from (old.bucket, old.object_key)
    ) then
        -- Of an upload and whoever cleans up behind an interrupted one, the second finds the object taken.
        update stored_objects as o
        set state = 'kept', since = transaction_timestamp()
        where o.bucket = new.bucket
          and o.object_key = new.object_key
          and o.state = 'noted';
        if not found then
            raise exception using
                errcode = 'check_violation',
                constraint = 'attachment_renditions_object_noted',
                table = 'attachment_renditions',
                message = 'this object was not noted before it was written, or is to be deleted';
        end if;
    end if;
    return new;
end
$$;
comment on function describe_rendition is
    'Row trigger: the digest and size of bytes in the database; an object in a store is kept by the rendition that refers to it';

create trigger describe before insert or update on attachment_renditions
for each row execute function describe_rendition();


create function release_object() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    if tg_op = 'DELETE' or (new.bucket, new.object_key) is distinct from (old.bucket, old.object_key) then
        update stored_objects as o
        set state = 'released', since = transaction_timestamp()
        where o.bucket = old.bucket
          and o.object_key = old.object_key;
    end if;
    return null;
end
$$;
comment on function release_object is 'Row trigger: an object to which no rendition refers any more is to be deleted';

create trigger release_object after delete or update on attachment_renditions
for each row when (old.object_key is not null) execute function release_object();
