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
                "FLURWERK_DATABASE_URL is not set, and the private server is not running.",
                "Set it to the database, or start the private server: flurwerk db start.",
            )
            return
        yield ok("database", "FLURWERK_DATABASE_URL is not set: this is the private server.")
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
        yield fault("database", error.message, error.hint)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled) as error:
        yield fault(
            "database",
            f"The examination ended early ({first_line(error)}).",
            "If a migration or a restore is at work, examine again when it has ended; else see pg_stat_activity.",
        )
    except psycopg.errors.InsufficientPrivilege as error:
        yield fault(
            "database",
            f"The role in FLURWERK_DATABASE_URL may not examine the database ({first_line(error)}).",
            "Use the role that owns its tables.",
        )
    except psycopg.Error as error:
        yield fault("database", f"The examination ended early ({first_line(error)}).", "See the server's log.")


def _server(connection: Connection, *, is_private: bool) -> Iterator[Finding]:
    row = connection.execute(SERVER).fetchone()
    assert row is not None
    version, postgis, tls, is_remote, size, database, role, is_mighty = row
    words = f"PostgreSQL {version.split(' ')[0]}, PostGIS {postgis or '–'}, database {database} ({size}), role {role}"
    if tls is None and is_remote and not connection.info.host.startswith(("127.", "::1", "localhost")):
        yield advice(
            "server",
            f"{words}; the connection is not encrypted.",
            "Add sslmode=verify-full and sslrootcert=… to FLURWERK_DATABASE_URL.",
        )
    else:
        yield ok("server", f"{words}{f', {tls}' if tls else ''}.")
    if is_mighty and not is_private:
        yield advice(
            "server",
            f"The role {role} is a superuser or may create roles, which Flurwerk does not need.",
            "Use an owner as flurwerk db plan makes it.",
        )


def _modules(connection: Connection) -> Iterator[Finding]:
    if not profile().modules.off:
        return
    if found := records_at_rest(connection):
        yield ok("modules", sentence(found))
    else:
        yield ok("modules", f"Switched off, without records: {', '.join(sorted(profile().modules.off))}.")


def _schema(connection: Connection) -> Iterator[Finding]:
    lacking = missing(connection, *own_and_new_schemas(connection))
    for each in lacking:
        yield fault("rights", each.what, each.remedy)
    if not lacking:
        yield ok("rights", "The owner has all that migrations need.")
    try:
        refuse_other_schema(connection)
    except FlurwerkError as error:
        yield fault("schema", error.message, error.hint)
        return
    yield ok("schema", "The schema is this version's, or one that this version works with.")
    faults = list(inspection.faults(connection))
    for each in faults:
        words = (f"{each.role}: {each.what.en}", f"flurwerk migrate, or an administrator: {each.remedy.as_string()}")
        yield fault("roles", *words) if each.must_be_corrected else advice("roles", *words)
    if not faults:
        yield ok("roles", f"{len(LOGINS)} logins of the service and as many groups, as they should be.")
    yield from _modules(connection)


def _logins(connection: Connection, settings: Settings) -> Iterator[Finding]:
    connection.commit()
    refused: dict[str, list[str]] = {}
    for login in LOGINS:
        try:
            refuse_missing_passwords(settings, login)
            open_session(login_conninfo(settings, login)).close()
        except ConfigurationError as error:
            yield fault("logins", error.message, error.hint)
            return
        except psycopg.OperationalError as error:
            # Without the login's name, the reasons of all are mostly the same.
            refused.setdefault(first_line(error).replace(login, "…"), []).append(login)
    for reason, logins in refused.items():
        yield fault(
            "logins",
            f"The service cannot log in as {', '.join(logins)} ({reason}).",
            "If that is about passwords, run flurwerk migrate; if it may not set them, an administrator runs what "
            "flurwerk db plan prints.",
        )
    if not refused:
        yield ok("logins", "The service can log in as each of them.")


def _connections(connection: Connection, settings: Settings) -> Iterator[Finding]:
    limits = read_limits(connection, LOGINS)
    allowed = min(limit.number for limit in limits if limit.login is None)
    most = most_connections(settings)
    words = (
        f"The service opens up to {most} ({settings.workers} × {most // settings.workers}, pools of "
        f"{settings.pool_size}); the server allows {allowed}, of which {LEFT_TO_OTHERS} are left to others."
    )
    limit = exceeded(settings, limits)
    if limit is None:
        yield ok("connections", words)
        return
    try:
        fitted = fitting(settings, limits)
    except ConfigurationError as error:
        yield fault("connections", error.message, error.hint)
        return
    yield advice(
        "connections",
        f"{words} {limit.setting} leaves {limit.number}.",
        f"serve reduces FLURWERK_POOL_SIZE to {fitted.pool_size} by itself; set it, or raise {limit.setting}.",
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
            f"The clocks of this host and the database differ by {late.total_seconds():.0f} s.",
            "Set both by NTP (timedatectl set-ntp true): history and expiry dates depend on them.",
        )
    else:
        yield ok("clock", "This host and the database have the same time.")
    noons = connection.execute(NOONS).fetchone()
    year = row[0].astimezone(CITY_TIME).year + 1
    own = [datetime(year, month, 1, 12, tzinfo=CITY_TIME) for month in (1, 7)]
    if noons is None or noons[0] != own:
        yield fault(
            "time zone",
            "This host and the database disagree on Europe/Berlin.",
            "Update the time zone data (tzdata) of both.",
        )
    else:
        yield ok("time zone", "This host and the database agree on Europe/Berlin.")


def _restoring(connection: Connection) -> Iterator[Finding]:
    template = template_name(connection.info.dbname)
    row = connection.execute(MAY_RESTORE, {"template": template}).fetchone()
    assert row is not None
    may_create, owns, has_template = row
    if not (may_create and owns):
        yield advice(
            "restoring",
            "The role may not create databases, or does not own this one: it cannot restore beside the present one.",
            "Have an administrator run what flurwerk db plan prints, or prepare an empty database to restore into.",
        )
        return
    needed = connection.execute(properties.ONLY_FOR_SUPERUSERS, {"extensions": list(EXTENSIONS)}).fetchall()
    if needed and not has_template:
        yield advice(
            "restoring",
            f"There is no template {template} with the extensions that the role may not create.",
            "Unless template1 has them, have an administrator run what flurwerk db plan prints.",
        )
        return
    yield ok("restoring", "The role may restore beside the present database.")
