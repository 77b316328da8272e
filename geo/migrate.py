"""Migrates a database to this version's schema: each migration once, in order; the views whenever they differ."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql

from geo import levels, operators_own, own_views
from geo.access import grants
from geo.access.logins import end_sessions, refused_logins, renew_service_roles
from geo.errors import FlurwerkError
from geo.figures.kpis.checking import unknown_goals
from geo.loading.outline import keep_outline
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import NOW, SRID, Connection, connect
from geo.store.kept_system import in_system, kept_system, refuse_other_system, refuse_unsuitable_system
from geo.store.requirements import MIGRATIONS, missing
from geo.store.scripts import Script, scripts
from geo.text import Text

log = logging.getLogger("flurwerk.migrate")

LOCK = 4712
"""Key of the advisory lock under which a database is migrated."""


OLDEST_PROGRAM = "0060_clusters"
"""Programs that know this migration work with this version's schema, so that hosts can be upgraded one after the other.

A migration that takes or renames what the last release's program uses has to be named here; that upgrade then needs a
stop. ``migrate`` stores the name as the comment on the schema flurwerk.
"""


WHOLE_PLAN = Text(
    "Alles, was die Verwaltung der Datenbank auszuführen hat: flurwerk db plan",
    "All that an administrator has to run: flurwerk db plan",
)


class MigrationError(FlurwerkError):
    """The database cannot be migrated to this version's schema: a foreign migration or view is in the way."""


class Blocked(MigrationError):
    """Objects of the operator depend on what has to be replaced; ``names`` are their kinds and names."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            Text(
                f"Eigene Sichten oder Funktionen hängen von denen Flurwerks ab: {', '.join(names)}.",
                f"Views or functions of your own depend on Flurwerk's: {', '.join(names)}.",
            ),
            Text(
                "Löschen oder verlegen Sie diese, und migrieren Sie dann noch einmal.",
                "Drop or move them, then migrate again.",
            ),
        )
        self.names = names


def migrate(connection: Connection, settings: Settings | None = None) -> list[str]:
    """Apply the missing migrations, replace outdated views and grant rights; return the names of those migrations.

    All of this is one transaction. Two concurrent runs are safe: the second waits and finds nothing to do. On a
    current database, grants are renewed, roles are changed where they are not as they should be, and no view is
    touched. The passwords of the service's logins are derived from ``settings`` and set where the server refuses them;
    without ``settings`` they stay unchanged. Raises MigrationError if the database lacks something or its owner a
    right, if an applied migration has been changed or is from a newer version, or if objects of the operator depend on
    what has to be replaced; LoginError if a role has to be changed and the owner may not; ConfigurationError if the
    profile's reference system is unsuitable or another one than the database's, or its outline cannot be used.
    """
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    connection.commit()
    try:
        _refuse_what_is_missing(connection)
        if settings and settings.database_url and own_views.have_been_replaced(connection):
            raise MigrationError(
                Text(
                    "Eine spätere Version von Flurwerk hat die Sichten dieser Version ersetzt.",
                    "A later version of Flurwerk has replaced this one's views.",
                ),
                Text("Aktualisieren Sie Flurwerk auf diesem Rechner.", "Update Flurwerk on this host."),
            )
        refused = refused_logins(settings) if settings else {}
        with _raising_migration_error(connection), connection.transaction():
            applied = _update(connection)
            levels.renew(connection)
            keep_outline(connection)
            outsiders = renew_service_roles(connection, refused)
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

    Raises MigrationError if a configured database is not migrated (that is for its administrator to decide), or if a
    newer version has migrated it with which this one does not work, and OtherReferenceSystem.
    """
    with connect(settings) as connection:
        if settings.database_url:
            refuse_other_schema(connection)
        else:
            refuse_other_system(kept_system(connection))
            if not (is_current(connection) and levels.are_current(connection)):
                migrate(connection, settings)
        connection.commit()
        yield connection


def is_current(connection: Connection) -> bool:
    """Return whether all migrations of this version have been applied and the views are this version's."""
    return _applied(connection) >= _own_migrations() and own_views.are_current(connection)


def refuse_other_schema(connection: Connection) -> None:
    """Raise MigrationError unless the database has this version's schema or that of a newer one that this works with.

    Raises OtherReferenceSystem if the database was made with another one than the profile's. Only reads, and may be
    called with the rights of the public.
    """
    refuse_other_system(kept_system(connection))
    applied, own = _applied(connection), _own_migrations()
    if newer := applied - own:
        if applied > own and _oldest_program(connection) in own:
            return
        raise MigrationError(
            Text(
                "Eine neuere Version von Flurwerk, mit der diese nicht arbeiten kann, hat die "
                f"Datenbank migriert ({max(newer)}).",
                "A newer version of Flurwerk, with which this one does not work, migrated the database "
                f"({max(newer)}).",
            ),
            Text("Aktualisieren Sie Flurwerk auf diesem Rechner.", "Update Flurwerk on this host."),
        )
    if is_current(connection) or (own_views.have_been_replaced(connection) and _oldest_program(connection) in own):
        return
    raise MigrationError(
        Text("Die Datenbank hat nicht das Schema dieser Version.", "The database does not have this version's schema."),
        Text("Führen Sie aus: flurwerk migrate", "Run: flurwerk migrate"),
    )


