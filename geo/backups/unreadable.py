"""What of a database the role may not read, and so no backup by it can hold.

pg_dump fails as a whole on the first table that it may not read. All that is Flurwerk's own has to be in a backup. What
else people keep in the database, and show the role only in part, is left out and named.
"""

from collections.abc import Sequence
from typing import LiteralString, NamedTuple

from psycopg.rows import class_row

from geo.access.grants import GRANTED_SCHEMAS
from geo.errors import FlurwerkError
from geo.store.database import Connection
from geo.store.requirements import MIGRATIONS
from geo.text import Text

# Rows are read of tables, and the state of sequences. pg_dump takes an owned sequence with its table, so a table whose
# sequence is unreadable cannot be dumped either; and a view that reads a missing table could not be restored.
UNREADABLE: LiteralString = """
    with recursive refused (oid, reason) as (
        select
            c.oid,
            case
                when not has_schema_privilege(c.relnamespace, 'usage') then 'schema'
                when row_security_active(c.oid) then 'rows'
                else 'select'
            end
        from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'S', 'v', 'm', 'f')
          and n.nspname !~ '^(pg_.*|information_schema)$'
          and not exists (
              select
              from pg_depend as d
              where d.classid = 'pg_class'::regclass
                and d.objid = c.oid
                and d.deptype = 'e'
          )
          and (
              not has_schema_privilege(c.relnamespace, 'usage')
              or c.relkind in ('r', 'p') and (
                  not has_table_privilege(c.oid, 'select')
                  or row_security_active(c.oid)
              )
              or c.relkind = 'S' and not has_sequence_privilege(c.oid, 'select')
          )
        union
        select a.oid, 'depends'
        from refused as r
        cross join lateral (
            select w.ev_class
            from pg_depend as d
            join pg_rewrite as w on w.oid = d.objid
            where d.classid = 'pg_rewrite'::regclass
              and d.refclassid = 'pg_class'::regclass
              and d.refobjid = r.oid
            union all
            select d.refobjid
            from pg_depend as d
            join pg_class as s on s.oid = d.objid and s.relkind = 'S'
            where d.classid = 'pg_class'::regclass
              and d.objid = r.oid
              and d.refclassid = 'pg_class'::regclass
              and d.deptype in ('a', 'i')
        ) as a (oid)
        where a.oid <> r.oid
    )
    select distinct on (n.nspname, c.relname)
        n.nspname::text as schema,
        c.relname::text as name,
        i.type || ' ' || i.identity as object,
        pg_get_userbyid(c.relowner)::text as owner,
        r.reason
    from refused as r
    join pg_class as c on c.oid = r.oid
    join pg_namespace as n on n.oid = c.relnamespace
    cross join pg_identify_object('pg_class'::regclass, c.oid, 0) as i
    order by n.nspname, c.relname, r.reason = 'depends'
"""

LARGE_OBJECTS: LiteralString = """
    select count(*)
    from pg_largeobject_metadata as m
    where not pg_has_role(m.lomowner, 'usage')
      and not exists (
          select
          from aclexplode(m.lomacl) as a
          where a.privilege_type = 'SELECT'
            and case when a.grantee = 0 then true else pg_has_role(a.grantee, 'usage') end
      )
"""

REASONS = {
    "schema": "no right to use its schema",
    "rows": "only some of its rows are shown",
    "select": "no right to read it",
    "depends": "it needs one of these",
}


class BackupRefused(FlurwerkError):
    """The role may not read all of Flurwerk's own tables."""


class Unreadable(NamedTuple):
    """A table, view or sequence that cannot be dumped; ``reason`` is a key of REASONS."""

    schema: str
    name: str
    object: str
    owner: str
    reason: str

    @property
    def is_ours(self) -> bool:
        """Whether it is one of Flurwerk's own, or has been put among them."""
        return self.schema in GRANTED_SCHEMAS or f"{self.schema}.{self.name}" == MIGRATIONS

    def __str__(self) -> str:
        """Return it with its owner and the reason."""
        return f"{self.object} of {self.owner} ({REASONS[self.reason]})"


class Excluded(NamedTuple):
    """What a backup lacks: pg_dump's options that leave it out, and sentences that name it."""

    options: list[str]
    told: list[str]


def excluded(connection: Connection) -> Excluded:
    """Return what a backup by this connection's role has to leave out.

    Raises BackupRefused if something of Flurwerk's own is among it.
    """
    role = connection.execute("select current_user::text").fetchone()
    assert role is not None
    with connection.cursor(row_factory=class_row(Unreadable)) as cursor:
        found = cursor.execute(UNREADABLE).fetchall()
    if ours := [each for each in found if each.is_ours and each.reason != "depends"]:
        raise BackupRefused(
            Text(
                f"Die Datenbankrolle {role[0]} kann nicht alles lesen, was eine Sicherung enthalten "
                f"muss: {_listed(ours)}.",
                f"The database role {role[0]} cannot read all that a backup must hold: {_listed(ours)}.",
            ),
            Text(
                f"Machen Sie {role[0]} zum Eigentümer (alter table … owner to {role[0]}), oder "
                "sichern Sie als Eigentümer der Datenbank.",
                f"Make {role[0]} their owner (alter table … owner to {role[0]}), or back up as the database's owner.",
            ),
        )
    options = [f"--exclude-table={_pattern(each.schema)}.{_pattern(each.name)}" for each in found]
    told = [f"Not in the backup, since the role {role[0]} may not read it: {_listed(found)}."] if found else []
    large = connection.execute(LARGE_OBJECTS).fetchone()
    if large and large[0]:
        options.append("--no-blobs")
        told.append(f"Not in the backup: large objects, since the role {role[0]} may not read {large[0]} of them.")
    return Excluded(options, told)


def _listed(found: Sequence[Unreadable]) -> str:
    return ", ".join(map(str, found))


def _pattern(name: str) -> str:
    """Return a name as a pattern of pg_dump's that matches nothing else."""
    return '"' + name.replace('"', '""') + '"'
