"""Finds database roles that are not as they should be, each with the statement that corrects it.

`flurwerk migrate` executes these statements, `flurwerk check` shows them. The groups have the rights and cannot log
in; each login of the service is a member of its group, and nobody is a member of a login: since every role may change
its own password and settings, a member could change the service's.
"""

from collections.abc import Iterator
from typing import LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import namedtuple_row

from geo.access.roles import GROUPS, LOGINS, group_of
from geo.records.layers.layer import Text
from geo.store.database import Connection

ATTRIBUTES: dict[str, tuple[LiteralString, LiteralString]] = {
    "rolsuper": ("superuser", "nosuperuser"),
    "rolcreatedb": ("createdb", "nocreatedb"),
    "rolcreaterole": ("createrole", "nocreaterole"),
    "rolreplication": ("replication", "noreplication"),
    "rolbypassrls": ("bypassrls", "nobypassrls"),
    "rolinherit": ("inherit", "noinherit"),
    "rolcanlogin": ("login", "nologin"),
}
"""The attributes of a role, by their columns in pg_roles: the keywords that give and take them."""

# Whoever may create roles or owns the schema can change the service's logins anyway. Whoever owns another database may
# be the owner of another installation on this server, to which its administrator has given the same.
ADMINISTERS: LiteralString = """
    (
        {role}.rolsuper
        or {role}.rolcreaterole
        or pg_has_role({role}.oid, (select nspowner from pg_namespace where nspname = 'flurwerk'), 'member')
        or exists (select from pg_database where datdba = {role}.oid)
    )
"""

FOUND_ROLES = """
    select rolname as name, to_jsonb(r) as attributes
    from pg_roles as r
    where rolname = any(%s)
"""

# PostgreSQL 16 added the options set and inherit. Before, every member could set the role, and inherited as its own
# attribute said.
MEMBERSHIPS = """
    select
        g.rolname as role,
        m.rolname as member,
        w.rolname as grantor,
        a.admin_option as may_grant,
        coalesce((to_jsonb(a) ->> 'set_option')::boolean, false) as may_set,
        coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, true) as inherits,
        {administers} as administers
    from pg_auth_members as a
    join pg_roles as g on g.oid = a.roleid
    join pg_roles as m on m.oid = a.member
    left join pg_roles as w on w.oid = a.grantor
    where g.rolname = any(%(own)s)
       or m.rolname = any(%(own)s)
    order by role, member, grantor
"""

ROLE_SETTINGS = """
    select r.rolname as role, d.datname as database, s.setconfig as settings
    from pg_db_role_setting as s
    join pg_roles as r on r.oid = s.setrole
    left join pg_database as d on d.oid = s.setdatabase
    where r.rolname = any(%s)
    order by role, database nulls first
"""

LARGE_OBJECTS = """
    select p.oid::regprocedure::text as function
    from pg_proc as p
    where p.oid in (
        'pg_catalog.lo_creat(integer)'::regprocedure,
        'pg_catalog.lo_create(oid)'::regprocedure,
        'pg_catalog.lo_from_bytea(oid, bytea)'::regprocedure
    )
      and has_function_privilege('public', p.oid, 'execute')
    order by function
"""


class Fault(NamedTuple):
    """A role that is not as it should be, and the statement that corrects it.

    ``is_new``: it is merely missing, as on a server that has just been set up. ``must_be_corrected``: without that the
    service would not work, or people could change its logins.
    """

    role: str
    what: Text
    remedy: sql.Composed
    is_new: bool = False
    must_be_corrected: bool = True


class Membership(NamedTuple):
    """A row of pg_auth_members, with what the member may do with the role."""

    role: str
    member: str
    grantor: str | None
    may_grant: bool
    may_set: bool
    inherits: bool
    administers: bool


def faults(connection: Connection) -> Iterator[Fault]:
    """Yield what is wrong with the roles, in the order in which it is to be corrected. The schema must exist."""
    yield from _attributes(connection)
    memberships = read_memberships(connection)
    yield from _lacking_groups(connection, memberships)
    yield from _members_of_logins(connection, memberships)
    for held in memberships:
        yield from _superfluous(connection, held)
    yield from _settings(connection)
    yield from _large_objects(connection)


def read_memberships(connection: Connection) -> list[Membership]:
    """Return who is a member of the service's roles, and of what they are members."""
    query = sql.SQL(MEMBERSHIPS).format(administers=administers("m"))
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        rows = cursor.execute(query, {"own": [*GROUPS, *LOGINS]}).fetchall()
    return [Membership(*row) for row in rows]


def administers(role: LiteralString) -> sql.Composed:
    """Return the condition that the role in a row of pg_roles, given by its alias, may change the logins anyway."""
    return sql.SQL(ADMINISTERS).format(role=sql.SQL(role))


def joins_login(held: Membership) -> bool:
    """Whether it makes somebody a member of one of the service's logins who does not administer them."""
    return held.role in LOGINS and held.member not in (*GROUPS, *LOGINS) and not held.administers


def membership(connection: Connection, group: str, member: str) -> sql.Composed:
    """Return the statement that gives a role a group's rights, and no means to change the group or pass it on."""
    knows_options = connection.info.server_version >= 160000
    options = sql.SQL(" with admin false, inherit true, set false" if knows_options else "")
    return sql.SQL("grant {} to {}{}").format(sql.Identifier(group), sql.Identifier(member), options)


