"""Logins of the service: passwords, privileges, and the private server's user map."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from geo.access import Role
from geo.access.logins import LoginError, renew_service_roles
from geo.access.people import add
from geo.access.roles import LOGINS
from geo.migrate import connect_migrated, migrate
from geo.settings import Settings, load_settings
from geo.store import cluster
from geo.store.cluster.configuration import SERVICE_ROLES, people_in
from geo.store.database import Connection, conninfo, login_conninfo, login_password
from tests.conftest import UNSAFE_BUT_FAST, create_database, database, drop_database
from tests.records import one
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
    with psycopg.connect(conninfo(cluster.ensure_running(home)), autocommit=True) as connection:
        connection.execute("alter system set log_statement = 'all'")
        connection.execute("select pg_reload_conf()")
        wait_until(lambda: one(connection, "show log_statement") == "all")
    # A new one: passwords that the server accepts are not set again.
    secret = f"another {SECRET}"
    settings = migrate_with(home, password=PASSWORD, secret=secret)
    derived = login_password(settings, "flurwerk_public") or ""
    log = cluster.status(home).log
    assert log
    wait_until(lambda: "SCRAM-SHA-256$" in log.read_text())
    for shown in (repr(settings), log.read_text()):
        assert derived not in shown
        assert secret not in shown


def test_without_a_password_in_the_url_none_is_derived(server_url: str, template: str) -> None:
    assert login_password(load_settings(database_url=server_url), "flurwerk_public") is None
    assert login_password(load_settings(), "flurwerk_public") is None


def test_migrating_revokes_privileges_that_somebody_has_granted(server_url: str) -> None:
    create_database(server_url, "mended")
    url = database(server_url, "mended")
    with psycopg.connect(conninfo(url)) as connection:
        migrate(connection)
        connection.execute("grant select on flurwerk.parties to flurwerk_public, public")
        connection.execute("grant flurwerk_editor_rights to flurwerk_public")
        connection.execute("alter role flurwerk_public createdb")
        connection.execute("alter role flurwerk_public_rights login")
        connection.commit()
        migrate(connection)
        assert not one(connection, "select has_table_privilege('flurwerk_public', 'flurwerk.parties', 'select')")
        assert not one(connection, "select pg_has_role('flurwerk_public', 'flurwerk_editor_rights', 'member')")
        assert not one(connection, "select rolcreatedb from pg_roles where rolname = 'flurwerk_public'")
        assert not one(connection, "select rolcanlogin from pg_roles where rolname = 'flurwerk_public_rights'")
    drop_database(server_url, "mended")


def test_a_login_that_may_not_create_logins_gets_instructions(connection: Connection) -> None:
    connection.execute("create role modest")
    connection.execute("alter role flurwerk_admin rename to away")
    connection.execute("set local role modest")
    with pytest.raises(LoginError) as refused:
        renew_service_roles(connection, {})
    assert 'create role "flurwerk_admin"' in refused.value.hint
    assert 'grant "flurwerk_admin_rights" to "flurwerk_admin"' in refused.value.hint


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
            assert one(connection, "select count(*) from flurwerk_for_internal.plots") == 0
        cluster.update_access(home, drop="carla")
        assert people_in((data / "pg_ident.conf").read_text()) == []
        cluster.remove(home)
