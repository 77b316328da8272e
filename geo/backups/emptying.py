"""Whether a database is empty, and emptying one that a restore has filled in vain.

Where a role may not create databases, an administrator prepares an empty one, and a backup is restored into it.
"""

from typing import LiteralString

from geo.store.database import Connection

IS_EMPTY: LiteralString = """
    select not exists (
        select
        from (
            select 'pg_class'::regclass, oid, relnamespace, relowner from pg_class where relkind <> 'i'
            union all
            select 'pg_proc'::regclass, oid, pronamespace, proowner from pg_proc
        ) as o (class, oid, namespace, owner)
        where o.namespace::regnamespace::text !~ '^(pg_.*|information_schema)$'
          and (%(of_anybody)s or pg_has_role(o.owner, 'usage'))
          and not exists (
              select
              from pg_depend as d
              where d.classid = o.class
                and d.objid = o.oid
                and d.deptype = 'e'
          )
    )
"""

# Schemas first, which take what is in them along; then tables, which do so with their sequences.
OWNED: LiteralString = """
    select i.type, i.identity
    from pg_shdepend as o
    cross join pg_identify_object(o.classid, o.objid, o.objsubid) as i
    where o.dbid = (select oid from pg_database where datname = current_database())
      and o.refclassid = 'pg_authid'::regclass
      and o.refobjid = (select oid from pg_roles where rolname = current_user)
      and o.deptype = 'o'
      and o.classid <> 'pg_extension'::regclass
      and not (o.classid = 'pg_namespace'::regclass and i.identity = 'public')
      and not exists (
          select
          from pg_depend as d
          where d.classid = o.classid
            and d.objid = o.objid
            and d.deptype = 'e'
      )
      -- Default privileges, which no backup has.
      and o.classid <> 'pg_default_acl'::regclass
    order by i.type <> 'schema', i.type <> 'table', i.type, i.identity
"""


KEYWORDS = {"foreign-data wrapper": "foreign data wrapper", "statistics object": "statistics"}
"""Kinds of objects, as the catalogue names them, that `drop` names otherwise."""


def is_empty(connection: Connection, *, of_anybody: bool = False) -> bool:
    """Return whether the role (or anybody) owns nothing in this database but empty schemas and extensions."""
    row = connection.execute(IS_EMPTY, {"of_anybody": of_anybody}).fetchone()
    owned = {kind for kind, _ in connection.execute(OWNED)}
    return row is not None and row[0] and owned <= {"schema"}


def empty(connection: Connection) -> None:
    """Drop all that the role owns in this database, except extensions, and commit.

    Only for a database that was empty before a restore, which alone has filled it since. Not for the superuser that
    the server was set up with: what that one owns is not recorded.
    """
    with connection.transaction():
        for kind, identity in connection.execute(OWNED).fetchall():
            if kind == "large object":
                connection.execute("select lo_unlink(%s::oid)", [identity])
                continue
            # Both come from the catalogue, quoted as in SQL.
            statement = f"drop {KEYWORDS.get(kind, kind)} if exists {identity} cascade"
            connection.execute(statement.encode())
