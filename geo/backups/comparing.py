"""Compares a restored database with its backup, with itself before it was migrated, and with the one it replaces."""

from collections.abc import Mapping
from typing import LiteralString

from psycopg import sql

from geo.errors import FlurwerkError
from geo.figures.releases import chain
from geo.figures.releases.verifying import Verdict, verify
from geo.migrate import is_current
from geo.own_views import FORMER_SCHEMAS, own_schemas
from geo.store.database import HISTORY, Connection
from geo.text import Text

SHOWN = 5
"""How many differences an error lists."""

TABLES: LiteralString = """
    select n.nspname::text, c.relname::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind = 'r'
      and n.nspname not in ('pg_catalog', 'information_schema')
      and pg_has_role(c.relowner, 'usage')
    order by 1, 2
"""
"""The tables that are ours to read: an administrator may keep others in the database."""

OF_EXTENSIONS: LiteralString = """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    where c.relkind = 'r'
"""
"""Tables that an extension fills; a backup holds only the rows that were added."""

RECORDED: LiteralString = """
    select 'flurwerk.' || quote_ident(c.relname)
    from pg_class as c
    join pg_trigger as t on t.tgrelid = c.oid and t.tgname = 'stamp'
    where c.relnamespace = 'flurwerk'::regnamespace
"""

OBJECTS: LiteralString = """
    with listed (class, object, namespace) as (
        select 'pg_class'::regclass, oid, relnamespace from pg_class where relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select 'pg_proc'::regclass, oid, pronamespace from pg_proc
        union all
        select 'pg_namespace'::regclass, oid, oid from pg_namespace
        union all
        select 'pg_extension'::regclass, oid, extnamespace from pg_extension where extname <> 'plpgsql'
    )
    select i.type || ' ' || i.identity
    from listed as l
    cross join pg_identify_object(l.class, l.object, 0) as i
    where l.namespace::regnamespace::text !~ '^(pg_.*|information_schema)$'
      and l.namespace::regnamespace::text <> all (%(without)s)
      and not exists (
          select from pg_depend as d where d.classid = l.class and d.objid = l.object and d.deptype = 'e'
      )
    order by 1
"""


ENDED: tuple[tuple[str, LiteralString, LiteralString], ...] = (
    ("party", "select id from flurwerk_history.erasures where layer = 'parties'", "select id from flurwerk.parties"),
    (
        "contact",
        "select id from flurwerk_history.erasures where layer = 'contacts'",
        "select id from flurwerk.contacts",
    ),
    (
        "token",
        "select name from flurwerk_access.tokens where revoked_at is not null",
        "select name from flurwerk_access.tokens where revoked_at is null",
    ),
)
"""What can be ended: the statements for those that have been, and for those that have not."""


class NotTheSame(FlurwerkError):
    """What was restored differs from what was backed up."""


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table that the role owns, by its qualified name, quoted as in SQL."""
    found: dict[str, int] = {}
    for schema, table, name in connection.execute(TABLES).fetchall():
        statement = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
        row = connection.execute(statement).fetchone()
        found[name] = row[0] if row else 0
    return found


def refuse_difference(connection: Connection, restored: Mapping[str, int], backed_up: Mapping[str, int]) -> None:
    """Raise NotTheSame unless every table of the backup has been restored with as many rows."""
    of_extensions = {name for (name,) in connection.execute(OF_EXTENSIONS)}
    wrong = [
        f"{table}: {restored.get(table, 'missing')} of {rows}"
        for table, rows in backed_up.items()
        if restored.get(table) != rows and table not in of_extensions
    ]
    _refuse(wrong, "Not all rows were restored")


def refuse_loss(connection: Connection, before: Mapping[str, int]) -> None:
    """Raise NotTheSame if migrating has changed how many records a layer has, or shortened a history.

    ``before`` are the counts from before. Tables that Flurwerk computes may differ.
    """
    now = counts(connection)
    if not any(table.startswith(f"{HISTORY}.") for table in before):
        before = {_renamed(table): rows for table, rows in before.items()}
    recorded = {name for (name,) in connection.execute(RECORDED)}
    wrong = [
        f"{table}: {now.get(table, 'gone')} instead of {rows}"
        for table, rows in before.items()
        if (table in recorded and now.get(table) != rows)
        or (table.startswith(f"{HISTORY}.") and now.get(table, -1) < rows)
    ]
    _refuse(wrong, "Migrating has changed the number of records")


def _renamed(table: str) -> str:
    """Return the qualified name that migration 0032_schema_names has given to a table."""
    schema, dot, name = table.partition(".")
    return FORMER_SCHEMAS.get(schema, schema) + dot + name


def _refuse(wrong: list[str], what: str) -> None:
    if wrong:
        more = f" and {len(wrong) - SHOWN} more tables" if len(wrong) > SHOWN else ""
        raise NotTheSame(
            f"{what} ({'; '.join(wrong[:SHOWN])}{more}).",
            Text("Bitte melden Sie das. Es wurde nichts geändert.", "Please report this. Nothing was changed."),
        )


def verdicts(connection: Connection) -> list[Verdict]:
    """Verify all releases, every figure computed again, and return what came of each."""
    return [verify(connection, release.period, release.number) for release in chain.releases(connection)]


def only_in(present: Connection, restored: Connection) -> list[str]:
    """Return kind and name of what the present database has and the restored one lacks, such as an operator's views."""
    # Of our own, another version has others.
    without = [] if is_current(present) else list(own_schemas(present))
    found, again = (
        {name for (name,) in connection.execute(OBJECTS, {"without": without})} for connection in (present, restored)
    )
    return sorted(found - again)


def revived(present: Connection, restored: Connection) -> list[str]:
    """Return what somebody has ended in the present database and the backup brings back: people and tokens."""
    if not is_current(present):
        return []
    found: list[str] = []
    for what, ended, alive in ENDED:
        gone = {name for (name,) in present.execute(ended)}
        found += sorted(f"{what} {name}" for (name,) in restored.execute(alive) if name in gone)
    return found
