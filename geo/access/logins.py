"""The service's database logins and the groups whose rights they have."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql

from geo.access.inspection import Fault, administers, faults, joins_login, read_memberships
from geo.access.roles import LOGINS
from geo.errors import FlurwerkError
from geo.settings import Settings
from geo.store.database import Connection, first_line, login_conninfo, login_password
from geo.store.sessions import open_session
from geo.text import Text

LOCK = 4713
"""Key of the advisory lock under which roles are changed."""

WAIT_FOR_END_MS = 10_000

log = logging.getLogger("flurwerk.roles")


class LoginError(FlurwerkError):
    """A database login cannot be created, changed or removed."""


# Only those who have a role's rights may end its sessions; the owner may have created a login without having them.
MAY_END_ANY = """
    select rolsuper or pg_has_role('pg_signal_backend', 'usage')
    from pg_roles
    where rolname = current_user
"""

OUTSIDERS = """
    select r.oid
    from pg_roles as r
    where r.rolcanlogin
      and not {administers}
      and exists (
          select
          from pg_roles as j
          where j.rolname = any(%s)
            and pg_has_role(r.oid, j.oid, 'member')
      )
"""

WITHOUT_RIGHTS = """
    select rolname
    from pg_roles
    where oid = any(%s)
      and not pg_has_role(oid, 'usage')
"""

SOME_SESSION = """
    select exists (select from pg_stat_activity where usesysid = any(%s) and pid <> pg_backend_pid())
"""

END_SESSIONS = """
    select pid, backend_type = 'client backend' as is_session, pg_terminate_backend(pid, %s) as has_ended
    from pg_stat_activity
    where usesysid = any(%s)
      and pid <> pg_backend_pid()
"""


@contextmanager
def changing_roles(connection: Connection) -> Iterator[None]:
    """Commit, and let nobody else of this database change roles within the context, however often it commits."""
    connection.commit()
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])
        connection.commit()


class Outsiders(NamedTuple):
    """Roles (oids) that were members of the service's logins, and how many of their sessions have been ended."""

    roles: list[int]
    ended: int


class Refused(NamedTuple):
    """The password derived for a login that cannot log in with it, and the server's reason."""

    password: str
    reason: str


def renew_service_roles(connection: Connection, refused: Mapping[str, Refused]) -> Outsiders:
    """Create the groups and logins missing in the cluster, and correct those that are not as they should be.

    All databases of a cluster share them. The passwords of the ``refused`` logins are set. Whoever is a member of a
    login becomes a member of its group instead. Their sessions, which may have become one of the logins, are ended;
    call `end_sessions` again after the commit for those that began meanwhile. Raises LoginError if the connection lacks
    the right to do what the service needs.
    """
    connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    outsiders = _members_of_logins(connection)
    # Before anything else: if the connection lacks the right to, nothing is changed.
    ended = end_sessions(connection, outsiders)
    uncorrected = [fault for fault in faults(connection) if not _correct(connection, fault)]
    if needed := [fault for fault in uncorrected if fault.must_be_corrected]:
        raise LoginError(
            Text(
                "Die Anmeldung in FLURWERK_DATABASE_URL darf die Rollen des Dienstes nicht anlegen "
                f"oder ändern ({', '.join(dict.fromkeys(fault.role for fault in needed))}).",
                "The current database login may not create or change the roles of the service"
                f" ({', '.join(dict.fromkeys(fault.role for fault in needed))}).",
            ),
            Text(
                "Bitten Sie eine Verwalterin oder einen Verwalter der Datenbank, das auszuführen: "
                f"{'; '.join(fault.remedy.as_string() for fault in needed)};",
                f"Ask an administrator to run: {'; '.join(fault.remedy.as_string() for fault in needed)};",
            ),
        )
    _set_passwords(connection, refused)
    return Outsiders(outsiders, ended)


def refused_logins(settings: Settings) -> dict[str, Refused]:
    """Return the logins that cannot log in with the passwords derived from the settings.

    A login that is missing is among them, and one that is refused for another reason, such as for want of a connection:
    the server tells these apart in its own language only. Empty where no passwords are derived (peer, trust).
    """
    refused: dict[str, Refused] = {}
    for login in LOGINS:
        if password := login_password(settings, login):
            try:
                open_session(login_conninfo(settings, login)).close()
            except psycopg.OperationalError as error:
                refused[login] = Refused(password, first_line(error))
    return refused


