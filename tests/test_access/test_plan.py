"""`flurwerk db plan`: after an administrator has run it, the owner migrates without being able to create roles."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.cli import main
from geo.access import Role, inspection, people
from geo.access.logins import LoginError, end_sessions
from geo.access.plan import plan
from geo.access.roles import LOGINS
from geo.errors import ConfigurationError
from geo.migrate import MigrationError, is_current, migrate
from geo.settings import Settings, load_settings
from geo.store import cluster
from geo.store.database import connect, conninfo, login_conninfo
from tests.conftest import UNSAFE_BUT_FAST, create_database, database, numbers
from tests.records import Connection, one
from tests.remains import temporary_folder
from tests.test_api.helpers import api, wait_until

OWNER, PASSWORD, SECRET = "Stadt Dortmund", "owner's secret ÄÖ/@:%", "a secret of sixteen characters"
RIGHTS = """
    select rolsuper or rolcreaterole or rolreplication or rolbypassrls, rolcreatedb
    from pg_roles
    where rolname = current_user
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The administrator's URL of a server as a city has it: everybody but the administrator needs a password."""
    with temporary_folder() as folder:
        home = folder / "home"
        url = cluster.ensure_running(home, UNSAFE_BUT_FAST)
        found = cluster.status(home)
        assert found.data
        assert found.pid
        rules = "local all flurwerk peer map=flurwerk\nlocal all all scram-sha-256\n"
        (found.data / "pg_hba.conf").write_text(rules, encoding="utf-8")
        os.kill(found.pid, signal.SIGHUP)
        wait_until(lambda: asks_for_passwords(url))
        yield url


def asks_for_passwords(url: str) -> bool:
    try:
        psycopg.connect(make_conninfo(url, user="nobody")).close()
    except psycopg.OperationalError as error:
        return "no password supplied" in str(error)
    return False


def owned(server: str, name: str, **options: str) -> Settings:
    """The settings of an installation whose owner is not the administrator."""
    url = make_conninfo(server, user=OWNER, password=PASSWORD, dbname=name)
    return load_settings(database_url=url, **{"secret": SECRET, **options})