def end_of_membership(connection: Connection, held: Membership, option: LiteralString = "") -> sql.Composed:
    """Return the statement that revokes a membership, or only its ``option``."""
    # Since PostgreSQL 16 the same membership may have been granted by several roles, and each has to be revoked.
    names_grantor = held.grantor is not None and connection.info.server_version >= 160000
    granted_by = sql.SQL(" granted by {}").format(sql.Identifier(held.grantor or "")) if names_grantor else sql.SQL("")
    return sql.SQL("revoke {}{} from {}{} cascade").format(
        sql.SQL(option and f"{option} option for "), sql.Identifier(held.role), sql.Identifier(held.member), granted_by
    )


def _attributes(connection: Connection) -> Iterator[Fault]:
    found = dict(connection.execute(FOUND_ROLES, [[*GROUPS, *LOGINS]]).fetchall())
    for name in (*GROUPS, *LOGINS):
        wanted = {column: column == "rolinherit" for column in ATTRIBUTES} | {"rolcanlogin": name in LOGINS}
        if name not in found:
            options = _keywords(wanted)
            what = Text("Sie fehlt.", "It is missing.")
            yield Fault(
                name, what, sql.SQL("create role {} {}").format(sql.Identifier(name), sql.SQL(options)), is_new=True
            )
        elif wrong := {column: is_on for column, is_on in wanted.items() if found[name][column] != is_on}:
            # Only those: merely to mention an attribute may take a superuser.
            has = _keywords({column: not is_on for column, is_on in wrong.items()})
            what = Text(f"Sie hat die Eigenschaften: {has}.", f"It has the attributes: {has}.")
            yield Fault(name, what, sql.SQL("alter role {} {}").format(sql.Identifier(name), sql.SQL(_keywords(wrong))))


def _keywords(attributes: dict[str, bool]) -> LiteralString:
    return " ".join([ATTRIBUTES[column][0 if is_on else 1] for column, is_on in attributes.items()])


def _lacking_groups(connection: Connection, memberships: list[Membership]) -> Iterator[Fault]:
    held = {(one.member, one.role) for one in memberships if one.inherits}
    for login in LOGINS:
        group = group_of(login)
        if (login, group) not in held:
            what = Text(f"Sie hat die Rechte von {group} nicht.", f"It lacks the rights of {group}.")
            yield Fault(login, what, membership(connection, group, login), is_new=True)


def _members_of_logins(connection: Connection, memberships: list[Membership]) -> Iterator[Fault]:
    joined = [held for held in memberships if joins_login(held)]
    # First all get the rights in another way: revoking one membership may revoke others that were granted through it.
    for held in joined:
        group = group_of(held.role)
        what = Text(
            f"Sie hat ihre Rechte von {held.role} statt von {group}.",
            f"It has its rights from {held.role} instead of {group}.",
        )
        yield Fault(held.member, what, membership(connection, group, held.member))
    for held in joined:
        what = Text(
            f"{held.member} ist Mitglied und kann Kennwort und Einstellungen der Rolle ändern.",
            f"{held.member} is a member and can change the role's password and settings.",
        )
        yield Fault(held.role, what, end_of_membership(connection, held))


def _superfluous(connection: Connection, held: Membership) -> Iterator[Fault]:
    """What a membership gives beyond the rights of a group."""
    own = (*GROUPS, *LOGINS)
    if held.member in own and not (held.member in LOGINS and held.role == group_of(held.member)):
        what = Text(f"Sie ist Mitglied von {held.role}.", f"It is a member of {held.role}.")
        yield Fault(held.member, what, end_of_membership(connection, held))
    elif held.role in GROUPS and not held.administers:
        if held.may_grant:
            what = Text(f"Sie kann {held.role} weitergeben.", f"It can grant {held.role} to others.")
            yield Fault(held.member, what, end_of_membership(connection, held, "admin"))
        if held.may_set:
            what = Text(f"Sie kann zu {held.role} werden.", f"It can become {held.role}.")
            yield Fault(held.member, what, end_of_membership(connection, held, "set"))


def _settings(connection: Connection) -> Iterator[Fault]:
    for role, database, settings in connection.execute(ROLE_SETTINGS, [list(LOGINS)]).fetchall():
        placed = ", ".join(settings)
        what = Text(f"Sie hat eigene Einstellungen: {placed}.", f"It has settings of its own: {placed}.")
        where = sql.SQL(" in database {}").format(sql.Identifier(database)) if database else sql.SQL("")
        remedy = sql.SQL("alter role {}{} reset all").format(sql.Identifier(role), where)
        yield Fault(role, what, remedy, must_be_corrected=False)


def _large_objects(connection: Connection) -> Iterator[Fault]:
    for (function,) in connection.execute(LARGE_OBJECTS).fetchall():
        what = Text(
            f"Jede Rolle kann Daten neben den Tabellen ablegen ({function}).",
            f"Every role can store data beside the tables ({function}).",
        )
        # The name comes from the catalogue, quoted where necessary.
        remedy = sql.SQL("revoke execute on function {} from public").format(sql.SQL(function))
        yield Fault("public", what, remedy, is_new=True, must_be_corrected=False)
