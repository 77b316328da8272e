"""Restoring right into an empty database, for which no other has to be created.

While it is filled, a comment on the database says so. If the restore is killed then, the next one knows from it that
all in the database is the first one's; but it drops that only if told, since the service may have worked with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from psycopg import sql

from geo.access.roles import LOGINS
from geo.backups import properties, sessions
from geo.backups.databases import LOCK, UNFINISHED, RestoreRefused, name_in, remark_in
from geo.backups.emptying import empty, is_empty
from geo.backups.properties import quoted
from geo.store.database import Connection, conninfo
from geo.text import Text

COMMENT = """
    select shobj_description(oid, 'pg_database')
    from pg_database
    where datname = current_database()
"""

OWNED = """
    select pg_has_role(datdba, 'usage'), current_user::text, oid
    from pg_database
    where datname = current_database()
"""


def is_to_be_filled(url: str, extensions: Sequence[str], *, discards: bool) -> bool:
    """Return whether the database is empty and has what a backup needs, so that it can be restored right into it.

    With ``discards`` also if it is not empty since an earlier restore was killed. A superuser's is never: it can always
    be restored beside. Raises RestoreRefused if a killed restore is in the way and the role cannot restore beside it
    either, and ExtensionMissing if the database lacks an extension that the role can neither create there nor get from
    a template.
    """
    with suppress(psycopg.OperationalError), psycopg.connect(conninfo(url)) as connection:
        name = name_in(url)
        if connection.info.parameter_status("is_superuser") == "on":
            return False
        may_create = properties.may_create_databases(connection)
        if not is_empty(connection):
            if not _is_unfinished(connection) or (may_create and not discards):
                return False
            if not discards:
                raise RestoreRefused(
                    Text(
                        f"{name} enthält, was eine abgebrochene Wiederherstellung hineingeladen hat.",
                        f"{name} holds what a restore that was broken off has loaded into it.",
                    ),
                    Text(
                        "Hat seitdem niemand damit gearbeitet, verwerfen Sie das und stellen noch einmal "
                        "wieder her: --discard-unfinished",
                        "If nobody has worked with it since, drop that and restore again: --discard-unfinished",
                    ),
                )
        missing = properties.lacking(connection, extensions)
        if missing and not may_create:
            raise properties.ExtensionMissing(
                f"The database {name} lacks the extension {' and '.join(missing)} in the schema public, which the"
                " database role may not create.",
                f"Have an administrator run in it: {properties.creating(missing)}",
            )
        return not missing
    # Whoever manages the server's databases says what is wrong.
    return False


@contextmanager
def filling_empty(url: str, *, discards: bool) -> Iterator[str]:
    """Yield the name of the database in which the context may restore; left by an error, it is emptied again.

    With ``discards``, what a killed restore has loaded is dropped first. Raises RestoreRefused if another restore or
    the service is at work there, if it is not empty any more, or if the role does not own the database.
    """
    name = name_in(url)
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        _refuse_unless_alone(connection, name)
        remark = remark_in(_comment(connection))
        if not is_empty(connection):
            if not (discards and _is_unfinished(connection)):
                raise RestoreRefused(
                    Text(f"{name} ist nicht mehr leer.", f"{name} is no longer empty."),
                    Text("Stellen Sie noch einmal wieder her.", "Restore again."),
                )
            empty(connection)
        _set_comment(connection, name, f"{UNFINISHED}\n{remark or ''}")
        try:
            yield name
        except BaseException:
            # Without the server it stays as it is.
            with suppress(psycopg.Error):
                empty(connection)
                _set_comment(connection, name, remark)
            raise
        _set_comment(connection, name, remark)


def _refuse_unless_alone(connection: Connection, name: str) -> None:
    if connection.execute("select pg_try_advisory_lock(%s, 0)", [LOCK]).fetchone() != (True,):
        raise RestoreRefused(
            Text("Eine andere Wiederherstellung ist im Gange.", "Another restore is at work."),
            Text("Warten Sie, bis sie fertig ist.", "Wait until it has finished."),
        )
    owned = connection.execute(OWNED).fetchone()
    assert owned is not None
    role = owned[1]
    if not owned[0]:
        raise RestoreRefused(
            Text(
                f"Der Datenbankrolle {role} gehört die Datenbank {name} nicht.",
                f"The database role {role} does not own the database {name}.",
            ),
            Text(
                f"Lassen Sie die Verwaltung der Datenbank ausführen: alter database {quoted(name)} "
                f"owner to {quoted(role)}",
                f"Have an administrator run: alter database {quoted(name)} owner to {quoted(role)}",
            ),
        )
    # What the service wrote would be gone if the restore fails in the end.
    if busy := sorted({each.usename for each in sessions.of(connection, owned[2]) if each.usename in LOGINS}):
        raise RestoreRefused(
            Text(f"Mit {name} ist verbunden: {', '.join(busy)}.", f"{', '.join(busy)} is connected to {name}."),
            Text(
                "Halten Sie den Dienst an, und stellen Sie dann noch einmal wieder her.",
                "Stop the service, then restore again.",
            ),
        )


def _is_unfinished(connection: Connection) -> bool:
    return (_comment(connection) or "").startswith(UNFINISHED)


def _comment(connection: Connection) -> str | None:
    row = connection.execute(COMMENT).fetchone()
    return row and row[0]


def _set_comment(connection: Connection, name: str, text: str | None) -> None:
    comment = sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(text))
    connection.execute(comment)
