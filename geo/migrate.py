"""Migrates a database to this version's schema: each migration once, in order; the views whenever they differ."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from geo.access import grants
from geo.access.logins import end_sessions, renew_service_roles
from geo.access.roles import LOGINS
from geo.errors import FlurwerkError
from geo.figures.kpis import FAMILIES, INDICATORS
from geo.records.layers import LAYERS, seen
from geo.records.layers.views import PAST_SCHEMAS, SCHEMAS, audience_views, create_audience_views, sees
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import AS_RECORDED, NOW, Connection, connect, login_password
from geo.store.dependents import dependents, dependents_of_all

log = logging.getLogger("flurwerk.migrate")

LOCK = 4712
"""Key of the advisory lock under which a database is migrated."""

MIGRATIONS = "public.flurwerk_migrations"
"""The table of the applied migrations, with their checksums."""

COMPUTED_INDICATORS = [
    (indicator.key, indicator.label.de, indicator.label.en)
    for indicator in (*INDICATORS, *(family.indicator for family in FAMILIES))
]
"""Key and labels (German, English) of the indicators that are computed from records."""


VIEW_COMMENT = "Made by flurwerk migrate, which replaces it"
"""The comment on every view that `migrate` creates outside of migrations, so that a later version can drop it."""


class MigrationError(FlurwerkError):
    """The database cannot be migrated to this version's schema: a foreign migration or view is in the way."""


class Blocked(MigrationError):
    """Objects of the operator depend on what has to be replaced; ``names`` are their kinds and names."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"Views or functions of your own depend on Flurwerk's: {', '.join(names)}.",
            "Drop or move them, then migrate again.",
        )
        self.names = names


class Script(NamedTuple):
    """One .sql file: its name without the suffix and its text."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


def migrate(connection: Connection, settings: Settings | None = None) -> list[str]:
    """Apply the missing migrations, replace outdated views and grant rights; return the names of those migrations.

    All of this is one transaction. Two concurrent runs are safe: the second waits and finds nothing to do. On a
    current database, roles and grants are renewed and no view is touched. The passwords of the service's logins are
    derived from ``settings``; without it they stay unchanged. Raises MigrationError if an applied migration has been
    changed or is from a newer version, or if objects of the operator depend on what has to be replaced.
    """
    passwords = {login: login_password(settings, login) for login in LOGINS} if settings else {}
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    connection.commit()
    try:
        with _raising_migration_error(connection), connection.transaction():
            applied = _update(connection)
            outsiders = renew_service_roles(
                connection, {login: password for login, password in passwords.items() if password}
            )
            grants.grant(connection)
            _renew_feed_epoch_if_copied(connection)
        if outsiders.roles:
            ended = outsiders.ended + end_sessions(connection, outsiders.roles)
            log.warning("Ended sessions of logins that had the rights of the service's own: %s", ended)
        if settings and settings.database_url is None:
            cluster.update_access(settings.home)
        return applied
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])
        connection.commit()


@contextmanager
def connect_migrated(settings: Settings) -> Iterator[Connection]:
    """Yield a connection to a database with this version's schema. The private database is migrated if necessary.

    Raises MigrationError if a configured database is not migrated: that is for its administrator to decide.
    """
    with connect(settings) as connection:
        if not is_current(connection):
            if settings.database_url:
                raise MigrationError("The database does not have this version's schema.", "Run: flurwerk migrate")
            migrate(connection, settings)
        connection.commit()
        yield connection


def is_current(connection: Connection) -> bool:
    """Return whether all migrations of this version have been applied and the views are this version's."""
    if connection.execute("select to_regclass('public.flurwerk_migrations')").fetchone() == (None,):
        return False
    known = {name for (name,) in connection.execute("select name from public.flurwerk_migrations")}
    return known >= {script.name for script in scripts("schema")} and _views_are_current(connection)


def views_checksum() -> str:
    """Return the SHA-256 of all sources of the views: their files and the registries of layers and indicators."""
    sources = [view.text for view in scripts("schema/views")]
    sources += [statement.as_string() for statement in (*audience_views(), *seen.statements(), *grants.statements())]
    sources += ["\0".join(row) for row in COMPUTED_INDICATORS]
    return sha256("\0".join(sources).encode()).hexdigest()


