"""Looks at the database: server, rights, schema, roles, logins, connections, clock and time zone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg

from api.cli.doctor.finding import Finding, advice, fault, ok
from api.service.connections import LEFT_TO_OTHERS, exceeded, fitting, most_connections
from geo.access import inspection
from geo.access.roles import LOGINS
from geo.backups import properties
from geo.errors import ConfigurationError, FlurwerkError
from geo.migrate import refuse_other_schema
from geo.own_views import own_and_new_schemas
from geo.periods import CITY_TIME
from geo.profile import profile
from geo.records.layers.at_rest import records_at_rest, sentence
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import Connection, connect, first_line, login_conninfo
from geo.store.limits import read_limits
from geo.store.requirements import EXTENSIONS, missing, template_name
from geo.store.sessions import open_session
from geo.store.signing_in import refuse_missing_passwords
from geo.text import Text

LATE = timedelta(seconds=5)
"""How much the clocks of this host and the database may differ."""

BRIEF = "set lock_timeout = '5s'; set statement_timeout = '20s'"
"""Before the examination, so that it ends while somebody has locked what it looks at."""

SERVER = """
    select
        current_setting('server_version'),
        (select extversion from pg_extension where extname = 'postgis'),
        (select version from pg_stat_ssl where pid = pg_backend_pid()),
        inet_server_addr() is not null,
        pg_size_pretty(pg_database_size(current_database())),
        current_database()::text,
        current_user::text,
        (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)
"""

# Whether the day begins when this host says so: in summer and in winter, next year.
NOONS = """
    select array_agg(noon at time zone 'Europe/Berlin' order by noon)
    from unnest(array[
        make_timestamp(extract(year from now())::int + 1, 1, 1, 12, 0, 0),
        make_timestamp(extract(year from now())::int + 1, 7, 1, 12, 0, 0)
    ]) as noon
"""

MAY_RESTORE = """
    select
        (select rolsuper or rolcreatedb from pg_roles where rolname = current_user),
        (select pg_has_role(datdba, 'usage') from pg_database where datname = current_database()),
        exists (select from pg_database where datname = %(template)s and datistemplate)
"""


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
            yield from _server(connection, is_private=settings.database_url is None)
            yield from _schema(connection)
            yield from _logins(connection, settings)
            yield from _connections(connection, settings)
            yield from _times(connection)
            yield from _restoring(connection)
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


def _server(connection: Connection, *, is_private: bool) -> Iterator[Finding]:
    row = connection.execute(SERVER).fetchone()
    assert row is not None
    version, postgis, tls, is_remote, size, database, role, is_mighty = row
    programs = f"PostgreSQL {version.split(' ')[0]}, PostGIS {postgis or '–'}"
    de = f"{programs}, Datenbank {database} ({size}), Rolle {role}"
    en = f"{programs}, database {database} ({size}), role {role}"
    if tls is None and is_remote and not connection.info.host.startswith(("127.", "::1", "localhost")):
        yield advice(
            "server",
            Text(f"{de}; die Verbindung ist nicht verschlüsselt.", f"{en}; the connection is not encrypted."),
            Text(
                "Ergänzen Sie sslmode=verify-full und sslrootcert=… in FLURWERK_DATABASE_URL.",
                "Add sslmode=verify-full and sslrootcert=… to FLURWERK_DATABASE_URL.",
            ),
        )
    else:
        end = f", {tls}." if tls else "."
        yield ok("server", Text(f"{de}{end}", f"{en}{end}"))
    if is_mighty and not is_private:
        yield advice(
            "server",
            Text(
                f"Die Rolle {role} ist Superuser oder darf Rollen anlegen, was Flurwerk nicht braucht.",
                f"The role {role} is a superuser or may create roles, which Flurwerk does not need.",
            ),
            Text(
                "Nehmen Sie einen Eigentümer, wie flurwerk db plan ihn anlegt.",
                "Use an owner as flurwerk db plan makes it.",
            ),
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


def _times(connection: Connection) -> Iterator[Finding]:
    before = datetime.now(UTC)
    row = connection.execute("select clock_timestamp()").fetchone()
    after = datetime.now(UTC)
    assert row is not None
    late = max(before - row[0], row[0] - after, timedelta())
    if late > LATE:
        yield fault(
            "clock",
            Text(
                f"Die Uhren dieses Rechners und der Datenbank gehen um {late.total_seconds():.0f} s auseinander.",
                f"The clocks of this host and the database differ by {late.total_seconds():.0f} s.",
            ),
            Text(
                "Stellen Sie beide über NTP (timedatectl set-ntp true): Historie und Ablaufdaten hängen davon ab.",
                "Set both by NTP (timedatectl set-ntp true): history and expiry dates depend on them.",
            ),
        )
    else:
        yield ok(
            "clock",
            Text(
                "Dieser Rechner und die Datenbank haben dieselbe Zeit.",
                "This host and the database have the same time.",
            ),
        )
    noons = connection.execute(NOONS).fetchone()
    year = row[0].astimezone(CITY_TIME).year + 1
    own = [datetime(year, month, 1, 12, tzinfo=CITY_TIME) for month in (1, 7)]
    if noons is None or noons[0] != own:
        yield fault(
            "time zone",
            Text(
                "Dieser Rechner und die Datenbank sind sich über Europe/Berlin nicht einig.",
                "This host and the database disagree on Europe/Berlin.",
            ),
            Text(
                "Aktualisieren Sie die Zeitzonendaten (tzdata) von beiden.",
                "Update the time zone data (tzdata) of both.",
            ),
        )
    else:
        yield ok(
            "time zone",
            Text(
                "Dieser Rechner und die Datenbank sind sich über Europe/Berlin einig.",
                "This host and the database agree on Europe/Berlin.",
            ),
        )


def _restoring(connection: Connection) -> Iterator[Finding]:
    template = template_name(connection.info.dbname)
    row = connection.execute(MAY_RESTORE, {"template": template}).fetchone()
    assert row is not None
    may_create, owns, has_template = row
    if not (may_create and owns):
        yield advice(
            "restoring",
            Text(
                "Die Rolle darf keine Datenbanken anlegen, oder diese gehört ihr nicht: Neben der "
                "jetzigen kann sie nicht wiederherstellen.",
                "The role may not create databases, or does not own this one: it cannot restore beside the "
                "present one.",
            ),
            Text(
                "Lassen Sie die Verwaltung der Datenbank ausführen, was flurwerk db plan ausgibt, "
                "oder legen Sie eine leere Datenbank zum Wiederherstellen bereit.",
                "Have an administrator run what flurwerk db plan prints, or prepare an empty database to restore into.",
            ),
        )
        return
    needed = connection.execute(properties.ONLY_FOR_SUPERUSERS, {"extensions": list(EXTENSIONS)}).fetchall()
    if needed and not has_template:
        yield advice(
            "restoring",
            Text(
                f"Es gibt keine Vorlage {template} mit den Erweiterungen, die die Rolle nicht anlegen darf.",
                f"There is no template {template} with the extensions that the role may not create.",
            ),
            Text(
                "Hat template1 sie nicht, lassen Sie die Verwaltung der Datenbank ausführen, was "
                "flurwerk db plan ausgibt.",
                "Unless template1 has them, have an administrator run what flurwerk db plan prints.",
            ),
        )
        return
    yield ok(
        "restoring",
        Text(
            "Die Rolle darf neben der jetzigen Datenbank wiederherstellen.",
            "The role may restore beside the present database.",
        ),
    )
