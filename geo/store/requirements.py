"""What a database needs before it can be migrated: version, extensions, rights of its owner, free names of schemas."""

from collections.abc import Iterator, Sequence
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from geo.store.database import NOW, Connection

EXTENSIONS = ("postgis", "pg_trgm")
"""The extensions that migrations create unless they are there, in the schema public."""

OLDEST_SERVER = 15
"""The first major version of PostgreSQL that has ``merge``, by which files are loaded."""

LONGEST_NAME = 63
"""PostgreSQL's limit for names, in bytes."""

MIGRATIONS = "public.flurwerk_migrations"
"""The table of the applied migrations, with their checksums."""

EXTENSION: LiteralString = """
    select
        (select extnamespace::regnamespace::text from pg_extension where extname = %(name)s) as schema,
        exists (select from pg_available_extensions where name = %(name)s) as is_available,
        (select rolsuper from pg_roles where rolname = current_user)
        or has_database_privilege(current_database(), 'create') and exists (
            select from pg_available_extension_versions where name = %(name)s and trusted
        ) as may_create
"""

RIGHTS: LiteralString = """
    select
        current_user::text as role,
        current_database()::text as database,
        has_database_privilege(current_database(), 'create') as may_create_schemas,
        has_schema_privilege('public', 'create') as may_create_tables
"""

TAKEN: LiteralString = """
    select nspname::text, pg_get_userbyid(nspowner)::text
    from pg_namespace
    where nspname = any (%(names)s)
    order by 1
"""

OWNER: LiteralString = """
    select pg_get_userbyid(nspowner)::text, pg_has_role(nspowner, 'usage'), current_user::text
    from pg_namespace
    where nspname = %(schema)s
"""


class Missing(NamedTuple):
    """Something that a migration needs and lacks, and what to do about it."""

    what: str
    remedy: str


def template_name(database: str) -> str:
    """Return the name of the template from which restores make databases, since it has the extensions."""
    suffix = "_template"
    return database.encode()[: LONGEST_NAME - len(suffix)].decode(errors="ignore") + suffix


def missing(connection: Connection, schemas: Sequence[str]) -> list[Missing]:
    """Return what keeps the database from being migrated.

    ``schemas`` are the names that have to be free in a new one.
    """
    found = [*_server(connection), *_encoding(connection)]
    if connection.execute("select to_regclass(%s)", [MIGRATIONS]).fetchone() != (None,):
        found += _owner(connection)
    else:
        found += [*_rights(connection), *_taken(connection, schemas)]
    for extension in EXTENSIONS:
        found += _extension(connection, extension)
    return found


def _server(connection: Connection) -> Iterator[Missing]:
    major = connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        yield Missing(
            f"The server is PostgreSQL {major}, which cannot load files.", f"Use PostgreSQL {OLDEST_SERVER} or newer."
        )


def _encoding(connection: Connection) -> Iterator[Missing]:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        yield Missing(
            f"The database has the encoding {encoding}, which lacks characters.",
            "Create it anew with encoding UTF8, from template0",
        )


def _owner(connection: Connection) -> Iterator[Missing]:
    row = connection.execute(OWNER, {"schema": NOW}).fetchone()
    if row and not row[1]:
        yield Missing(
            f"The schemas belong to the role {row[0]}; {row[2]} may not change them.",
            f"Use {row[0]} in FLURWERK_DATABASE_URL, or have an administrator run: "
            + _written("grant {} to {}", row[0], row[2]),
        )


def _rights(connection: Connection) -> Iterator[Missing]:
    role, database, may_create_schemas, may_create_tables = _row(connection, RIGHTS)
    if not (may_create_schemas and may_create_tables):
        what = "schemas" if not may_create_schemas else "tables in the schema public"
        yield Missing(
            f"The role {role} may not create {what} in the database {database}.",
            "Have an administrator run: " + _written("alter database {} owner to {}", database, role),
        )


def _taken(connection: Connection, schemas: Sequence[str]) -> Iterator[Missing]:
    for schema, owner in connection.execute(TAKEN, {"names": list(schemas)}):
        yield Missing(
            f"The database has a schema {schema} already, which belongs to {owner}.",
            "Use a database of its own for Flurwerk, or rename that schema until flurwerk migrate has run: "
            + _written("alter schema {} rename to {}", schema, f"{schema}_aside"),
        )


def _extension(connection: Connection, name: str) -> Iterator[Missing]:
    schema, is_available, may_create = _row(connection, EXTENSION, name=name)
    statement = f"create extension {name} with schema public"
    if schema is None and not is_available:
        major = connection.info.server_version // 10000
        package = f"postgresql-{major}-postgis-3" if name == "postgis" else f"postgresql-contrib-{major}"
        yield Missing(
            f"The server does not have the extension {name}.",
            f"Have an administrator install it (Debian: apt-get install {package}), then run: {statement}",
        )
    elif schema is None and not may_create:
        yield Missing(
            f"The database does not have the extension {name}, and its owner may not create it.",
            f"Have an administrator run in this database: {statement}",
        )
    elif schema not in (None, "public"):
        yield Missing(
            f"The extension {name} is in the schema {schema}; Flurwerk looks for it in public.",
            f"Use a database of its own for Flurwerk, in which an administrator runs: {statement}",
        )


def _row(connection: Connection, query: LiteralString, **values: object) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row


def _written(statement: LiteralString, *names: str) -> str:
    return sql.SQL(statement).format(*map(sql.Identifier, names)).as_string()
