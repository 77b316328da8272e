"""What operators have made around Flurwerk's views, which replacing and renaming them would take away or break."""

from typing import LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.access.roles import GROUPS, LOGINS
from geo.own_views import FORMER_SCHEMAS, own_views
from geo.store.database import Connection

GRANTS: LiteralString = """
    select
        n.nspname::text as schema,
        c.relname::text as view,
        g.rolname::text as grantee,
        a.privilege_type as privilege,
        a.is_grantable
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    cross join aclexplode(c.relacl) as a
    join pg_roles as g on g.oid = a.grantee
    where c.oid = any (%(views)s::oid[])
      and a.grantee <> c.relowner
      and g.rolname <> all (%(own)s)
    order by 1, 2, 3, 4
"""

FUNCTIONS: LiteralString = """
    select oid::regprocedure::text
    from pg_proc
    where prosrc ~ %(pattern)s
      and pronamespace::regnamespace::text !~ '^(pg_.*|information_schema|flurwerk.*)$'
      and not (pronamespace::regnamespace::text = any (%(former)s))
    order by 1
"""


class Grant(NamedTuple):
    """A privilege on one of the views that has been granted to a role of the operator."""

    schema: str
    view: str
    grantee: str
    privilege: str
    is_grantable: bool


def grants_on_views(connection: Connection) -> list[Grant]:
    """Return what operators have granted to roles of their own on the views that `migrate` makes."""
    values = {"views": [view.oid for view in own_views(connection)], "own": [*GROUPS, *LOGINS]}
    with connection.cursor(row_factory=class_row(Grant)) as cursor:
        found = cursor.execute(GRANTS, values).fetchall()
    return [grant._replace(schema=FORMER_SCHEMAS.get(grant.schema, grant.schema)) for grant in found]


def grant_again(connection: Connection, granted: list[Grant]) -> list[str]:
    """Grant these again on the views as they have been made anew; return those whose view is gone."""
    present = {(view.schema, view.name) for view in own_views(connection)}
    for grant in granted:
        if (grant.schema, grant.view) in present:
            connection.execute(_statement(grant))
    return [_statement(grant).as_string() for grant in granted if (grant.schema, grant.view) not in present]


def functions_with_former_names(connection: Connection) -> list[str]:
    """Return the operator's functions whose texts name schemas as they were called before 0032_schema_names."""
    named = "|".join(FORMER_SCHEMAS)
    values = {"pattern": rf'(?<![\w.])({named})\.[\w"]', "former": list(FORMER_SCHEMAS)}
    return [name for (name,) in connection.execute(FUNCTIONS, values)]


def _statement(grant: Grant) -> sql.Composed:
    return sql.SQL("grant {} on {} to {}{}").format(
        # From the catalogue, which has keywords only.
        sql.SQL(grant.privilege),  # pyright: ignore[reportArgumentType]
        sql.Identifier(grant.schema, grant.view),
        sql.Identifier(grant.grantee),
        sql.SQL(" with grant option" if grant.is_grantable else ""),
    )
