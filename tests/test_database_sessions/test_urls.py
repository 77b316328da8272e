"""What an operator says about connections is kept, combined with ours, or refused; never dropped in silence."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from geo.access import Role
from geo.errors import ConfigurationError, DatabaseUnavailable
from geo.settings import load_settings
from geo.store.database import SESSION_SETTINGS, connect, conninfo, login_conninfo
from geo.store.session_options import read_options
from geo.store.sessions import open_session
from tests.records import one
from tests.test_api.helpers import api
from tests.test_cli import Command
from tests.test_database_sessions.servers import HOST, CityServer


@pytest.fixture(autouse=True)
def _no_variables_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGOPTIONS", "PGPASSWORD", "PGPASSFILE", "PGSERVICEFILE", "PGAPPNAME", "PGDATESTYLE", "PGTZ"):
        monkeypatch.delenv(name, raising=False)


def shown(connection_string: str, name: str) -> str:
    with open_session(connection_string) as connection:
        return str(one(connection, "select current_setting(%s)", name))


def test_options_in_the_url_are_combined_with_ours(server_url: str, template: str) -> None:
    """Also a value with a space, in each of the server's two forms, and for the service's logins."""
    url = make_conninfo(server_url, options=r"-c work_mem=9MB --jit=off -csynchronous_commit=off -c a.b=two\ words")
    for given in (conninfo(url), login_conninfo(load_settings(database_url=url), Role.READER.login)):
        assert [shown(given, name) for name in ("work_mem", "jit", "a.b")] == ["9MB", "off", "two words"]
        assert shown(given, "search_path") == SESSION_SETTINGS["search_path"]


def test_options_of_pgoptions_and_of_the_service_file_are_combined_with_ours(
    server_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=9MB")
    assert shown(conninfo(server_url), "work_mem") == "9MB"
    parameters = conninfo_to_dict(server_url) | {"options": "-c work_mem=8MB"}
    lines = "".join(f"{name}={value}\n" for name, value in parameters.items())
    (tmp_path / "services").write_text(f"[city]\n{lines}")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    assert shown(conninfo("service=city"), "work_mem") == "8MB"
    assert shown(login_conninfo(load_settings(database_url="service=city"), Role.PUBLIC.login), "work_mem") == "8MB"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("-c statement_timeout=5s", "set statement_timeout to 5s, and Flurwerk's sessions need 0"),
        ("-c datestyle=SQL,DMY", "set DateStyle to SQL,DMY"),
        ("--search-path=public", "set search_path to public"),
        ("-c TimeZone=UTC", "set TimeZone to UTC"),
        ("-e", "have “-e”, which is no setting"),
        ("-c work_mem", "have “-c”, which is no setting"),
    ],
)
def test_options_that_contradict_ours_are_refused(server_url: str, options: str, said: str) -> None:
    """In one line that names the setting, whichever command it is."""
    result = Command(make_conninfo(server_url, options=options))("kpi", "2023", exit_code=1)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_options_that_say_the_same_as_ours_are_none_of_a_contradiction() -> None:
    url = "postgresql://nobody@nowhere/no?options=-c%20timezone%3Deurope/berlin%20-c%20ARRAY_NULLS%3Don"
    read = read_options(str(conninfo_to_dict(conninfo(url))["options"]))
    assert read == SESSION_SETTINGS


def test_the_owners_role_is_the_owners_alone(server_url: str, template: str) -> None:
    """An owner may work as a group; the service's logins work as themselves."""
    url = make_conninfo(server_url, options="-c role=flurwerk_reader_rights")
    with open_session(conninfo(url)) as connection:
        assert one(connection, "select current_user::text") == "flurwerk_reader_rights"
    with open_session(login_conninfo(load_settings(database_url=url), Role.PUBLIC.login)) as connection:
        assert one(connection, "select current_user::text") == Role.PUBLIC.login


