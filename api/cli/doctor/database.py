"""Looks at the database: its schema, roles, logins and connections; its server: server.py."""

from collections.abc import Iterator

import psycopg

from api.cli.doctor.finding import Finding, advice, fault, ok
from api.cli.doctor.objects import stored_objects
from api.cli.doctor.server import restoring, server, times
from api.service.connections import LEFT_TO_OTHERS, exceeded, fitting, most_connections
from geo.access import inspection
from geo.access.roles import LOGINS
from geo.errors import ConfigurationError, FlurwerkError
from geo.migrate import refuse_other_schema
from geo.own_views import own_and_new_schemas
from geo.profile import profile
from geo.records.attachments.purging import overdue
from geo.records.layers.at_rest import records_at_rest, sentence
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import Connection, connect, first_line, login_conninfo
from geo.store.limits import read_limits
from geo.store.requirements import missing
from geo.store.sessions import open_session
from geo.store.signing_in import refuse_missing_passwords
from geo.text import Text

BRIEF = "set lock_timeout = '5s'; set statement_timeout = '20s'"
"""Before the examination, so that it ends while somebody has locked what it looks at."""


GRACE_DAYS = 2
"""How many days late `flurwerk purge` may be."""


def database_findings(settings: Settings) -> Iterator[Finding]:
    """Yield what was found, as far as the database answers. Starts no private server."""
    if settings.database_url is None:
        if cluster.started_url(settings.home) is None:
            yield advice(
                "database",
                Text(
                    "FLURWERK_DATABASE_URL ist nicht gesetzt, und der private Server läuft nicht.",
                    "FLURWERK_DATABASE_URL is not set, and the private server is not running.",
                ),
                Text(
                    "Setzen Sie es auf die Datenbank, oder starten Sie den privaten Server: flurwerk db start.",
                    "Set it to the database, or start the private server: flurwerk db start.",
                ),
            )
            return
        yield ok(
            "database",
            Text(
                "FLURWERK_DATABASE_URL ist nicht gesetzt: Das ist der private Server.",
                "FLURWERK_DATABASE_URL is not set: this is the private server.",
            ),
        )
    try:
        with connect(settings) as connection:
            connection.execute(BRIEF)
            connection.commit()
            yield from server(connection, is_private=settings.database_url is None)
            yield from _schema(connection)
            yield from _logins(connection, settings)
            yield from _connections(connection, settings)
            yield from _deleted(connection, settings)
            yield from stored_objects(connection, settings)
            yield from times(connection)
            yield from restoring(connection)
    except FlurwerkError as error:
        yield fault("database", *error.texts)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled) as error:
        yield fault(
            "database",
            Text(
                f"Die Prüfung endete vorzeitig (Meldung: {first_line(error)}).",
                f"The examination ended early ({first_line(error)}).",
            ),
            Text(
                "Ist eine Migration oder Wiederherstellung im Gange, prüfen Sie danach noch einmal; "
                "sonst siehe pg_stat_activity.",
                "If a migration or a restore is at work, examine again when it has ended; else see pg_stat_activity.",
            ),
        )
    except psycopg.errors.InsufficientPrivilege as error:
        yield fault(
            "database",
            Text(
                f"Die Rolle in FLURWERK_DATABASE_URL darf die Datenbank nicht prüfen (Meldung: {first_line(error)}).",
                f"The role in FLURWERK_DATABASE_URL may not examine the database ({first_line(error)}).",
            ),
            Text("Nehmen Sie die Rolle, der die Tabellen gehören.", "Use the role that owns its tables."),
        )
    except psycopg.Error as error:
        yield fault(
            "database",
            Text(
                f"Die Prüfung endete vorzeitig (Meldung: {first_line(error)}).",
                f"The examination ended early ({first_line(error)}).",
            ),
            Text("Siehe das Protokoll des Servers.", "See the server's log."),
        )


def _deleted(connection: Connection, settings: Settings) -> Iterator[Finding]:
    # The night of the last day may not be over yet.
    if not (late := overdue(connection, settings.retention_days + GRACE_DAYS)):
        return
    yield advice(
        "deleted",
        Text(
            f"{late} gelöschte Fotos und Dokumente sind länger da als die {settings.retention_days} Tage von "
            "FLURWERK_RETENTION_DAYS.",
            f"{late} deleted photos and documents have been there longer than the {settings.retention_days} days of "
            "FLURWERK_RETENTION_DAYS.",
        ),
        Text("Rufen Sie jede Nacht auf: flurwerk purge.", "Call each night: flurwerk purge."),
    )


