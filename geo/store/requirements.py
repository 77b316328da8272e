"""What a database needs before it can be migrated: version, extensions, rights of its owner, free names of schemas."""

from collections.abc import Iterator, Sequence
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from geo.store.database import Connection
from geo.text import Text

EXTENSIONS = ("postgis", "pg_trgm")
"""The extensions that migrations create unless they are there, in the schema public."""

OLDEST_SERVER = 15
"""The first major version of PostgreSQL that has ``merge``, by which files are loaded."""

OLDEST_POSTGIS = (3, 3)
"""The first version of PostGIS that Flurwerk is tested with."""

SHARED = ("postgres", "template0", "template1")
"""Databases that every server has, which are not Flurwerk's."""

LONGEST_NAME = 63
"""PostgreSQL's limit for names, in bytes."""

MIGRATIONS = "public.flurwerk_migrations"
"""The table of the applied migrations, with their checksums."""

EXTENSION: LiteralString = """
    select
        (select extnamespace::regnamespace::text from pg_extension where extname = %(name)s) as schema,
        (select extversion from pg_extension where extname = %(name)s) as version,
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

OWNERS: LiteralString = """
    select pg_get_userbyid(c.relowner)::text as owner, min(c.oid::regclass::text) as example, current_user::text
    from pg_class as c
    where c.relnamespace::regnamespace::text = any (%(schemas)s)
      and c.relkind in ('r', 'v', 'm', 'S')
      and c.relowner <> (select oid from pg_roles where rolname = current_user)
    group by 1
    order by 1
"""


class Missing(NamedTuple):
    """Something that a migration needs and lacks, and what to do about it.

    ``by_plan``: what `flurwerk db plan` prints does it, too.
    """

    what: Text
    remedy: Text
    by_plan: bool = False


def cut(name: str, suffix: str, room: int = 0) -> str:
    """Return a name with a suffix, cut before it so that with ``room`` more bytes it fits PostgreSQL's limit."""
    return name.encode()[: LONGEST_NAME - len(suffix) - room].decode(errors="ignore") + suffix


def template_name(database: str) -> str:
    """Return the name of the template from which restores make databases, since it has the extensions."""
    return cut(database, "_template")


def missing(connection: Connection, own: Sequence[str], new: Sequence[str]) -> list[Missing]:
    """Return what keeps the database from being migrated.

    ``own`` are the schemas that Flurwerk has in it already, ``new`` the names that migrating needs besides.
    """
    found = [*_server(connection), *_encoding(connection), *_rights(connection), *_taken(connection, new)]
    found += _owners(connection, own)
    for extension in EXTENSIONS:
        found += _extension(connection, extension)
    return found


def _server(connection: Connection) -> Iterator[Missing]:
    major = connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        yield Missing(
            Text(
                f"Der Server ist PostgreSQL {major}, das keine Dateien laden kann.",
                f"The server is PostgreSQL {major}, which cannot load files.",
            ),
            Text(f"Nehmen Sie PostgreSQL {OLDEST_SERVER} oder neuer.", f"Use PostgreSQL {OLDEST_SERVER} or newer."),
        )


def _encoding(connection: Connection) -> Iterator[Missing]:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        yield Missing(
            Text(
                f"Die Datenbank hat die Kodierung {encoding}, der Zeichen fehlen.",
                f"The database has the encoding {encoding}, which lacks characters.",
            ),
            Text(
                "Legen Sie sie mit der Kodierung UTF8 neu an, aus template0",
                "Create it anew with encoding UTF8, from template0",
            ),
        )


def _owners(connection: Connection, own: Sequence[str]) -> Iterator[Missing]:
    """Nobody else may own a table: half of the rights would be one's, half the other's."""
    for owner, example, role in connection.execute(OWNERS, {"schemas": list(own)}):
        statement = _written("reassign owned by {} to {}", owner, role)
        yield Missing(
            Text(
                f"Tabellen wie {example} gehören der Rolle {owner}, und {role} ist eine andere.",
                f"Tables such as {example} belong to the role {owner}, and {role} is another.",
            ),
            Text(
                f"Nehmen Sie {owner} in FLURWERK_DATABASE_URL, oder lassen Sie die Verwaltung der Datenbank in dieser "
                f"ausführen: {statement}",
                f"Use {owner} in FLURWERK_DATABASE_URL, or have an administrator run in this database: {statement}",
            ),
        )


