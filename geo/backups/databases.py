"""The databases of the server beside the one in use: made, exchanged by their names, and dropped.

All of it is done from another database of the server, since none can be renamed from within.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import class_row

from geo.backups import properties, sessions
from geo.backups.emptying import is_empty
from geo.backups.properties import quoted
from geo.errors import DatabaseUnavailable, FlurwerkError
from geo.periods import CITY_TIME
from geo.settings import Settings
from geo.store.database import Connection, conninfo, database_url, first_line
from geo.store.requirements import cut
from geo.store.sessions import open_session
from geo.text import Text

FROM = ("postgres", "template1")
"""The databases from which others are managed: the first that lets us in."""

LOCK = 4716
"""First key of the advisory lock under which one restore after the other works; the second is the database's name."""

KEPT = "Put aside by flurwerk db restore"
"""How the comment on a database begins that a restore has replaced."""

UNFINISHED = "Made by flurwerk db restore, which has not finished"
"""The comment on a database that a restore is filling; behind it, the comment that the database had."""

STAMP, STAMP_FORM = "%Y%m%d_%H%M%S", "20260131_235959"
"""How the name of a replaced database ends, and how long that is."""


class RestoreRefused(FlurwerkError):
    """Something outside of the backup keeps it from being restored; the present database is as it was."""


class PutAside(NamedTuple):
    """A database that a restore has replaced; ``until``: the day after which it may be dropped, if one was named."""

    name: str
    size: int
    until: date | None


