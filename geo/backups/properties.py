"""What belongs to a database itself and is in no dump: its locale, template, settings and privileges."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.errors import FlurwerkError
from geo.store.database import Connection, conninfo
from geo.store.requirements import template_name
from geo.text import Text

QUOTED_LISTS = (
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
)
"""Settings whose stored value is a list of quoted names, as it has to be written (PostgreSQL's GUC_LIST_QUOTE)."""

SETTINGS: LiteralString = """
    select r.rolname::text as role, s.setting
    from pg_db_role_setting as d
    cross join unnest(d.setconfig) with ordinality as s (setting, nth)
    left join pg_roles as r on r.oid = d.setrole
    where d.setdatabase = (select oid from pg_database where datname = %(database)s)
    order by 1, s.nth
"""

PRIVILEGES: LiteralString = """
    select r.rolname::text as grantee, a.privilege_type, a.is_grantable
    from pg_database as d
    cross join aclexplode(d.datacl) as a
    left join pg_roles as r on r.oid = a.grantee
    where d.datname = %(database)s
    order by 1, 2
"""

ONLY_FOR_SUPERUSERS: LiteralString = """
    select distinct v.name::text
    from pg_available_extension_versions as v
    where v.name = any (%(extensions)s)
      and v.superuser
      and not v.trusted
      and not (select rolsuper from pg_roles where rolname = current_user)
    order by 1
"""

EXTENSIONS: LiteralString = """
    select extname::text
    from pg_extension
    where extnamespace = 'public'::regnamespace
"""

TEMPLATES: LiteralString = """
    select t.datname::text
    from pg_database as t
    join pg_database as p on p.datname = %(present)s
    where t.datname = %(name)s
      and (t.encoding, t.datcollate, t.datctype) = (p.encoding, p.datcollate, p.datctype)
      and (t.datistemplate or pg_has_role(t.datdba, 'usage'))
"""


class ExtensionMissing(FlurwerkError):
    """The role may not create an extension that the backup needs, and no template has it."""


def lacking(connection: Connection, extensions: Sequence[str]) -> list[str]:
    """Return the extensions that this database has not (in the schema public), and the role may not create."""
    needed = {name for (name,) in connection.execute(ONLY_FOR_SUPERUSERS, {"extensions": list(extensions)})}
    return sorted(needed - {name for (name,) in connection.execute(EXTENSIONS)})


def quoted(name: str) -> str:
    """Return a name as it has to be written in SQL."""
    return sql.Identifier(name).as_string()


def may_create_databases(connection: Connection) -> bool:
    """Return whether the connection's role may create databases."""
    row = connection.execute("select rolsuper or rolcreatedb from pg_roles where rolname = current_user").fetchone()
    return row is not None and row[0]


def creating(extensions: Sequence[str]) -> str:
    """Return the statements by which an administrator creates extensions."""
    return "; ".join(f"create extension {name} schema public" for name in extensions)


def template_with(connection: Connection, url: str, present: str, extensions: Sequence[str]) -> str:
    """Return the template for a database that gets these extensions: template0, from which every database can be made.

    If the role may not create one of them, a template has to have it: one for this database alone, named after it, so
    that template1 need not be touched, or template1. Raises ExtensionMissing if neither has it.
    """
    needed = [name for (name,) in connection.execute(ONLY_FOR_SUPERUSERS, {"extensions": list(extensions)})]
    if not needed:
        return "template0"
    own = template_name(present)
    for name in (own, "template1"):
        if connection.execute(TEMPLATES, {"present": present, "name": name}).fetchone() is None:
            continue
        # One that lets nobody in cannot be looked into.
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(conninfo(make_conninfo(url, dbname=name))) as template,
        ):
            if not lacking(template, extensions):
                return name
    raise ExtensionMissing(
        Text(
            "Diese Datenbankrolle darf in einer neuen Datenbank die Erweiterung nicht anlegen: "
            f"{' and '.join(needed)}.",
            f"This database role may not create the extension {' and '.join(needed)} in a new database.",
        ),
        Text(
            f"Lassen Sie die Verwaltung der Datenbank eine Vorlage dafür anlegen, {own}, mit dem, "
            f"was flurwerk db plan ausgibt (mit derselben Sprachumgebung wie {present}); oder in "
            f"template1, aus der alle Datenbanken entstehen, ausführen: {creating(needed)}",
            f"Have an administrator make a template for it, {own}, by what flurwerk db plan prints (in the same "
            "locale as"
            f" {present}); or run in template1, from which all databases are made: {creating(needed)}",
        ),
    )


