"""Logins of the service and of people: passwords, the private server's user map, and names in the history."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from geo.access import Role, people
from geo.access.logins import LOGINS, LoginError, create_service_logins
from geo.access.people import add, remove
from geo.migrate import connect_migrated, migrate
from geo.settings import Settings, load_settings
from geo.store import cluster
from geo.store.cluster.configuration import SERVICE_ROLES, people_in
from geo.store.database import Connection, conninfo, login_conninfo, login_password
from tests.conftest import UNSAFE_BUT_FAST, create_database, database, drop_database
from tests.records import insert, one
from tests.remains import temporary_folder
from tests.test_api.helpers import api, wait_until

PASSWORD = "owner's secret ÄÖ/@:"
SECRET = "a secret of sixteen characters"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with a private server whose socket requires a password from all but the owner."""
    with temporary_folder() as folder:
        home = folder / "home"
        cluster.ensure_running(home, UNSAFE_BUT_FAST)
        found = cluster.status(home)
        assert found.data
        assert found.pid
        (found.data / "pg_hba.conf").write_text(
            "local all flurwerk peer map=flurwerk\nlocal all all scram-sha-256\n", encoding="utf-8"
        )
        os.kill(found.pid, signal.SIGHUP)
        yield home


def can_log_in(settings: Settings, login: str) -> bool:
    try:
        with psycopg.connect(login_conninfo(settings, login)) as connection:
            return one(connection, "select session_user::text") == login
    except psycopg.OperationalError:
        return False


def migrate_with(home: Path, **options: str) -> Settings:
    """Migrate with a password in the URL or with a secret; return the settings."""
    url = make_conninfo(cluster.ensure_running(home), password=options.pop("password", None))
    settings = load_settings(home=home, database_url=url, **options)
    with psycopg.connect(conninfo(cluster.ensure_running(home))) as connection:
        migrate(connection, settings)
    return settings


def test_the_service_logs_in_with_passwords_derived_from_the_one_in_the_url(home: Path) -> None:
    settings = migrate_with(home, password=PASSWORD)
    assert len({login_password(settings, login) for login in LOGINS}) == len(LOGINS)
    wait_until(lambda: all(can_log_in(settings, login) for login in LOGINS))
    other = settings.model_copy(update={"secret": SECRET})
    assert not any(can_log_in(other, login) for login in LOGINS)
    with api(settings) as service:
        assert service.get("/api/collections").status_code == 200
        assert service.get("/api/kpis").status_code == 200
        assert service.get("/api/health/ready").status_code == 200


def test_a_secret_takes_precedence_over_the_password_in_the_url(home: Path) -> None:
    settings = migrate_with(home, password=PASSWORD, secret=SECRET)
    assert all(can_log_in(settings, login) for login in LOGINS)
    assert login_password(settings, "flurwerk_public") == login_password(
        load_settings(secret=SECRET), "flurwerk_public"
    )
    assert not can_log_in(settings.model_copy(update={"secret": None}), "flurwerk_public")


def test_neither_password_nor_secret_is_shown(home: Path) -> None:
    settings = migrate_with(home, password=PASSWORD, secret=SECRET)
    derived = login_password(settings, "flurwerk_public") or ""
    with psycopg.connect(conninfo(cluster.ensure_running(home)), autocommit=True) as connection:
        connection.execute("alter system set log_statement = 'all'")
        connection.execute("select pg_reload_conf()")
        wait_until(lambda: one(connection, "show log_statement") == "all")
    migrate_with(home, password=PASSWORD, secret=SECRET)
    log = cluster.status(home).log
    assert log
    wait_until(lambda: "SCRAM-SHA-256$" in log.read_text())
    for shown in (repr(settings), log.read_text()):
        assert derived not in shown
        assert SECRET not in shown


def test_without_a_password_in_the_url_none_is_derived(server_url: str, template: str) -> None:
    assert login_password(load_settings(database_url=server_url), "flurwerk_public") is None
    assert login_password(load_settings(), "flurwerk_public") is None


def test_migrating_revokes_privileges_that_somebody_has_granted(server_url: str) -> None:
    create_database(server_url, "mended")
    url = database(server_url, "mended")
    with psycopg.connect(conninfo(url)) as connection:
        migrate(connection)
        connection.execute("grant select on flurwerk.parties to flurwerk_public, public")
        connection.execute("grant flurwerk_editor to flurwerk_public")
        connection.execute("alter role flurwerk_public createdb")
        connection.commit()
        migrate(connection)
        assert not one(connection, "select has_table_privilege('flurwerk_public', 'flurwerk.parties', 'select')")
        assert not one(connection, "select pg_has_role('flurwerk_public', 'flurwerk_editor', 'member')")
        assert not one(connection, "select rolcreatedb from pg_roles where rolname = 'flurwerk_public'")
    drop_database(server_url, "mended")