class Databases:
    """The server's databases, as the role in the URL of the one in use may change them."""

    def __init__(self, connection: Connection, url: str, manager: str) -> None:
        self.connection = connection
        self.url = url
        self.manager = manager
        self.present = name_in(url)
        self.unfinished = cut(self.present, "_restoring")
        self.prefix = cut(self.present, "_before_", room=len(STAMP_FORM))

    def url_of(self, name: str) -> str:
        """Return the URL of another database of the server, for the same role."""
        return make_conninfo(self.url, dbname=name)

    def exists(self, name: str) -> bool:
        """Return whether the server has a database of that name."""
        return self._one("select exists (select from pg_database where datname = %(name)s)", name=name)

    def refuse_without_rights(self) -> None:
        """Raise RestoreRefused, with what is needed, unless the role may make, rename and free databases here."""
        role = self._one("select current_user::text")
        if not self.exists(self.present):
            raise RestoreRefused(
                Text(
                    f"Auf dem Server gibt es keine Datenbank {self.present}.",
                    f"The server has no database {self.present}.",
                ),
                Text(
                    f"Legen Sie eine leere an: createdb {self.present}", f"Create an empty one: createdb {self.present}"
                ),
            )
        if not properties.may_create_databases(self.connection):
            new = cut(self.present, "_new")
            raise RestoreRefused(
                Text(
                    f"{self.present} ist nicht leer, und um daneben wiederherzustellen, müsste die "
                    f"Datenbankrolle {role} eine Datenbank anlegen.",
                    f"{self.present} is not empty, and to restore beside it the database role {role} would have "
                    "to create a"
                    " database.",
                ),
                Text(
                    f"Lassen Sie die Verwaltung der Datenbank das erlauben (alter role {quoted(role)} "
                    "createdb) oder eine leere Datenbank mit denselben Erweiterungen anlegen (create "
                    f"database {quoted(new)} owner {quoted(role)}): Setzen Sie FLURWERK_DATABASE_URL "
                    "darauf und stellen Sie noch einmal wieder her.",
                    f"Have an administrator allow that (alter role {quoted(role)} createdb), or make an empty "
                    "database with"
                    f" the same extensions (create database {quoted(new)} owner {quoted(role)}): set"
                    " FLURWERK_DATABASE_URL to it and restore again.",
                ),
            )
        if not self._one(
            "select pg_has_role(datdba, 'usage') from pg_database where datname = %(name)s", name=self.present
        ):
            raise RestoreRefused(
                Text(
                    f"Der Datenbankrolle {role} gehört die Datenbank {self.present} nicht.",
                    f"The database role {role} does not own the database {self.present}.",
                ),
                Text(
                    "Lassen Sie die Verwaltung der Datenbank ausführen: alter database "
                    f"{quoted(self.present)} owner to {quoted(role)}",
                    f"Have an administrator run: alter database {quoted(self.present)} owner to {quoted(role)}",
                ),
            )
        self._refuse_where_sessions_stay(role)

    def _refuse_where_sessions_stay(self, role: str) -> None:
        found = sorted({each.usename for each in sessions.of(self.connection, self._oid()) if not each.can_be_ended})
        if found:
            raise RestoreRefused(
                Text(
                    f"Mit {self.present} ist verbunden: {', '.join(found)}; die Rolle {role} darf das nicht beenden.",
                    f"{', '.join(found)} is connected to {self.present}, and the role {role} may not end that.",
                ),
                Text(
                    "Halten Sie den Dienst an (und QGIS), oder lassen Sie die Verwaltung der Datenbank "
                    f"ausführen: grant pg_signal_backend to {quoted(role)}",
                    "Stop the service (and QGIS), or have an administrator run: grant pg_signal_backend to "
                    f"{quoted(role)}",
                ),
            )

    def create_beside(self, extensions: list[str]) -> str:
        """Create an empty database like the present one, in place of one that a killed restore left; return its name.

        Raises ExtensionMissing if the role may not create one of the extensions, and RestoreRefused if the name belongs
        to something else.
        """
        self.drop_unfinished()
        template = properties.template_with(self.connection, self.url, self.present, extensions)
        statement = properties.create_statement(self.connection, self.present, self.unfinished, template)
        self.connection.execute(statement)
        self._comment(self.unfinished, UNFINISHED)
        return self.unfinished

    def drop_unfinished(self) -> None:
        """Drop what a killed restore left behind. Raises RestoreRefused if it is something else."""
        if not self.exists(self.unfinished):
            return
        if self._comment_of(self.unfinished) != UNFINISHED and not self._is_empty(self.unfinished):
            raise RestoreRefused(
                Text(
                    f"Der Server hat eine Datenbank {self.unfinished}, die keine Wiederherstellung angelegt hat.",
                    f"The server has a database {self.unfinished} that no restore has made.",
                ),
                Text("Benennen Sie sie um, oder löschen Sie sie.", "Rename or drop it."),
            )
        self.drop(self.unfinished)

    def drop(self, name: str) -> None:
        """Drop a database, ending whoever is still connected to it."""
        self.connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def exchange(self, until: date | None) -> tuple[str, int]:
        """Put the unfinished database in the present one's place, in one step.

        Returns the old one's new name, and how many sessions were ended. New ones wait meanwhile and find the restored
        database; statements get FINISH_S to finish. Raises RestoreRefused if sessions remain that cannot be ended.
        """
        now = datetime.now(CITY_TIME)
        aside = self.prefix + format(now, STAMP)
        remark = remark_in(self._comment_of(self.present))
        with sessions.ending(self.manager, self._oid()) as ended:
            try:
                with self.connection.transaction():
                    # Locks the name for new sessions before it waits for the present ones.
                    self._rename(self.present, aside)
                    self._comment(aside, f"{KEPT} of {now:%Y-%m-%d %H:%M}" + (f", until {until}" if until else ""))
                    self._rename(self.unfinished, self.present)
                    self._comment(self.present, remark)
            except psycopg.errors.ObjectInUse as error:
                raise RestoreRefused(
                    Text(
                        f"{self.present} wird benutzt (Meldung: {error.diag.message_detail or first_line(error)}).",
                        f"{self.present} is in use: {error.diag.message_detail or first_line(error)}",
                    ),
                    Text(
                        "Halten Sie den Dienst an, und stellen Sie dann noch einmal wieder her.",
                        "Stop the service, then restore again.",
                    ),
                ) from error
        return aside, len(ended)

    def put_aside(self) -> list[PutAside]:
        """Return the databases that restores have replaced, oldest first."""
        with self.connection.cursor(row_factory=class_row(PutAside)) as cursor:
            return cursor.execute(
                """
                select
                    datname::text as name,
                    pg_database_size(oid) as size,
                    substring(shobj_description(oid, 'pg_database') from 'until (\\d{4}-\\d\\d-\\d\\d)$')::date as until
                from pg_database
                where starts_with(shobj_description(oid, 'pg_database'), %(kept)s)
                  and starts_with(datname, %(prefix)s)
                order by datname
                """,
                {"kept": KEPT, "prefix": self.prefix},
            ).fetchall()

    def due(self, today: date) -> list[str]:
        """Return the names of the replaced databases whose day is over."""
        return [each.name for each in self.put_aside() if each.until is not None and each.until < today]

    def _is_empty(self, name: str) -> bool:
        with psycopg.connect(conninfo(self.url_of(name))) as connection:
            return is_empty(connection, of_anybody=True)

    def _oid(self) -> int:
        return self._one("select oid from pg_database where datname = %(name)s", name=self.present)

    def _rename(self, name: str, new: str) -> None:
        self.connection.execute(
            sql.SQL("alter database {} rename to {}").format(sql.Identifier(name), sql.Identifier(new))
        )

    def _comment(self, name: str, text: str | None) -> None:
        self.connection.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(text)))

    def _comment_of(self, name: str) -> str | None:
        return self._one(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %(name)s", name=name
        )

    def _one(self, query: LiteralString, **values: object) -> Any:
        row = self.connection.execute(query, values).fetchone()
        return row and row[0]


