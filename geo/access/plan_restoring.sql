

-- For `flurwerk db restore`, which restores beside the present database and then exchanges the two. The owner cannot create
-- PostGIS in a new database; a template has it.

alter role {owner} createdb;

select format('create database %I template template0 encoding ''UTF8'' locale ''C.UTF-8''', {template_name})
where not exists (select from pg_database where datname = {template_name})
\gexec

do $plan$
begin
    if exists (
        select from pg_database where datname = {template_name} and not datistemplate and pg_get_userbyid(datdba) <> current_user
    ) then
        raise exception 'the database % exists already, and belongs to another role: rename it first', {template_name};
    end if;
end
$plan$;

\connect {template}
set client_min_messages = warning;

{extensions}
alter database {template} is_template true;
