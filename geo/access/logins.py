"""The service's database logins, one per role, and what all logins have in common."""

from collections.abc import Mapping
from typing import LiteralString

import psycopg
from psycopg import sql

from geo.access.roles import TILE_LOGIN, Role
from geo.errors import FlurwerkError
from geo.store.database import Connection

LOGINS = (*(role.login for role in Role), TILE_LOGIN)
HARMLESS: LiteralString = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit"

HARMLESS_NOW = """
    select rolcanlogin and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)
    from pg_roles
    where rolname = %s
"""
GROUPS = """
    select g.rolname
    from pg_auth_members as m
    join pg_roles as g on g.oid = m.roleid
    join pg_roles as r on r.oid = m.member
    where r.rolname = %s
"""


class LoginError(FlurwerkError):
    """A database login cannot be created, changed or removed."""


def create_service_logins(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Create the logins missing in the cluster, and ensure that all may log in and none is a member of another role.

    All databases of a cluster share them. Raises LoginError if the connection lacks the right to create them.
    """
    for login in LOGINS:
        found = connection.execute(HARMLESS_NOW, [login]).fetchone()
        if found is None:
            _create(connection, login)
        elif found == (False,):
            connection.execute(sql.SQL("alter role {} {}").format(sql.Identifier(login), sql.SQL(HARMLESS)))
        for (group,) in connection.execute(GROUPS, [login]).fetchall():
            connection.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(group), sql.Identifier(login)))
    for login, password in passwords.items():
        set_password(connection, login, password)


def set_password(connection: Connection, login: str, password: str) -> None:
    """Set a login's password. Only its SCRAM verifier is sent, since statements may be logged."""
    verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(verifier)))


def _create(connection: Connection, login: str) -> None:
    try:
        with connection.transaction():
            connection.execute(sql.SQL("create role {} {}").format(sql.Identifier(login), sql.SQL(HARMLESS)))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        # Another database of the cluster is being migrated at the same time.
        pass
    except psycopg.errors.InsufficientPrivilege:
        raise LoginError(
            f"The database login {login} is missing, and the current login may not create it.",
            f"Ask an administrator to run, for each of {', '.join(LOGINS)}: create role NAME login",
        ) from None