def create_statement(connection: Connection, present: str, name: str, template: str) -> sql.Composed:
    """Return ``create database`` for one with the present one's owner, encoding, locale, tablespace and limit."""
    row = connection.execute(
        """
        select
            to_jsonb(d) || jsonb_build_object(
                'owner', pg_get_userbyid(d.datdba),
                'encoding', pg_encoding_to_char(d.encoding),
                -- Naming one needs a right; a new database has its template's.
                'tablespace', case when d.dattablespace <> o.dattablespace then s.spcname end
            )
        from pg_database as d
        join pg_tablespace as s on s.oid = d.dattablespace
        join pg_database as o on o.datname = %(template)s
        where d.datname = %(present)s
        """,
        {"present": present, "template": template},
    ).fetchone()
    assert row is not None
    options = sql.SQL(" ").join(
        sql.SQL("{} = {}").format(sql.SQL(option), value) for option, value in _options(row[0]).items()
    )
    return sql.SQL("create database {} template = {} {}").format(
        sql.Identifier(name), sql.Identifier(template), options
    )


def _options(found: Mapping[str, Any]) -> dict[LiteralString, sql.Composable]:
    """Return the options of ``create database``; the columns of pg_database differ from version to version."""
    options: dict[LiteralString, sql.Composable] = {
        "owner": sql.Identifier(found["owner"]),
        "encoding": sql.Literal(found["encoding"]),
        "connection limit": sql.Literal(found["datconnlimit"]),
        "lc_collate": sql.Literal(found["datcollate"]),
        "lc_ctype": sql.Literal(found["datctype"]),
    }
    if found["tablespace"]:
        options["tablespace"] = sql.Identifier(found["tablespace"])
    locale = found.get("datlocale") or found.get("daticulocale")
    if found.get("datlocprovider") == "i":
        options |= {"locale_provider": sql.SQL("icu"), "icu_locale": sql.Literal(locale)}
    if found.get("datlocprovider") == "b":
        options |= {"locale_provider": sql.SQL("builtin"), "builtin_locale": sql.Literal(locale)}
    return options


def copy(connection: Connection, present: str, new: str) -> list[str]:
    """Give the new database the settings and privileges of the present one; return those that the role may not give."""
    refused = []
    for statement in (*_settings(connection, present, new), *_privileges(connection, present, new)):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            refused.append(statement.as_string(connection))
    return refused


def _settings(connection: Connection, present: str, new: str) -> Iterator[sql.Composed]:
    database = sql.Identifier(new)
    for role, setting in connection.execute(SETTINGS, {"database": present}).fetchall():
        name, _, value = setting.partition("=")
        of = sql.SQL("database {}").format(database)
        if role is not None:
            of = sql.SQL("role {} in database {}").format(sql.Identifier(role), database)
        # A list is stored as it has to be written.
        written = sql.SQL(value) if name in QUOTED_LISTS else sql.Literal(value)
        yield sql.SQL("alter {} set {} = {}").format(of, sql.Identifier(*name.split(".")), written)


def _privileges(connection: Connection, present: str, new: str) -> Iterator[sql.Composed]:
    found = connection.execute(PRIVILEGES, {"database": present}).fetchall()
    if not found:
        return
    database = sql.Identifier(new)
    # Without any entry in the list everybody has the default privileges; with one, only those listed.
    yield sql.SQL("revoke all on database {} from public").format(database)
    for grantee, privilege, is_grantable in found:
        yield sql.SQL("grant {} on database {} to {} {}").format(
            sql.SQL(privilege),
            database,
            sql.SQL("public") if grantee is None else sql.Identifier(grantee),
            sql.SQL("with grant option" if is_grantable else ""),
        )
