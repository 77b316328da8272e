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


-- The owner of the tables: no superuser, and without the right to create roles. {about_password}

select {create_owner}
where not exists (select from pg_roles where rolname = {owner_name})
\gexec

do $plan$
begin
    if exists (select from pg_roles where rolname = {owner_name} and (rolsuper or rolcreaterole or not rolcanlogin)) then
        raise warning 'the owner has existed before, and is a superuser, may create roles or cannot log in';
    end if;
end
$plan$;


-- Rights, which nobody logs in as, and the logins of the web service, one for each kind of caller, with one right each. All
-- databases of the server share them, and so their passwords: other installations on it need the same FLURWERK_SECRET.

select format('create role %I nologin', name)
from unnest(array[{group_names}]) as name
where not exists (select from pg_roles where rolname = name)
\gexec

select format('create role %I login', name)
from unnest(array[{login_names}]) as name
where not exists (select from pg_roles where rolname = name)
\gexec

-- Attributes that they must not have.
select format('alter role %I %s', rolname, wrong.keywords)
from pg_roles
cross join lateral concat_ws(
    ' ',
    case when rolsuper then 'nosuperuser' end,
    case when rolcreatedb then 'nocreatedb' end,
    case when rolcreaterole then 'nocreaterole' end,
    case when rolreplication then 'noreplication' end,
    case when rolbypassrls then 'nobypassrls' end,
    case when not rolinherit then 'inherit' end,
    case when rolcanlogin and rolname like '%\_rights' then 'nologin' end,
    case when not rolcanlogin and rolname not like '%\_rights' then 'login' end
) as wrong (keywords)
where rolname in ({group_names}, {login_names})
  and wrong.keywords <> ''
\gexec

{passwords}
select format('grant %I to %I %s', name || '_rights', name, :'rights_only')
from unnest(array[{login_names}]) as name
\gexec


-- The database. Its owner makes the schemas in it.

select format('create database %I owner %I template template0 encoding ''UTF8'' locale ''C.UTF-8''', {database_name}, {owner_name})
where not exists (select from pg_database where datname = {database_name})
\gexec

-- Of somebody else's database, nothing is changed.
do $plan$
begin
    if not exists (
        select from pg_database where datname = {database_name} and pg_get_userbyid(datdba) = {owner_name} and encoding = 6
    ) then
        raise exception 'the database % exists already, and belongs to another role or is not encoded in UTF-8',
            {database_name}
            using hint = 'Name another one in FLURWERK_DATABASE_URL, or change its owner yourself.';
    end if;
end
$plan$;


-- The owner may end the sessions of these logins, for upgrades and restores. It has their rights anyway.

select format('grant %I to %I %s', name, {owner_name}, :'rights_only')
from unnest(array[{login_names}]) as name
where not (select rolsuper from pg_roles where rolname = {owner_name})
\gexec


\connect {database}
set client_min_messages = warning;

{extensions}

-- Otherwise everybody could store data beside the tables. Only a superuser can take this right away.
do $plan$
begin
    revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
exception
    when insufficient_privilege then
        raise warning 'everybody may still create large objects: only a superuser can change that';
end
$plan$;