def _modules(connection: Connection) -> Iterator[Finding]:
    if not profile().modules.off:
        return
    if found := records_at_rest(connection):
        yield ok("modules", sentence(found))
    else:
        yield ok(
            "modules",
            Text(
                f"Abgeschaltet, ohne Datensätze: {', '.join(sorted(profile().modules.off))}.",
                f"Switched off, without records: {', '.join(sorted(profile().modules.off))}.",
            ),
        )


def _schema(connection: Connection) -> Iterator[Finding]:
    lacking = missing(connection, *own_and_new_schemas(connection))
    for each in lacking:
        yield fault("rights", each.what, each.remedy)
    if not lacking:
        yield ok(
            "rights",
            Text("Der Eigentümer hat alles, was Migrationen brauchen.", "The owner has all that migrations need."),
        )
    try:
        refuse_other_schema(connection)
    except FlurwerkError as error:
        yield fault("schema", *error.texts)
        return
    yield ok(
        "schema",
        Text(
            "Das Schema ist das dieser Version, oder eines, mit dem sie arbeitet.",
            "The schema is this version's, or one that this version works with.",
        ),
    )
    faults = list(inspection.faults(connection))
    for each in faults:
        statement = each.remedy.as_string()
        words = (
            Text(f"{each.role}: {each.what.de}", f"{each.role}: {each.what.en}"),
            Text(
                f"flurwerk migrate, oder die Verwaltung der Datenbank: {statement}",
                f"flurwerk migrate, or an administrator: {statement}",
            ),
        )
        yield fault("roles", *words) if each.must_be_corrected else advice("roles", *words)
    if not faults:
        yield ok(
            "roles",
            Text(
                f"{len(LOGINS)} Anmeldungen des Dienstes und ebenso viele Gruppen sind, wie sie sein sollen.",
                f"{len(LOGINS)} logins of the service and as many groups, as they should be.",
            ),
        )
    yield from _modules(connection)


def _logins(connection: Connection, settings: Settings) -> Iterator[Finding]:
    connection.commit()
    refused: dict[str, list[str]] = {}
    for login in LOGINS:
        try:
            refuse_missing_passwords(settings, login)
            open_session(login_conninfo(settings, login)).close()
        except ConfigurationError as error:
            yield fault("logins", *error.texts)
            return
        except psycopg.OperationalError as error:
            # Without the login's name, the reasons of all are mostly the same.
            refused.setdefault(first_line(error).replace(login, "…"), []).append(login)
    for reason, logins in refused.items():
        yield fault(
            "logins",
            Text(
                f"Der Dienst kann sich nicht anmelden als {', '.join(logins)} (Meldung: {reason}).",
                f"The service cannot log in as {', '.join(logins)} ({reason}).",
            ),
            Text(
                "Geht es um Kennwörter, führen Sie flurwerk migrate aus; darf es keine setzen, führt "
                "die Verwaltung der Datenbank aus, was flurwerk db plan ausgibt.",
                "If that is about passwords, run flurwerk migrate; if it may not set them, an administrator runs what "
                "flurwerk db plan prints.",
            ),
        )
    if not refused:
        yield ok(
            "logins", Text("Der Dienst kann sich mit jeder davon anmelden.", "The service can log in as each of them.")
        )


def _connections(connection: Connection, settings: Settings) -> Iterator[Finding]:
    limits = read_limits(connection, LOGINS)
    allowed = min(limit.number for limit in limits if limit.login is None)
    most = most_connections(settings)
    opened = f"{settings.workers} × {most // settings.workers}"
    de = (
        f"Der Dienst öffnet bis zu {most} ({opened}, Pools von {settings.pool_size}); der Server erlaubt {allowed}, "
        f"von denen {LEFT_TO_OTHERS} anderen bleiben."
    )
    en = (
        f"The service opens up to {most} ({opened}, pools of {settings.pool_size}); the server allows {allowed}, "
        f"of which {LEFT_TO_OTHERS} are left to others."
    )
    limit = exceeded(settings, limits)
    if limit is None:
        yield ok("connections", Text(de, en))
        return
    try:
        fitted = fitting(settings, limits)
    except ConfigurationError as error:
        yield fault("connections", *error.texts)
        return
    yield advice(
        "connections",
        Text(f"{de} {limit.setting} lässt {limit.number}.", f"{en} {limit.setting} leaves {limit.number}."),
        Text(
            f"serve verringert FLURWERK_POOL_SIZE von selbst auf {fitted.pool_size}; setzen Sie "
            f"es, oder erhöhen Sie {limit.setting}.",
            f"serve reduces FLURWERK_POOL_SIZE to {fitted.pool_size} by itself; set it, or raise {limit.setting}.",
        ),
    )