def _rights(connection: Connection) -> Iterator[Missing]:
    role, database, may_create_schemas, may_create_tables = _row(connection, RIGHTS)
    if not may_create_schemas:
        statement = _written("alter database {} owner to {}", database, role)
        yield Missing(
            Text(
                f"Die Rolle {role} darf in der Datenbank {database} keine Schemas anlegen.",
                f"The role {role} may not create schemas in the database {database}.",
            ),
            _run(statement)
            if database not in SHARED
            else Text("Nehmen Sie eine eigene Datenbank für Flurwerk", "Use a database of its own for Flurwerk"),
            by_plan=database not in SHARED,
        )
    if not may_create_tables:
        yield Missing(
            Text(
                f"Die Rolle {role} darf im Schema public der Datenbank {database} keine Tabellen anlegen.",
                f"The role {role} may not create tables in the schema public of the database {database}.",
            ),
            _run_here(_written("grant create on schema public to {}", role)),
        )


def _taken(connection: Connection, schemas: Sequence[str]) -> Iterator[Missing]:
    for schema, owner in connection.execute(TAKEN, {"names": list(schemas)}):
        statement = _written("alter schema {} rename to {}", schema, f"{schema}_aside")
        yield Missing(
            Text(
                f"Die Datenbank hat schon ein Schema {schema}, das {owner} gehört.",
                f"The database has a schema {schema} already, which belongs to {owner}.",
            ),
            Text(
                "Nehmen Sie eine eigene Datenbank für Flurwerk, oder benennen Sie das Schema um, bis flurwerk migrate "
                f"gelaufen ist: {statement}",
                "Use a database of its own for Flurwerk, or rename that schema until flurwerk migrate has run: "
                f"{statement}",
            ),
        )


def _extension(connection: Connection, name: str) -> Iterator[Missing]:
    schema, version, is_available, may_create = _row(connection, EXTENSION, name=name)
    statement = f"create extension {name} with schema public"
    if schema is None and not is_available:
        major = connection.info.server_version // 10000
        package = f"postgresql-{major}-postgis-3" if name == "postgis" else f"postgresql-contrib-{major}"
        yield Missing(
            Text(f"Der Server hat die Erweiterung {name} nicht.", f"The server does not have the extension {name}."),
            Text(
                f"Lassen Sie die Verwaltung sie installieren (Debian: apt-get install {package}) und dann ausführen: "
                f"{statement}",
                f"Have an administrator install it (Debian: apt-get install {package}), then run: {statement}",
            ),
        )
    elif schema is None and not may_create:
        yield Missing(
            Text(
                f"Die Datenbank hat die Erweiterung {name} nicht, und ihr Eigentümer darf sie nicht anlegen.",
                f"The database does not have the extension {name}, and its owner may not create it.",
            ),
            _run_here(statement),
            by_plan=True,
        )
    elif schema not in (None, "public"):
        yield Missing(
            Text(
                f"Die Erweiterung {name} ist im Schema {schema}; Flurwerk sucht sie in public.",
                f"The extension {name} is in the schema {schema}; Flurwerk looks for it in public.",
            ),
            Text(
                "Nehmen Sie eine eigene Datenbank für Flurwerk, in der die Verwaltung der Datenbank ausführt: "
                f"{statement}",
                f"Use a database of its own for Flurwerk, in which an administrator runs: {statement}",
            ),
        )
    elif name == "postgis" and version and tuple(map(int, version.split(".")[:2])) < OLDEST_POSTGIS:
        oldest = f"{OLDEST_POSTGIS[0]}.{OLDEST_POSTGIS[1]}"
        yield Missing(
            Text(
                f"Die Datenbank hat PostGIS {version}, dem Funktionen fehlen.",
                f"The database has PostGIS {version}, which lacks functions.",
            ),
            Text(
                f"Lassen Sie die Verwaltung PostGIS {oldest} oder neuer installieren und dann in dieser Datenbank "
                "ausführen: select postgis_extensions_upgrade()",
                f"Have an administrator install PostGIS {oldest} or newer, then run in this database: select "
                "postgis_extensions_upgrade()",
            ),
        )


def _run(statement: str) -> Text:
    return Text(
        f"Lassen Sie die Verwaltung der Datenbank ausführen: {statement}", f"Have an administrator run: {statement}"
    )


def _run_here(statement: str) -> Text:
    return Text(
        f"Lassen Sie die Verwaltung der Datenbank in dieser ausführen: {statement}",
        f"Have an administrator run in this database: {statement}",
    )


def _row(connection: Connection, query: LiteralString, **values: object) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row


def _written(statement: LiteralString, *names: str) -> str:
    return sql.SQL(statement).format(*map(sql.Identifier, names)).as_string()
