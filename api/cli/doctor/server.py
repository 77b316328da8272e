"""Looks at the database's server: version, rights of the role, clock and time zone, and where it can restore."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from api.cli.doctor.finding import Finding, advice, fault, ok
from geo.backups import properties
from geo.periods import CITY_TIME
from geo.store.database import Connection
from geo.store.requirements import EXTENSIONS, template_name
from geo.text import Text

LATE = timedelta(seconds=5)
"""How much the clocks of this host and the database may differ."""

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


def server(connection: Connection, *, is_private: bool) -> Iterator[Finding]:
    """Yield what the server is, how it is reached, and as whom."""
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


def times(connection: Connection) -> Iterator[Finding]:
    """Yield whether this host and the database agree on the time and the city's time zone."""
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


def restoring(connection: Connection) -> Iterator[Finding]:
    """Yield whether a backup can be restored beside the present database."""
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
