"""Database logins for people who edit with their own GIS. Each has the rights of a group and is named in history."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql

from geo.access.inspection import end_of_membership, membership, read_memberships
from geo.access.logins import LoginError, changing_roles, end_sessions, set_password
from geo.access.roles import GROUPS, Role
from geo.store.database import Connection
from geo.text import Text

ROLES = (Role.READER, Role.EDITOR)
"""The roles that a person's login can have, the lower first."""

NAME = r"[a-z_][a-z0-9_.-]{0,62}"
RESERVED = ("flurwerk", "pg_")

BEING_REMOVED = "Flurwerk: being removed"
"""The comment on a login that may no longer log in, so that an interrupted removal can be repeated."""

FIND = """
    select
        r.oid,
        array(
            select g.rolname::text
            from pg_auth_members as m
            join pg_roles as g on g.oid = m.roleid
            where m.member = r.oid
        ),
        shobj_description(r.oid, 'pg_authid') is not distinct from %s
    from pg_roles as r
    where r.rolname = %s
"""


class Person(NamedTuple):
    """The database login of a person, and the groups that it is a member of."""

    oid: int
    groups: frozenset[str]
    is_being_removed: bool


def make_password() -> str:
    """Return a random password of characters that every login dialog accepts."""
    return secrets.token_urlsafe(18)


def add(connection: Connection, name: str, role: Role, password: str | None) -> int | None:
    """Create the login, or give an existing one this role and password, and commit.

    The sessions of an existing login are ended unless it is given a higher role; returns how many there were, else
    None. Without a password the server has to authenticate the login in another way. Raises LoginError if the name is
    not allowed, or belongs to a login that is not for Flurwerk.
    """
    _check_name(name)
    login = sql.Identifier(name)
    needed = sql.SQL("create role {} login; {}").format(login, membership(connection, role.group, name))
    with _raising_login_error(f"{needed.as_string()}; \\password {name}"), changing_roles(connection):
        with connection.transaction():
            person = _find(connection, name)
            if person is None:
                connection.execute(sql.SQL("create role {} login inherit").format(login))
            elif person.is_being_removed:
                connection.execute(sql.SQL("alter role {} login").format(login))
                connection.execute(sql.SQL("comment on role {} is null").format(login))
            connection.execute(membership(connection, role.group, name))
            _leave_groups(connection, name, but=role.group)
            if password:
                set_password(connection, name, password)
        # Not before the commit: sessions that began meanwhile would have the old rights.
        return end_sessions(connection, [person.oid]) if person and not _rises(person, role) else None


def remove(connection: Connection, name: str) -> int:
    """Remove the login, end its sessions, commit, and return how many there were. Its name remains in history.

    Raises LoginError if there is no such login, if it cannot be removed, or if a session does not end: then the login
    can no longer log in, and calling this again removes it.
    """
    _check_name(name)
    login = sql.Identifier(name)
    with _raising_login_error(f"drop role {login.as_string()}"), changing_roles(connection):
        with connection.transaction():
            person = _find(connection, name)
            if person is None:
                raise LoginError(
                    Text(f"Eine Anmeldung „{name}“ gibt es nicht.", f"There is no login “{name}”."),
                    Text("Es wurde nichts geändert.", "Nothing was changed."),
                )
            with connection.transaction(force_rollback=True):
                _drop(connection, name)
            connection.execute(sql.SQL("alter role {} nologin").format(login))
            connection.execute(sql.SQL("comment on role {} is {}").format(login, sql.Literal(BEING_REMOVED)))
            _leave_groups(connection, name)
        # From here on no session can begin, and one that is just beginning has no rights.
        ended = end_sessions(connection, [person.oid])
        with connection.transaction():
            _drop(connection, name)
        return ended + end_sessions(connection, [person.oid])


def _check_name(name: str) -> None:
    if not re.fullmatch(NAME, name) or name.startswith(RESERVED):
        raise LoginError(
            Text(f"„{name}“ kann keine Anmeldung sein.", f"“{name}” cannot be a login."),
            Text(
                f"Erlaubt sind Kleinbuchstaben, Ziffern und ._-; am Anfang darf nicht stehen: {' or '.join(RESERVED)}.",
                f"Use lower-case letters, digits and ._-; it must not begin with {' or '.join(RESERVED)}.",
            ),
        )


def _find(connection: Connection, name: str) -> Person | None:
    """Return the person's login, None if there is no login of that name. Raises LoginError if it is not Flurwerk's."""
    row = connection.execute(FIND, [BEING_REMOVED, name]).fetchone()
    if row is None:
        return None
    oid, groups, is_being_removed = row
    if not set(groups) <= set(GROUPS) or not (groups or is_being_removed):
        raise LoginError(
            Text(
                f"Die Datenbank hat eine Anmeldung „{name}“, die nicht für Flurwerk ist.",
                f"The database has a login “{name}” that is not for Flurwerk.",
            ),
            Text("Wählen Sie einen anderen Namen.", "Choose another name."),
        )
    return Person(oid, frozenset(groups), is_being_removed)


def _leave_groups(connection: Connection, name: str, *, but: str | None = None) -> None:
    for held in read_memberships(connection):
        if held.member == name and held.role != but:
            connection.execute(end_of_membership(connection, held))


def _rises(person: Person, role: Role) -> bool:
    """Whether the role is higher than what the login has now."""
    groups = [one.group for one in ROLES]
    return bool(person.groups) and person.groups <= set(groups[: groups.index(role.group)])


def _drop(connection: Connection, name: str) -> None:
    try:
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))
    except psycopg.errors.DependentObjectsStillExist as error:
        raise LoginError(
            Text(
                f"„{name}“ besitzt Objekte oder hat eigene Rechte ({error.diag.message_detail}).",
                f"“{name}” owns objects or has rights of its own ({error.diag.message_detail}).",
            ),
            Text(
                "Lassen Sie diese zuerst einer anderen Anmeldung übertragen oder entziehen.",
                "Have them reassigned to another login, or revoked, first.",
            ),
        ) from None


@contextmanager
def _raising_login_error(by_administrator: str) -> Iterator[None]:
    """Convert a refusal into LoginError, with what an administrator may do in psql instead."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege:
        raise LoginError(
            Text(
                "Die Anmeldung in FLURWERK_DATABASE_URL darf andere Anmeldungen nicht anlegen, ändern oder entfernen.",
                "The configured database login may not create, change or remove other logins.",
            ),
            Text(
                f"Lassen Sie die Verwaltung der Datenbank in psql ausführen: {by_administrator}",
                f"Have an administrator run in psql: {by_administrator}",
            ),
        ) from None
