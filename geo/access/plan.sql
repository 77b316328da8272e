-- What an administrator of the PostgreSQL server runs once for Flurwerk, before the first `flurwerk migrate`:
--
--     psql {psql}--username=ADMINISTRATOR --dbname=postgres --file=THIS_FILE
--
-- For the database {database} and its owner {owner}, as FLURWERK_DATABASE_URL names them. It can be run again, and has to
-- be after FLURWERK_SECRET has changed. Passwords are in it only as SCRAM verifiers, from which they cannot be computed.
-- An administrator who is no superuser runs first, after creating the role: grant {owner} to current_user;

\set ON_ERROR_STOP on
set client_min_messages = warning;

select current_setting('server_version_num')::int >= 160000 as has_options \gset
\if :has_options
    \set rights_only 'with inherit true, set false'
\else
    \set rights_only ''
\endif


-- The owner of the tables: no superuser, and without the right to create roles.

select {create_owner}
where not exists (select from pg_roles where rolname = {owner_name})
\gexec


-- Rights, which nobody logs in as, and the logins of the web service, one for each kind of caller, with one right each.

select format('create role %I nologin', name)
from unnest(array[{group_names}]) as name
where not exists (select from pg_roles where rolname = name)
\gexec

select format('create role %I login', name)
from unnest(array[{login_names}]) as name
where not exists (select from pg_roles where rolname = name)
\gexec

{passwords}
select format('grant %I to %I %s', name || '_rights', name, :'rights_only')
from unnest(array[{login_names}]) as name
\gexec


-- The owner may end the sessions of these logins, for upgrades and restores. It has their rights anyway.

select format('grant %I to %I %s', name, {owner_name}, :'rights_only')
from unnest(array[{login_names}]) as name
where not (select rolsuper from pg_roles where rolname = {owner_name})
\gexec


-- The database. Its owner makes the schemas in it.

select format('create database %I owner %I template template0 encoding ''UTF8'' locale ''C.UTF-8''', {database_name}, {owner_name})
where not exists (select from pg_database where datname = {database_name})
\gexec

alter database {database} owner to {owner};

\connect {database}
set client_min_messages = warning;

{extensions}

-- Otherwise everybody could store data beside the tables. Only a superuser can take this right away.
do $$
begin
    revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
exception
    when insufficient_privilege then
        raise warning 'everybody may still create large objects: only a superuser can change that';
end
$$;