def _set_passwords(connection: Connection, refused: Mapping[str, Refused]) -> None:
    try:
        with connection.transaction():
            for login, (password, _) in refused.items():
                set_password(connection, login, password)
    except psycopg.errors.InsufficientPrivilege:
        reasons = dict.fromkeys(reason for _, reason in refused.values())
        raise LoginError(
            Text(
                f"Der Dienst kann sich nicht anmelden als {', '.join(refused)} ({'; '.join(reasons)}), "
                "und die Anmeldung in FLURWERK_DATABASE_URL darf keine Kennwörter setzen.",
                f"The service cannot log in as {', '.join(refused)} ({'; '.join(reasons)}), and the current "
                "database login "
                "may not set their passwords.",
            ),
            Text(
                "Hat sich FLURWERK_SECRET oder das Kennwort in der Adresse geändert, muss die "
                "Verwaltung der Datenbank ausführen, was flurwerk db plan ausgibt.",
                "If FLURWERK_SECRET or the password in the URL has changed, have an administrator run what flurwerk db "
                "plan prints.",
            ),
        ) from None


def set_password(connection: Connection, login: str, password: str) -> None:
    """Set a login's password. Only its SCRAM verifier is sent, since statements may be logged."""
    verifier = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(verifier)))


def end_sessions(connection: Connection, roles: Iterable[int]) -> int:
    """End all sessions of these roles (oids), in all databases of the cluster; wait for their end; return how many.

    Raises LoginError if the connection lacks the right to end them, or if one does not end.
    """
    wanted = list(roles)
    with connection.transaction(force_rollback=True):
        # Within a transaction, the list of sessions stays as first read.
        connection.execute("select pg_stat_clear_snapshot()")
        if connection.execute(SOME_SESSION, [wanted]).fetchone() == (False,):
            return 0
        try:
            if connection.execute(MAY_END_ANY).fetchone() != (True,):
                _join(connection, wanted)
            found = connection.execute(END_SESSIONS, [WAIT_FOR_END_MS, wanted]).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            raise LoginError(
                Text(
                    "Die Anmeldung in FLURWERK_DATABASE_URL darf Sitzungen anderer Anmeldungen nicht "
                    "beenden, und einige müssen enden.",
                    "The current database login may not end other logins' sessions, and some have to be ended.",
                ),
                Text(
                    "Bitten Sie die Verwaltung der Datenbank, ihr pg_signal_backend zu geben, und führen "
                    "Sie das noch einmal aus.",
                    "Ask an administrator to grant it pg_signal_backend, then run this again.",
                ),
            ) from None
        connection.execute("select pg_stat_clear_snapshot()")
        remaining = "select count(*) from pg_stat_activity where pid = any(%s) and usesysid = any(%s)"
        failed = [pid for pid, _, has_ended in found if not has_ended]
        if connection.execute(remaining, [failed, wanted]).fetchone() != (0,):
            raise LoginError(
                Text("Eine Sitzung endet nicht.", "A session does not end."),
                Text(
                    "Führen Sie das noch einmal aus. Hilft es nicht, starten Sie den Server neu.",
                    "Run this again. If that does not help, restart the server.",
                ),
            )
    return sum(is_session for _, is_session, _ in found)


def _correct(connection: Connection, fault: Fault) -> bool:
    """Return whether the fault has been corrected, or the connection lacks the right to."""
    try:
        with connection.transaction():
            connection.execute(fault.remedy)
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        # Another database of the cluster is being migrated at the same time.
        return True
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject):
        return False
    if not fault.is_new:
        log.warning("%s: %s Corrected: %s", fault.role, fault.what.en, fault.remedy.as_string())
    return True


def _members_of_logins(connection: Connection) -> list[int]:
    """Return the oids of those who are members of the service's logins, directly or through another role."""
    joined = sorted({held.member for held in read_memberships(connection) if joins_login(held)})
    query = sql.SQL(OUTSIDERS).format(administers=administers("r"))
    return [oid for (oid,) in connection.execute(query, [joined])]


def _join(connection: Connection, roles: list[int]) -> None:
    names = connection.execute(WITHOUT_RIGHTS, [roles]).fetchall()
    for (name,) in names:
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(name)))
