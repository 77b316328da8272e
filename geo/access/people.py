"""Database logins for people who edit with their own GIS. Each has the grants of a role and is named in history."""

import re
import secrets

import psycopg
from psycopg import sql

from geo.access.logins import GROUPS, LOGINS, LoginError, set_password
from geo.access.roles import Role
from geo.store.database import Connection

ROLES = (Role.READER, Role.EDITOR)
NAME = r"[a-z_][a-z0-9_.-]{0,62}"
RESERVED = ("flurwerk", "pg_")


def make_password() -> str:
    """Return a random password of characters that every login dialog accepts."""
    return secrets.token_urlsafe(18)


def add(connection: Connection, name: str, role: Role, password: str | None) -> None:
    """Create the login, or give an existing one this role and password.

    Without a password the server has to authenticate the login in another way. Raises LoginError if the name is not
    allowed, or belongs to a login that is not for Flurwerk.
    """
    _check(connection, name)
    login = sql.Identifier(name)
    groups = _groups(connection, name)
    try:
        if groups is None:
            connection.execute(sql.SQL("create role {} login inherit").format(login))
        for group in set(groups or ()) - {role.login}:
            connection.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(group), login))
        connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role.login), login))
        if password:
            set_password(connection, name, password)
    except psycopg.errors.InsufficientPrivilege:
        raise LoginError(
            "The configured database login may not create other logins.",
            "Give it the right to: alter role NAME createrole",
        ) from None


def remove(connection: Connection, name: str) -> None:
    """Remove the login and end its sessions. Its name remains in history. Raises LoginError if there is none."""
    _check(connection, name)
    if _groups(connection, name) is None:
        raise LoginError(f"There is no login “{name}”.", "Nothing was changed.")
    try:
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))
    except psycopg.errors.DependentObjectsStillExist:
        raise LoginError(
            f"“{name}” owns objects in a database of this server.",
            "Have them reassigned to another login first.",
        ) from None
    connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", [name])


def _check(connection: Connection, name: str) -> None:
    if not re.fullmatch(NAME, name) or name.startswith(RESERVED):
        raise LoginError(
            f"“{name}” cannot be a login.",
            f"Use lower-case letters, digits and ._-; it must not begin with {' or '.join(RESERVED)}.",
        )
    groups = _groups(connection, name)
    if groups is not None and not (groups and set(groups) <= set(LOGINS)):
        raise LoginError(f"The database has a login “{name}” that is not for Flurwerk.", "Choose another name.")


def _groups(connection: Connection, name: str) -> list[str] | None:
    """Return the roles that the login is a member of, or None if there is no such login."""
    if connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone() is None:
        return None
    return [group for (group,) in connection.execute(GROUPS, [name])]