def scripts(folder: str) -> list[Script]:
    """Return the .sql files of a folder below geo/store/, sorted by name."""
    found = (entry for entry in files("geo.store").joinpath(folder).iterdir() if entry.name.endswith(".sql"))
    return sorted(Script(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in found)


def refuse_unknown(applied: Mapping[str, str], what: str = "database") -> None:
    """Raise MigrationError if an applied migration (name and checksum) is not exactly one of this version's."""
    checksums = {script.name: script.checksum for script in scripts("schema")}
    for name, checksum in applied.items():
        if name not in checksums:
            raise MigrationError(
                f"The {what} was migrated by a newer version of Flurwerk ({name}).", "Update Flurwerk first."
            )
        if checksums[name] != checksum:
            raise MigrationError(
                f"Migration {name} has changed since it was applied to this {what}.",
                "Put the change into a new migration, or start over with an empty private database: flurwerk db reset.",
            )


def _update(connection: Connection) -> list[str]:
    """Apply the missing migrations and replace the views, unless all are current."""
    connection.execute(
        """
        create table if not exists public.flurwerk_migrations (
            name text primary key,
            checksum text not null,
            applied_at timestamptz not null default now()
        )
        """
    )
    known: dict[str, str] = dict(connection.execute("select name, checksum from public.flurwerk_migrations").fetchall())
    own = scripts("schema")
    refuse_unknown(known)
    missing = [script for script in own if script.name not in known]
    if not missing and _views_are_current(connection):
        return []
    _drop_views(connection)
    for script in missing:
        _apply(connection, script)
    _create_views(connection)
    return [script.name for script in missing]


def _apply(connection: Connection, script: Script) -> None:
    connection.execute(script.text.encode())
    # As on commit: the next migration cannot alter a table that has pending trigger events.
    connection.execute("set constraints all immediate")
    connection.execute("set constraints all deferred")
    connection.execute("set local search_path to default")
    connection.execute(
        "insert into public.flurwerk_migrations (name, checksum) values (%s, %s)", [script.name, script.checksum]
    )


@contextmanager
def _raising_migration_error(connection: Connection) -> Iterator[None]:
    """Convert the server's refusal to drop or alter objects in use into a MigrationError that names all dependents."""
    try:
        yield
    except (psycopg.errors.DependentObjectsStillExist, psycopg.errors.FeatureNotSupported) as error:
        found = dependents_of_all(connection, [view.oid for view in _own_views(connection)], grants.GRANTED_SCHEMAS)
        if not found:
            raise
        raise Blocked(found) from error


class OwnView(NamedTuple):
    """A view created by `migrate` of this or an earlier version."""

    oid: int
    schema: str
    name: str


def _own_names() -> list[tuple[str, str]]:
    """Return schema and name of every view that `migrate` creates outside of migrations."""
    derived = [(schema, view.name) for schema in (NOW, AS_RECORDED) for view in scripts("schema/views")]
    of_audiences = [
        (schemas[audience], layer.key)
        for schemas in (SCHEMAS, PAST_SCHEMAS)
        for audience in SCHEMAS
        for layer in LAYERS.values()
        if sees(audience, layer)
    ]
    return derived + of_audiences


def _own_views(connection: Connection) -> list[OwnView]:
    schemas, names = zip(*_own_names(), strict=True)
    with connection.cursor(row_factory=class_row(OwnView)) as cursor:
        return cursor.execute(
            """
            select c.oid, n.nspname as schema, c.relname as name
            from pg_class as c
            join pg_namespace as n on n.oid = c.relnamespace
            where c.relkind = 'v'
              and (
                  (n.nspname, c.relname) in (select * from unnest(%(schemas)s::name[], %(names)s::name[]))
                  or obj_description(c.oid, 'pg_class') = %(made)s
              )
            """,
            {"schemas": list(schemas), "names": list(names), "made": VIEW_COMMENT},
        ).fetchall()


def _views_are_current(connection: Connection) -> bool:
    if _stored_checksum(connection) != views_checksum():
        return False
    return {(view.schema, view.name) for view in _own_views(connection)} >= set(_own_names())


def _drop_views(connection: Connection) -> None:
    """Drop only the views that `migrate` creates. Raises MigrationError if other objects depend on them."""
    own = _own_views(connection)
    if found := dependents(connection, [view.oid for view in own], grants.GRANTED_SCHEMAS):
        raise Blocked(found)
    if own:
        # In one statement, their order does not matter.
        named = sql.SQL(", ").join(sql.Identifier(view.schema, view.name) for view in own)
        connection.execute(sql.SQL("drop view {}").format(named))


def _create_views(connection: Connection) -> None:
    for schema in (NOW, AS_RECORDED):
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(schema)))
        for view in scripts("schema/views"):
            connection.execute(view.text.encode())
    connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(NOW)))
    create_audience_views(connection)
    seen.keep_seen(connection)
    for schema, name in _own_names():
        view = sql.Identifier(schema, name)
        connection.execute(sql.SQL("comment on view {} is {}").format(view, sql.Literal(VIEW_COMMENT)))
    _store_computed_indicators(connection)
    connection.execute(
        sql.SQL("comment on schema {} is {}").format(sql.Identifier(AS_RECORDED), sql.Literal(views_checksum()))
    )


def _store_computed_indicators(connection: Connection) -> None:
    """Store which indicators are computed from records, so that the database rejects manual values for them."""
    connection.execute("delete from computed_indicators")
    connection.cursor().executemany(
        "insert into computed_indicators (key, label, label_en) values (%s, %s, %s)", COMPUTED_INDICATORS
    )


def _renew_feed_epoch_if_copied(connection: Connection) -> None:
    """Start a new epoch of the changes feed if the records were restored from another server's transaction ids."""
    if connection.execute("select flurwerk.feed_epoch()").fetchone() == (None,):
        connection.execute("call flurwerk.renew_epoch()")


def _stored_checksum(connection: Connection) -> str | None:
    """Return the checksum of the views that the database holds; None if none have been created."""
    row = connection.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [AS_RECORDED]
    ).fetchone()
    return row and row[0]