def test_libpqs_variables_do_not_prevail_over_our_settings(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """libpq sends PGDATESTYLE and PGTZ beside the options, and the server lets them prevail."""
    monkeypatch.setenv("PGDATESTYLE", "SQL, DMY")
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with psycopg.connect(conninfo(server_url)) as connection:
        assert one(connection, "show datestyle") == "SQL, DMY", "as the options alone leave it"
    assert shown(conninfo(server_url), "DateStyle") == "ISO, MDY"
    assert shown(conninfo(server_url), "TimeZone") == "Europe/Berlin"
    assert shown(conninfo(server_url), "client_encoding") == "UTF8"


def test_another_encoding_in_the_url_is_refused() -> None:
    for encoding in ("UTF8", "utf-8"):
        assert conninfo_to_dict(conninfo(f"client_encoding={encoding}"))["client_encoding"] == "UTF8"
    with pytest.raises(ConfigurationError, match="client_encoding=LATIN1"):
        conninfo("client_encoding=LATIN1")


def test_names_and_timeouts_of_the_operator_are_kept(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours are only for those who name none; the service's logins alone have their own timeout."""
    assert shown(conninfo(server_url), "application_name") == "flurwerk"
    assert conninfo_to_dict(conninfo(server_url))["connect_timeout"] == "5"
    url = make_conninfo(server_url, application_name="Stadt", connect_timeout="30", keepalives_idle="7")
    assert shown(conninfo(url), "application_name") == "Stadt"
    kept = conninfo_to_dict(conninfo(url))
    assert (kept["connect_timeout"], kept["keepalives_idle"]) == ("30", "7")
    of_login = conninfo_to_dict(login_conninfo(load_settings(database_url=url), Role.PUBLIC.login))
    assert (of_login["connect_timeout"], of_login["application_name"]) == ("2", "Stadt")
    monkeypatch.setenv("PGAPPNAME", "of the variable")
    assert shown(conninfo(server_url), "application_name") == "of the variable"


def test_the_service_checks_the_servers_certificate_as_the_owner_does(city: CityServer) -> None:
    """The owner's URL is the base of the logins': with verify-full, theirs lead to the right server, encrypted."""
    settings = load_settings(database_url=city.url())
    with open_session(login_conninfo(settings, Role.READER.login)) as connection:
        assert one(connection, "select ssl from pg_stat_ssl where pid = pg_backend_pid()") is True
    with api(settings) as service:
        assert service.get("/api/health/ready").status_code == 200
        assert service.get("/api/collections/plots/items").status_code == 200


@pytest.mark.parametrize("wrong", [{"host": "other.stadt.test"}, {"sslrootcert": "system"}, {"sslmode": "disable"}])
def test_neither_the_owner_nor_a_login_trusts_another_server(city: CityServer, wrong: dict[str, str]) -> None:
    """A wrong name, an unknown authority and an unencrypted connection are refused for both."""
    settings = load_settings(database_url=city.url(**wrong))
    with pytest.raises(DatabaseUnavailable), connect(settings):
        pass
    with pytest.raises(psycopg.OperationalError):
        open_session(login_conninfo(settings, Role.READER.login))


def test_several_hosts_are_tried_in_their_order(city: CityServer) -> None:
    """The second one serves, and only if it accepts writes, for the owner and for the logins."""
    url = city.url(host=f"gone.stadt.test,{HOST}", hostaddr=f"127.0.0.1,{city.address}", port="1,5432")
    url = make_conninfo(url, target_session_attrs="read-write")
    settings = load_settings(database_url=url)
    with connect(settings) as connection:
        assert connection.info.host == HOST
    with api(settings) as service:
        assert service.get("/api/collections/plots/items").status_code == 200


def test_a_session_ends_soon_after_its_client_unless_the_operator_says_otherwise(server_url: str) -> None:
    """A statement of a client that is gone would otherwise run on, and keep its locks."""
    name = "client_connection_check_interval"
    assert shown(conninfo(server_url), name) == "2s"
    assert shown(conninfo(make_conninfo(server_url, options=f"-c {name}=9s")), name) == "9s"
    assert conninfo_to_dict(conninfo(server_url))["keepalives_idle"] == "30"
    assert conninfo_to_dict(conninfo(make_conninfo(server_url, keepalives_idle=7)))["keepalives_idle"] == "7"


def test_a_dead_clients_machine_is_noticed(city: CityServer) -> None:
    """By TCP; for sockets of the same machine there is nothing to keep alive."""
    wanted = {"tcp_keepalives_idle": "60", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "6"}
    assert {name: shown(conninfo(city.url()), name) for name in wanted} == wanted