def execute(server: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run the script as an administrator does, with psql."""
    address = make_conninfo(server, dbname="postgres")
    return subprocess.run(["psql", "--no-psqlrc", address], input=script, text=True, capture_output=True, check=False)


@pytest.fixture(scope="module")
def planned(server: str) -> Settings:
    """An installation whose administrator has run the plan twice, and whose owner has migrated twice."""
    settings = owned(server, "Flächen")
    for _ in range(2):
        done = execute(server, plan(settings))
        assert (done.returncode, done.stderr) == (0, "")
    for _ in range(2):
        with connect(settings) as connection:
            migrate(connection, settings)
    return settings


def test_the_owner_migrates_and_serves_every_role_with_no_right_but_to_create_databases(planned: Settings) -> None:
    with connect(planned) as connection:
        assert connection.execute(RIGHTS).fetchone() == (False, True)
        assert is_current(connection)
        assert list(inspection.faults(connection)) == []
    for login in LOGINS:
        with psycopg.connect(login_conninfo(planned, login)) as connection:
            assert one(connection, "select session_user::text") == login
    with api(planned) as service:
        assert service.get("/api/health/ready").status_code == 200


def test_the_doctor_finds_nothing_wrong_and_says_if_the_owner_cannot_restore(planned: Settings, server: str) -> None:
    environment = {
        "FLURWERK_DATABASE_URL": planned.database_url, "FLURWERK_SECRET": SECRET, "FLURWERK_PORT": "9"
    }  # fmt: skip

    def restoring() -> tuple[str, str]:
        asked = CliRunner(env=environment).invoke(main, ["doctor", "--format", "json"])
        assert asked.exit_code == 0, asked.output
        (found,) = (each for each in json.loads(asked.stdout) if each["subject"] == "restoring")
        return found["state"], found["what"]

    assert restoring() == ("ok", "The role may restore beside the present database.")
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        owner = sql.Identifier(OWNER)
        administrator.execute(sql.SQL("alter role {} nocreatedb").format(owner))
        assert restoring()[0] == "advice"
        administrator.execute(sql.SQL("alter role {} createdb").format(owner))
        administrator.execute('alter database "Flächen_template" is_template false')
        assert "no template Flächen_template" in restoring()[1]
        administrator.execute('alter database "Flächen_template" is_template true')


def test_the_plan_contains_no_password(planned: Settings) -> None:
    script = plan(planned)
    assert PASSWORD not in script
    assert SECRET not in script
    assert script.count("SCRAM-SHA-256$") == len(LOGINS) + 1


def test_the_owner_ends_the_sessions_of_the_service_and_of_nobody_else(planned: Settings, server: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute("create role other login password 'x'")
    with (
        connect(planned) as owner,
        psycopg.connect(login_conninfo(planned, "flurwerk_public")),
        psycopg.connect(make_conninfo(server, user="other", password="x", dbname="postgres")),
    ):
        oid = "select oid from pg_roles where rolname = %s"
        assert end_sessions(owner, [one(owner, oid, "flurwerk_public")]) == 1
        with pytest.raises(LoginError, match="may not end other logins' sessions"):
            end_sessions(owner, [one(owner, oid, "other")])


def test_after_a_new_secret_migrate_says_who_has_to_set_the_passwords(planned: Settings, server: str) -> None:
    changed = planned.model_copy(update={"secret": "another secret of the city"})
    with connect(changed) as connection, pytest.raises(LoginError) as refused:
        migrate(connection, changed)
    assert "flurwerk_public, flurwerk_reader" in refused.value.message
    assert "password authentication failed" in refused.value.message
    assert "flurwerk db plan" in refused.value.hint
    assert execute(server, plan(changed)).returncode == 0
    with connect(changed) as connection:
        migrate(connection, changed)
    # As it was, for the other tests.
    assert execute(server, plan(planned)).returncode == 0


def test_a_missing_role_is_named_with_its_statement(planned: Settings, server: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute("revoke flurwerk_tiles_rights from flurwerk_tiles")
        with connect(planned) as connection, pytest.raises(LoginError) as refused:
            migrate(connection, planned)
        assert 'grant "flurwerk_tiles_rights" to "flurwerk_tiles"' in refused.value.hint
        administrator.execute("grant flurwerk_tiles_rights to flurwerk_tiles")


def test_a_persons_login_needs_the_administrator_who_is_told_what_to_run(planned: Settings, server: str) -> None:
    with connect(planned) as connection, pytest.raises(LoginError) as refused:
        people.add(connection, "anna", Role.READER, "a password")
    assert 'create role "anna" login; grant "flurwerk_reader_rights" to "anna"; \\password anna' in refused.value.hint
    statements = refused.value.hint.partition("psql: ")[2].partition("; \\")[0]
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute(statements.encode())
    with connect(planned) as connection, pytest.raises(LoginError, match='run in psql: drop role "anna"'):
        people.remove(connection, "anna")


def test_the_owner_can_copy_the_template_and_not_drop_it(planned: Settings) -> None:
    """It has the extensions, which the owner may not create."""
    copied, template = sql.Identifier("Flächen_copied"), sql.Identifier("Flächen_template")
    with connect(planned) as connection:
        connection.autocommit = True
        connection.execute(sql.SQL("create database {} template {}").format(copied, template))
        with psycopg.connect(make_conninfo(planned.database_url or "", dbname="Flächen_copied")) as copy:
            found = {name for (name,) in copy.execute("select extname::text from pg_extension")}
        assert found >= {"postgis", "pg_trgm"}
        connection.execute(sql.SQL("drop database {}").format(copied))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(sql.SQL("drop database {}").format(template))


def test_without_the_right_to_create_databases_nothing_is_said_of_it(server: str) -> None:
    script = plan(owned(server, "small"), may_restore=False)
    assert '" createdb' not in script
    assert "_template" not in script


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (None, "FLURWERK_DATABASE_URL is missing"),
        ("postgresql://host/flurwerk", "does not name the owner and the database"),
        ("postgresql://owner@host/postgres", "postgres is a database of the server itself"),
        ("postgresql://owner%0a@host/flurwerk", "characters that psql cannot use"),
        ("postgresql://owner@host/dbname%3dpostgres", "characters that psql cannot use"),
        ("postgresql://flurwerk_public@host/flurwerk", "flurwerk_public cannot own the database"),
        ("postgresql://pg_monitor@host/flurwerk", "pg_monitor cannot own the database"),
    ],
)
def test_a_plan_needs_the_names_of_owner_and_database(url: str | None, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        plan(load_settings(database_url=url))


def test_the_command_prints_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLURWERK_DATABASE_URL", "postgresql://owner@db.example/flurwerk")
    printed = CliRunner().invoke(main, ["db", "plan"])
    assert printed.exit_code == 0
    assert "psql --host=db.example --username=ADMINISTRATOR" in printed.output
    assert "-- Without passwords" in printed.output


def test_two_installations_of_different_owners_share_a_server(planned: Settings, server: str) -> None:
    """As production and test do: neither takes away from the other what the administrator has given it."""
    url = make_conninfo(server, user="owner of the test", password="x", dbname="test")
    other = load_settings(database_url=url, secret=SECRET)
    for settings in (other, planned):
        assert execute(server, plan(settings)).returncode == 0
    for settings in (other, planned, other):
        with connect(settings) as connection:
            migrate(connection, settings)
            assert list(inspection.faults(connection)) == []
    with psycopg.connect(conninfo(database(server, "test"))) as administrator:
        assert list(inspection.faults(administrator)) == []


def test_somebody_elses_database_stays_theirs(server: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute("create role gis")
        administrator.execute("create database kataster owner gis")
        done = execute(server, plan(owned(server, "kataster")))
        assert done.returncode == 3
        assert "the database kataster exists already, and belongs to another role" in done.stderr
        owner = "select pg_get_userbyid(datdba)::text from pg_database where datname = 'kataster'"
        assert one(administrator, owner) == "gis"


def test_the_plan_corrects_attributes_of_the_services_roles(planned: Settings, server: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute("alter role flurwerk_reader nologin; alter role flurwerk_editor createrole createdb")
        administrator.execute("alter role flurwerk_admin_rights login")
    assert execute(server, plan(planned)).returncode == 0
    with connect(planned) as connection:
        assert list(inspection.faults(connection)) == []


def test_an_owner_that_is_a_superuser_is_warned_of(server: str) -> None:
    url = make_conninfo(server, user="mighty", dbname="mighty")
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute("create role mighty superuser login")
    done = execute(server, plan(load_settings(database_url=url, secret=SECRET)))
    assert done.returncode == 0
    assert "the owner has existed before, and is a superuser" in done.stderr


# What is missing, when the administrator has not run the plan.


@pytest.fixture
def empty(server: str) -> Iterator[tuple[Connection, Connection]]:
    """An empty database that its owner may not change: the connections of the administrator and of the owner."""
    name = f"empty_{next(numbers)}"
    create_database(server, name)
    url = database(server, name)
    with psycopg.connect(conninfo(url), autocommit=True) as administrator:
        administrator.execute("drop role if exists modest; create role modest")
        with psycopg.connect(conninfo(url)) as connection:
            connection.execute("set role modest")
            connection.commit()
            yield administrator, connection
        administrator.execute("drop owned by modest")


def refusal(connection: Connection) -> MigrationError:
    with pytest.raises(MigrationError) as refused:
        migrate(connection)
    assert one(connection, "select to_regclass('public.flurwerk_migrations')") is None, "nothing has been changed"
    return refused.value


def test_all_that_is_missing_is_said_at_once(empty: tuple[Connection, Connection]) -> None:
    administrator, owner = empty
    refused = refusal(owner)
    database_name = one(administrator, "select current_database()")
    assert f"The role modest may not create schemas in the database {database_name}." in refused.message
    assert "The database does not have the extension postgis, and its owner may not create it." in refused.message
    assert f'alter database "{database_name}" owner to "modest"' in refused.hint
    assert "create extension postgis with schema public" in refused.hint
    assert "flurwerk db plan" in refused.hint


def test_postgis_in_another_schema_is_said(empty: tuple[Connection, Connection]) -> None:
    administrator, owner = empty
    administrator.execute("create schema extensions; create extension postgis with schema extensions")
    assert "postgis is in the schema extensions; Flurwerk looks for it in public." in refusal(owner).message


def test_a_postgis_that_is_too_old_is_said(empty: tuple[Connection, Connection]) -> None:
    administrator, owner = empty
    administrator.execute("create extension postgis")
    administrator.execute("update pg_extension set extversion = '2.5.9' where extname = 'postgis'")
    refused = refusal(owner)
    assert "The database has PostGIS 2.5.9, which lacks functions." in refused.message
    assert "install PostGIS 3.3 or newer" in refused.hint


@pytest.mark.parametrize("schema", ["history", "access", "as_of", "flurwerk", "flurwerk_history"])
def test_a_schema_of_somebody_else_is_said_and_left_alone(empty: tuple[Connection, Connection], schema: str) -> None:
    administrator, owner = empty
    administrator.execute("create extension postgis; create extension pg_trgm; grant all on schema public to modest")
    administrator.execute(f"create schema {schema}".encode())
    administrator.execute(
        sql.SQL("grant create on database {} to modest").format(sql.Identifier(administrator.info.dbname))
    )
    refused = refusal(owner)
    assert refused.message == f"The database has a schema {schema} already, which belongs to flurwerk."
    assert f'alter schema "{schema}" rename to "{schema}_aside"' in refused.hint


def test_a_member_of_the_owner_does_not_mix_its_tables_with_the_owners(planned: Settings, server: str) -> None:
    name = str(conninfo_to_dict(planned.database_url or "")["dbname"])
    with psycopg.connect(conninfo(database(server, name))) as connection:
        connection.execute("create role deputy")
        connection.execute(sql.SQL("grant {} to deputy").format(sql.Identifier(OWNER)))
        connection.execute("set role deputy")
        with pytest.raises(MigrationError) as refused:
            migrate(connection)
    assert f"belong to the role {OWNER}, and deputy is another." in refused.value.message
    assert f'reassign owned by "{OWNER}" to "deputy"' in refused.value.hint


def test_tables_in_public_can_be_forbidden_alone(empty: tuple[Connection, Connection]) -> None:
    administrator, owner = empty
    administrator.execute("create extension postgis; create extension pg_trgm")
    administrator.execute(
        sql.SQL("grant create on database {} to modest").format(sql.Identifier(administrator.info.dbname))
    )
    refused = refusal(owner)
    assert "may not create tables in the schema public" in refused.message
    assert 'grant create on schema public to "modest"' in refused.hint
    assert "flurwerk db plan" not in refused.hint, "the plan does not help here"


def test_a_database_that_cannot_hold_all_characters_is_said(server: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute("create database latin template template0 encoding 'LATIN1' locale 'C'")
    with psycopg.connect(conninfo(database(server, "latin"))) as connection:
        assert "The database has the encoding LATIN1, which lacks characters." in refusal(connection).message


def test_an_existing_owner_keeps_working_when_the_right_to_create_roles_is_taken_away(
    server: str,
) -> None:
    """Installations made before there was a plan, whose owner created the roles."""
    settings = owned(server, "earlier")
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as administrator:
        assert execute(server, plan(settings)).returncode == 0
        administrator.execute(sql.SQL("alter role {} createrole").format(sql.Identifier(OWNER)))
        with connect(settings) as connection:
            migrate(connection, settings)
        administrator.execute(sql.SQL("alter role {} nocreaterole").format(sql.Identifier(OWNER)))
    with connect(settings) as connection:
        assert migrate(connection, settings) == []