@contextmanager
def managing(settings: Settings) -> Iterator[Databases]:
    """Yield the databases of the server in use; nobody else restores meanwhile.

    Raises DatabaseUnavailable if the server does not answer, and RestoreRefused if another restore is at work.
    """
    url = database_url(settings)
    manager = _manager(url)
    with psycopg.connect(manager, autocommit=True) as connection:
        key = zlib.crc32(name_in(url).encode()) - 2**31
        row = connection.execute("select pg_try_advisory_lock(%s, %s)", [LOCK, key]).fetchone()
        if row != (True,):
            raise RestoreRefused(
                Text("Eine andere Wiederherstellung ist im Gange.", "Another restore is at work."),
                Text("Warten Sie, bis sie fertig ist.", "Wait until it has finished."),
            )
        yield Databases(connection, url, manager)


def remark_in(comment: str | None) -> str | None:
    """Return the comment on a database without the one that a restore has put before it; None if there is none."""
    return comment.removeprefix(UNFINISHED).removeprefix("\n") or None if comment else None


def name_in(url: str) -> str:
    """Return the name of the database that a URL leads to; libpq's default is the user's name."""
    given = conninfo_to_dict(url)
    return str(given.get("dbname") or given.get("user") or "")


def _manager(url: str) -> str:
    """Return the connection string of the first database from which others can be managed."""
    reason = ""
    for name in FROM:
        found = conninfo(make_conninfo(url, dbname=name))
        try:
            open_session(found).close()
        except psycopg.OperationalError as error:
            reason = reason or first_line(error)
        else:
            return found
    raise DatabaseUnavailable(
        Text(
            f"Von keiner Datenbank des Servers aus lassen sich die anderen verwalten (Meldung: {reason}).",
            f"No database of the server lets us manage the others ({reason}).",
        ),
        Text(
            f"Zum Wiederherstellen wird {' oder '.join(FROM)} gebraucht: Prüfen Sie FLURWERK_DATABASE_URL, oder lassen "
            "Sie das von der Verwaltung des Servers erlauben.",
            f"A restore connects to {' or '.join(FROM)}: check FLURWERK_DATABASE_URL, or have an administrator allow "
            "that.",
        ),
    )
