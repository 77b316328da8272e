"""Behind pgbouncer Flurwerk works if each connection has a session of its own, and says so at once if not."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.serving import fit_connections
from geo.access import Role, tokens
from geo.access.roles import TILE_LOGIN
from geo.settings import load_settings
from geo.store.database import SERVICE_SETTINGS, SESSION_SETTINGS, connect, login_conninfo, login_password
from geo.store.sessions import UnfitPooler, open_session
from tests.records import one
from tests.test_api.helpers import api
from tests.test_cli import Command
from tests.test_database_sessions.servers import CityServer, pgbouncer

IGNORING = "ignore_startup_parameters = options"
"""For clients whose options pgbouncer 1.18 would refuse; then it drops them in silence."""

READ = (
    "/api/kpis?period=2023-H2",
    "/api/collections/plots/items?f=csv",
    "/api/collections/transactions/items?f=csv",
    "/api/collections/plots/items?f=csv&as_of=2020-01-01T00:00:00Z",
    "/api/tiles/WebMercatorQuad/10/340/533",
    "/api/land-supply",
    "/api/health/ready",
)

PROGRAMME = {
    "type": "Feature",
    "geometry": None,
    "properties": {"name": "Förderung", "funding": "funded", "counts": "address"},
}

numbers = count(1)


@pytest.fixture(scope="module", params=[(), (IGNORING,)], ids=["refusing options", "ignoring options"])
def pooled(request: pytest.FixtureRequest, city: CityServer) -> Iterator[str]:
    """The owner's URL through pgbouncer in session mode."""
    with pgbouncer(city, "session", *request.param) as url:
        yield url


def test_sessions_behind_a_pooler_have_our_settings(pooled: str) -> None:
    """The pooler keeps a connection's options to itself; those of the service's logins arrive all the same."""
    settings = load_settings(database_url=make_conninfo(pooled, options="-c work_mem=7MB"))
    expected = SESSION_SETTINGS | SERVICE_SETTINGS | {"work_mem": "7MB"}
    with open_session(login_conninfo(settings, Role.EDITOR.login)) as connection:
        assert {name: one(connection, "select current_setting(%s)", name) for name in expected} == expected
        assert one(connection, "select current_user::text") == Role.EDITOR.login


def test_the_service_answers_behind_a_pooler_as_on_the_server(pooled: str, city: CityServer) -> None:
    """Figures, records, the past, tiles and files are the same for each role, and editors write."""
    settings = load_settings(database_url=pooled)
    with connect(settings) as connection:
        number = next(numbers)
        callers = {
            role: {"Authorization": f"Bearer {tokens.create(connection, f'{role.value} {number}', role)}"}
            for role in (Role.READER, Role.EDITOR)
        }
    with api(settings) as service, api(load_settings(database_url=city.url())) as same:
        for headers in ({}, *callers.values()):
            for path in READ:
                expected = same.request("GET", path, headers=headers)
                found = service.request("GET", path, headers=headers)
                assert (found.status_code, found.content) == (expected.status_code, expected.content), path
                assert found.status_code in (200, 204), found.text
        sent = service.request(
            "POST", "/api/collections/programmes/items", headers=callers[Role.EDITOR], json=PROGRAMME
        )
        assert sent.status_code == 201, sent.text
        read = service.request("GET", sent.headers["location"], headers=callers[Role.READER])
        assert read.json()["properties"]["name"] == "Förderung"


def test_commands_work_behind_a_pooler(pooled: str, tmp_path: Path) -> None:
    """Migrating (locks of the session), loading (temporary tables), figures and checks need a session that stays."""
    flurwerk = Command(pooled)
    file = tmp_path / "programmes.csv"
    file.write_text("source_id,name,funding\na,A,funded\n", encoding="utf-8")
    assert "up to date" in flurwerk("migrate").stdout
    assert "programmes" in flurwerk("load", "programmes", str(file), "--source", "city").stdout
    (figure,) = flurwerk.csv("kpi", "2023-H2", "--key", "public_land_m2")
    assert figure["actual"] == "1000"
    flurwerk("check", exit_code=0)


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize(
    "further", [(), (IGNORING,), ("server_round_robin = 1", "min_pool_size = 2"), ("default_pool_size = 1",)]
)
def test_a_pooler_that_shares_sessions_is_refused_at_the_start(
    city: CityServer, mode: str, further: tuple[str, ...], tmp_path: Path
) -> None:
    """Every command and the service stop with one line, whatever the pooler does with options and how it chooses."""
    with pgbouncer(city, mode, *further) as url:
        for command in (["migrate"], ["kpi", "2023"], ["check"], ["db", "backup", str(tmp_path / "b")], ["db", "old"]):
            result = Command(url)(*command, exit_code=1)
            assert result.stderr.count("\n") == 1
            assert "pool_mode = session" in result.stderr
        with pytest.raises(UnfitPooler):
            fit_connections(load_settings(database_url=url))


def test_a_pooler_that_shares_only_the_services_sessions_is_refused_at_the_start(city: CityServer) -> None:
    """A pooler may have a mode for each user, so each login is tried."""
    per_user = "[users]\nflurwerk_tiles = pool_mode=transaction"
    password = login_password(load_settings(database_url=city.url()), TILE_LOGIN)
    with pgbouncer(city, "session", per_user, **{TILE_LOGIN: password or ""}) as url:
        assert "pool_mode = session" in Command(url)("migrate", exit_code=1).stderr
        with pytest.raises(UnfitPooler):
            fit_connections(load_settings(database_url=url))


def test_a_pooler_that_shares_sessions_later_lets_no_request_through(city: CityServer) -> None:
    """Where the service could not ask at its start, its pools do: a request gets 503 and no other one's session."""
    with pgbouncer(city, "transaction") as url, api(load_settings(database_url=url)) as service:
        service.problem(503, "/api/collections/plots/items")
        assert service.get("/api/health/ready").status_code == 503


def test_the_servers_own_sessions_need_no_second_connection(city: CityServer) -> None:
    """Only behind a pooler does opening a session open others to compare with."""
    with psycopg.connect(city.socket_url) as watching, open_session(city.url(options="")):
        assert one(watching, "select count(*) from pg_stat_ssl where ssl") == 1
