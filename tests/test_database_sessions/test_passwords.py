"""The logins' passwords are derived or there are none: never the owner's, found by libpq."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.serving import fit_connections
from geo.access import Role
from geo.errors import ConfigurationError
from geo.settings import load_settings
from geo.store.database import connect, login_conninfo
from geo.store.sessions import open_session
from tests.test_cli import Command
from tests.test_database_sessions.servers import HOST, PASSWORD, CityServer

Given = Callable[[CityServer, Path, pytest.MonkeyPatch], str]


def in_variable(city: CityServer, folder: Path, patch: pytest.MonkeyPatch) -> str:
    patch.setenv("PGPASSWORD", PASSWORD)
    return without_password(city)


def in_password_file(city: CityServer, folder: Path, patch: pytest.MonkeyPatch) -> str:
    file = folder / "passwords"
    file.write_text(f"*:*:*:*:{PASSWORD.replace(':', chr(92) + ':')}\n", encoding="utf-8")
    file.chmod(0o600)
    patch.setenv("PGPASSFILE", str(file))
    return without_password(city)


def in_service_file(city: CityServer, folder: Path, patch: pytest.MonkeyPatch) -> str:
    (folder / "services").write_text(f"[city]\npassword={PASSWORD}\n", encoding="utf-8")
    patch.setenv("PGSERVICEFILE", str(folder / "services"))
    return make_conninfo(without_password(city), service="city")


def without_password(city: CityServer) -> str:
    parameters = conninfo_to_dict(city.url())
    return make_conninfo("", **{name: value for name, value in parameters.items() if name != "password"})


@pytest.mark.parametrize("given", [in_variable, in_password_file, in_service_file])
def test_a_password_that_only_libpq_knows_needs_a_secret(
    city: CityServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Given
) -> None:
    """Where the server asks for passwords, migrate and serve refuse in one line; figures are computed all the same."""
    url = given(city, tmp_path, monkeypatch)
    flurwerk = Command(url)
    refused = flurwerk("migrate", exit_code=1)
    assert "Set FLURWERK_SECRET" in refused.stderr
    assert refused.stderr.count("\n") == 1
    with pytest.raises(ConfigurationError, match="FLURWERK_SECRET"):
        fit_connections(load_settings(database_url=url))
    assert flurwerk.csv("kpi", "2023-H2", "--key", "public_land_m2")


def test_the_owners_password_is_never_tried_for_a_login(
    city: CityServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where it would fit: a login that has it is refused, since it has none of its own."""
    with psycopg.connect(city.socket_url, autocommit=True) as owner:
        before = owner.execute("select rolpassword from pg_authid where rolname = 'flurwerk_public'").fetchone()
        assert before
        owner.execute("alter role flurwerk_public password 'shared'")
        monkeypatch.setenv("PGPASSWORD", "shared")
        settings = load_settings(database_url=without_password(city))
        psycopg.connect(make_conninfo(without_password(city), user=Role.PUBLIC.login)).close()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            open_session(login_conninfo(settings, Role.PUBLIC.login))
        owner.execute(f"alter role flurwerk_public password '{before[0]}'".encode())


def test_with_a_secret_the_owners_password_may_be_anywhere(
    city: CityServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Migrating sets the logins' passwords by it; before, the service says at its start who cannot sign in."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    flurwerk = Command(without_password(city))
    flurwerk.environment["FLURWERK_SECRET"] = "a secret of sixteen"
    settings = load_settings(database_url=without_password(city), secret="a secret of sixteen")
    fit_connections(settings)
    assert "flurwerk_reader cannot sign in" in caplog.text
    assert "Run: flurwerk migrate" in caplog.text
    flurwerk("migrate")
    open_session(login_conninfo(settings, Role.EDITOR.login)).close()
    Command(city.url())("migrate")


def test_a_server_that_asks_nobody_needs_no_secret(server_url: str, template: str) -> None:
    """Peer and trust: neither migrating nor serving asks for one."""
    settings = load_settings(database_url=server_url)
    with connect(settings) as connection:
        assert not connection.pgconn.used_password
    Command(server_url)("migrate")
    fit_connections(settings)


def test_a_name_with_several_addresses_is_no_way_around(city: CityServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's question is heard whichever of the hosts has asked it."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    url = make_conninfo(
        without_password(city), host=f"gone.stadt.test,{HOST}", hostaddr=f"127.0.0.1,{city.address}", port="1,5432"
    )
    assert "Set FLURWERK_SECRET" in Command(url)("migrate", exit_code=1).stderr
