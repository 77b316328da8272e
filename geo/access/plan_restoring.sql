

-- For `flurwerk db restore`, which restores beside the present database and then exchanges the two. The owner cannot create
-- PostGIS in a new database; a template has it.

alter role {owner} createdb;

select format('create database %I template template0 encoding ''UTF8'' locale ''C.UTF-8''', {template_name})
where not exists (select from pg_database where datname = {template_name})
\gexec

\connect {template}
set client_min_messages = warning;

{extensions}
alter database {template} is_template true;