def test_a_login_that_may_not_create_logins_gets_instructions(connection: Connection) -> None:
    connection.execute("create role modest")
    connection.execute("alter role flurwerk_admin rename to away")
    connection.execute("set local role modest")
    with pytest.raises(LoginError, match="create role NAME login"):
        create_service_logins(connection, {})


@pytest.fixture
def anna(server_url: str, database_url: str) -> Iterator[str]:
    """The URL with which a person logs in."""
    with psycopg.connect(conninfo(database_url)) as connection:
        add(connection, "anna", Role.EDITOR, None)
    with psycopg.connect(server_url, autocommit=True) as connection:
        (file,) = connection.execute("show ident_file").fetchone() or ("",)
        connection.execute("grant flurwerk_editor to anna")
        names = Path(file)
        before = names.read_text()
        names.write_text(before + 'flurwerk "root" "anna"\nflurwerk "postgres" "anna"\n')
        connection.execute("select pg_reload_conf()")
        url = make_conninfo(database_url, user="anna")
        wait_until(lambda: can_connect(url))
        yield url
        names.write_text(before)
        connection.execute("select pg_reload_conf()")
    with psycopg.connect(conninfo(database_url)) as connection:
        remove(connection, "anna")


def can_connect(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_persons_login_edits_under_its_own_name_only(anna: str) -> None:
    with psycopg.connect(conninfo(anna)) as connection:
        for other in ("bert", "flurwerk"):
            connection.execute("select set_config('flurwerk.actor', %s, false)", [other])
            insert(connection, "operators", name="Netz", kind="carrier")
        connection.execute("set role flurwerk_editor")
        connection.execute("update flurwerk.operators set note = 'geprüft'")
        assert connection.execute("select distinct recorded_by from flurwerk.operators").fetchall() == [("anna",)]
        assert connection.execute("select distinct ended_by from history.operators").fetchall() == [("anna",)]
        for statement in ("select hash from access.tokens", "create role bert", "delete from history.operators"):
            with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode())


def test_a_login_can_change_its_role_and_be_removed(connection: Connection) -> None:
    add(connection, "bert", Role.EDITOR, people.make_password())
    add(connection, "bert", Role.READER, None)
    assert one(connection, "select pg_has_role('bert', 'flurwerk_reader', 'usage')")
    assert not one(connection, "select pg_has_role('bert', 'flurwerk_editor', 'usage')")
    remove(connection, "bert")
    with pytest.raises(LoginError, match="no login “bert”"):
        remove(connection, "bert")


@pytest.mark.parametrize(
    "name", ["flurwerk", "flurwerk_admin", "flurwerk_x", "pg_monitor", "Anna", "an na", 'a"b', "", "1a", "a" * 64]
)
def test_a_name_that_cannot_be_a_persons_is_refused(connection: Connection, name: str) -> None:
    with pytest.raises(LoginError, match="cannot be a login"):
        add(connection, name, Role.READER, None)
    with pytest.raises(LoginError, match="cannot be a login"):
        remove(connection, name)


def test_a_login_of_another_application_is_left_alone(connection: Connection) -> None:
    connection.execute("create role gis login")
    for change in (lambda: add(connection, "gis", Role.READER, None), lambda: remove(connection, "gis")):
        with pytest.raises(LoginError, match="not for Flurwerk"):
            change()


def test_the_private_server_maps_accounts_to_people_and_keeps_them_after_a_restart() -> None:
    assert {*SERVICE_ROLES} == {*LOGINS}
    with temporary_folder() as folder:
        home = folder / "home"
        settings = load_settings(home=home)
        cluster.ensure_running(home, UNSAFE_BUT_FAST)
        with connect_migrated(settings) as connection:
            add(connection, "carla", Role.READER, None)
        cluster.update_access(home, add="carla")
        cluster.stop(home)
        url = cluster.start(home, UNSAFE_BUT_FAST)
        data = cluster.status(home).data
        assert data
        names = (data / "pg_ident.conf").read_text()
        assert 'flurwerk "carla" "carla"' in names
        assert people_in(names) == ["carla"]
        with psycopg.connect(make_conninfo(url, user="carla")) as connection:
            assert one(connection, "select count(*) from for_internal.plots") == 0
        cluster.update_access(home, drop="carla")
        assert people_in((data / "pg_ident.conf").read_text()) == []
        cluster.remove(home)
