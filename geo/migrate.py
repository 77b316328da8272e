"""Brings a database to the schema of this version: migrations once each, in order; views anew every time."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from psycopg import sql

from geo.access import grants
from geo.access.logins import LOGINS, create_service_logins
from geo.errors import FlurwerkError
from geo.figures.kpis import FAMILIES, INDICATORS
from geo.records.layers.views import audience_views, create_audience_views
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import AS_RECORDED, NOW, Connection, connect, login_password

LOCK = 4712
"""Key of the advisory lock under which a database is migrated."""


COMPUTED = [
    (indicator.key, indicator.label.de, indicator.label.en)
    for indicator in (*INDICATORS, *(family.indicator for family in FAMILIES))
]
"""The indicators that the records produce: key and labels."""


class MigrationError(FlurwerkError):
    """The database holds a migration that this version does not know, or knows with another text."""


class Script(NamedTuple):
    """One .sql file: its name without the suffix, and its text."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


def migrate(connection: Connection, settings: Settings | None = None) -> list[str]:
    """Apply what is missing, replay views, logins and grants; returns the names of the migrations applied.

    Each migration is a transaction of its own. Two runs at once are safe: the second waits and finds nothing to do.
    From the ``settings`` follow the passwords of the service's logins; without them those stay as they are.
    Raises MigrationError where an applied migration has changed since, or comes from a newer version.
    """
    passwords = {login: login_password(settings, login) for login in LOGINS} if settings else {}
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    connection.commit()
    try:
        applied = _apply_missing(connection)
        with connection.transaction():
            _replay_views(connection)
            create_service_logins(connection, {login: password for login, password in passwords.items() if password})
            grants.grant(connection)
            _renew_feed_epoch_if_copied(connection)
        if settings and settings.database_url is None:
            cluster.let_in(settings.home)
        return applied
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])
        connection.commit()


@contextmanager
def connect_migrated(settings: Settings) -> Iterator[Connection]:
    """A connection to a database with this version's schema; the private one is brought there by itself.

    Raises MigrationError where a configured database has not been migrated: that is its administrator's decision.
    """
    with connect(settings) as connection:
        if not is_current(connection):
            if settings.database_url:
                raise MigrationError("The database does not have this version's schema.", "Run: flurwerk migrate")
            migrate(connection, settings)
        connection.commit()
        yield connection


def is_current(connection: Connection) -> bool:
    """Whether every migration of this version has been applied, and the views are this version's."""
    if connection.execute("select to_regclass('public.flurwerk_migrations')").fetchone() == (None,):
        return False
    known = {name for (name,) in connection.execute("select name from public.flurwerk_migrations")}
    return known >= {script.name for script in scripts("schema")} and _views_made(connection) == views_checksum()


def views_checksum() -> str:
    """SHA-256 of all that is replayed is made from: the views' files, the registries of layers and of indicators."""
    made_from = [view.text for view in scripts("schema/views")]
    made_from += [statement.as_string() for statement in (*audience_views(), *grants.statements())]
    made_from += ["\0".join(row) for row in COMPUTED]
    return sha256("\0".join(made_from).encode()).hexdigest()


def scripts(folder: str) -> list[Script]:
    """The .sql files of a folder below geo/store/, in the order of their names."""
    found = (entry for entry in files("geo.store").joinpath(folder).iterdir() if entry.name.endswith(".sql"))
    return sorted(Script(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in found)


def _apply_missing(connection: Connection) -> list[str]:
    with connection.transaction():
        connection.execute(
            """
            create table if not exists public.flurwerk_migrations (
                name text primary key,
                checksum text not null,
                applied_at timestamptz not null default now()
            )
            """
        )
        known: dict[str, str] = dict(
            connection.execute("select name, checksum from public.flurwerk_migrations").fetchall()
        )
    own = scripts("schema")
    _refuse_strangers(known, own)
    missing = [script for script in own if script.name not in known]
    for script in missing:
        with connection.transaction():
            connection.execute(script.text.encode())
            connection.execute(
                "insert into public.flurwerk_migrations (name, checksum) values (%s, %s)",
                [script.name, script.checksum],
            )
    return [script.name for script in missing]


def _refuse_strangers(known: dict[str, str], own: list[Script]) -> None:
    checksums = {script.name: script.checksum for script in own}
    for name, checksum in known.items():
        if name not in checksums:
            raise MigrationError(
                f"The database was migrated by a newer version of Flurwerk ({name}).", "Update Flurwerk first."
            )
        if checksums[name] != checksum:
            raise MigrationError(
                f"Migration {name} has changed since this database was made.",
                "Put the change into a new migration, or begin anew with an empty private database: flurwerk db reset.",
            )


def _replay_views(connection: Connection) -> None:
    views = scripts("schema/views")
    for schema in (NOW, AS_RECORDED):
        for view in reversed(views):
            connection.execute(sql.SQL("drop view if exists {} cascade").format(sql.Identifier(schema, view.name)))
    for schema in (NOW, AS_RECORDED):
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(schema)))
        for view in views:
            connection.execute(view.text.encode())
    connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(NOW)))
    create_audience_views(connection)
    _name_computed_indicators(connection)
    connection.execute(
        sql.SQL("comment on schema {} is {}").format(sql.Identifier(AS_RECORDED), sql.Literal(views_checksum()))
    )


def _name_computed_indicators(connection: Connection) -> None:
    """Tell the database which indicators the records produce, so that nobody types one."""
    connection.execute("delete from computed_indicators")
    connection.cursor().executemany(
        "insert into computed_indicators (key, label, label_en) values (%s, %s, %s)", COMPUTED
    )


def _renew_feed_epoch_if_copied(connection: Connection) -> None:
    """Make transaction ids this server's own where the records were restored from another one."""
    if connection.execute("select flurwerk.feed_epoch()").fetchone() == (None,):
        connection.execute("call flurwerk.renew_epoch()")


def _views_made(connection: Connection) -> str | None:
    row = connection.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [AS_RECORDED]
    ).fetchone()
    return row and row[0]