def _applied(connection: Connection) -> set[str]:
    """Return the names of the migrations that have been applied."""
    if connection.execute("select to_regclass(%s)", [MIGRATIONS]).fetchone() == (None,):
        return set()
    return {name for (name,) in connection.execute("select name from public.flurwerk_migrations")}


def _own_migrations() -> set[str]:
    return {script.name for script in scripts("schema")}


def _oldest_program(connection: Connection) -> str | None:
    """Return the migration that a program has to know to work with this database."""
    row = connection.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [NOW]
    ).fetchone()
    return row and row[0]


def refuse_unknown(applied: Mapping[str, str], what: str = "database") -> None:
    """Raise MigrationError if an applied migration (name and checksum) is not exactly one of this version's."""
    checksums = {script.name: script.checksum for script in scripts("schema")}
    for name, checksum in applied.items():
        if name not in checksums:
            raise MigrationError(
                Text(
                    f"Eine neuere Version von Flurwerk hat {what} migriert ({name}).",
                    f"The {what} was migrated by a newer version of Flurwerk ({name}).",
                ),
                Text("Aktualisieren Sie zuerst Flurwerk.", "Update Flurwerk first."),
            )
        if checksums[name] != checksum:
            raise MigrationError(
                Text(
                    f"Die Migration {name} ist geändert worden, seit sie hier angewendet wurde ({what}).",
                    f"Migration {name} has changed since it was applied to this {what}.",
                ),
                Text(
                    "Schreiben Sie die Änderung in eine neue Migration, oder beginnen Sie mit einer "
                    "leeren privaten Datenbank: flurwerk db reset.",
                    "Put the change into a new migration, or start over with an empty private database: flurwerk "
                    "db reset.",
                ),
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
    system = kept_system(connection)
    if system is None:
        refuse_unsuitable_system()
    refuse_other_system(system)
    missing = [script for script in own if script.name not in known]
    if not missing and own_views.are_current(connection):
        return []
    if found := own_views.built_on_views(connection):
        raise Blocked(found)
    with _keeping_operators_own(connection):
        own_views.drop(connection)
        for script in missing:
            _apply(connection, script, system or SRID)
        own_views.create(connection)
    for told in unknown_goals(connection):
        log.warning("%s", told.en)
    connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(NOW), sql.Literal(OLDEST_PROGRAM)))
    return [script.name for script in missing]


@contextmanager
def _keeping_operators_own(connection: Connection) -> Iterator[None]:
    """Grant again what an operator has granted on our views, once they are made anew; the log says what is lost."""
    granted = operators_own.grants_on_views(connection)
    are_renamed = own_views.has_former_schemas(connection)
    yield
    if lost := operators_own.grant_again(connection, granted):
        log.warning("Rights that you have granted on views that are gone: %s", "; ".join(lost))
    if are_renamed and (functions := operators_own.functions_with_former_names(connection)):
        log.warning(
            "Functions of your own name schemas that are called otherwise now, and fail until you change them "
            "(CHANGELOG.md): %s",
            ", ".join(functions),
        )


def _apply(connection: Connection, script: Script, system: int) -> None:
    """Apply a migration with this reference system; its checksum is that of its text as it is written."""
    connection.add_notice_handler(_log_warning)
    try:
        connection.execute(in_system(script.text, system).encode())
    finally:
        connection.remove_notice_handler(_log_warning)
    # As on commit: the next migration cannot alter a table that has pending trigger events.
    connection.execute("set constraints all immediate")
    connection.execute("set constraints all deferred")
    connection.execute("set local search_path to default")
    connection.execute(
        "insert into public.flurwerk_migrations (name, checksum) values (%s, %s)", [script.name, script.checksum]
    )


def _log_warning(notice: psycopg.errors.Diagnostic) -> None:
    """Log what a migration has changed in the records, which it tells by a warning."""
    if notice.severity_nonlocalized == "WARNING":
        log.warning("%s", notice.message_primary)


def _refuse_what_is_missing(connection: Connection) -> None:
    own, new = own_views.own_and_new_schemas(connection)
    found = missing(connection, own, new)
    connection.commit()
    if found:
        remedies = [Text(f"{each.remedy.de}.", f"{each.remedy.en}.") for each in found]
        raise MigrationError(
            _together(each.what for each in found),
            _together([*remedies, *([WHOLE_PLAN] if any(each.by_plan for each in found) else [])]),
        )


def _together(texts: Iterable[Text]) -> Text:
    """Return the sentences one after the other."""
    german, english = zip(*texts, strict=True)
    return Text(" ".join(german), " ".join(english))


@contextmanager
def _raising_migration_error(connection: Connection) -> Iterator[None]:
    """Convert the server's refusal to drop or alter objects in use into a MigrationError that names all dependents."""
    try:
        yield
    except (psycopg.errors.DependentObjectsStillExist, psycopg.errors.FeatureNotSupported) as error:
        found = own_views.built_on_any(connection)
        if not found:
            raise
        raise Blocked(found) from error


def _renew_feed_epoch_if_copied(connection: Connection) -> None:
    """Start a new epoch of the changes feed if the records were restored from another server's transaction ids."""
    if connection.execute("select flurwerk.feed_epoch()").fetchone() == (None,):
        connection.execute("call flurwerk.renew_epoch()")
