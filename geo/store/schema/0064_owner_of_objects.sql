-- Several installations may share a bucket by mistake: the keys of each one's objects begin with a name that no other has, so that
-- none ever takes another's objects for its own. Backups and copies of this database keep the name.

set local search_path = flurwerk, public;

alter table instance add column object_owner uuid not null default gen_random_uuid();
comment on column instance.object_owner is
    'Whose objects are in the object store: after the prefix of the settings, the keys of all new ones begin with it';
