"""The database goes away and comes back: the service answers 503 in time, and then recovers by itself."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import Request
from psycopg import sql

from api.app import create_app
from geo.access import Caller, Role
from geo.access.roles import TILE_LOGIN
from geo.migrate import migrate
from geo.settings import Settings, load_settings
from geo.store import cluster
from geo.store.database import CONNECT_TIMEOUT_S, WAIT_FOR_CONNECTION_S, conninfo
from tests.conftest import UNSAFE_BUT_FAST
from tests.remains import temporary_folder
from tests.test_api.helpers import answer_as, problem, running, wait_until

IN_TIME_S = 2
ATTEMPTS = 3
"""A busy machine may delay one or two responses; a service that waits longer than promised delays all of them."""
URLS = (
    "/api/kpis?period=2023",
    "/api/kpis/inquiries?period=2023&by=district",
    "/api/collections/plots/items",
    "/api/health/ready",
    "/maps/overview",
)

ROLE = "X-Test-Role"
ITEMS = "/api/collections/plots/items?limit=1"
CALLS = [(ITEMS, role) for role in Role] + [("/api/tiles/WebMercatorQuad/10/340/533", Role.PUBLIC)]
"""A request for each of the service's pools: one a role, and that of the tile cache."""
REQUESTS = 200
AT_ONCE = 25
STATEMENT_TIMEOUT_S = 6
BACK_WITHIN_S = 20


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with a private server that is running and migrated."""
    with temporary_folder() as folder:
        home = folder / "home"
        with psycopg.connect(conninfo(cluster.ensure_running(home, UNSAFE_BUT_FAST))) as connection:
            migrate(connection)
        yield home


@pytest.fixture
def client(home: Path) -> Iterator[httpx.Client]:
    """A client of the service that uses the private server."""
    cluster.ensure_running(home, UNSAFE_BUT_FAST)
    with serving(load_settings(home=home)) as client:
        yield client


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """Serve for callers whose header says which role they have."""

    def of_named_role(request: Request) -> Caller:
        return Caller(Role(request.headers.get(ROLE, Role.PUBLIC)))

    app = create_app(settings)
    answer_as(app, of_named_role)
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
        port = listener.getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client


def succeeds(client: httpx.Client, url: str = URLS[0], role: Role = Role.PUBLIC) -> bool:
    return client.get(url, headers={ROLE: role}).status_code == 200


def all_succeed(client: httpx.Client) -> bool:
    """Whether a request by each pool, and the question whether the service is ready, succeeds."""
    return all([succeeds(client, url, role) for url, role in CALLS] + [succeeds(client, "/api/health/ready")])


def warm_up(client: httpx.Client) -> None:
    """Make the service hold several idle connections."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: wait_until(lambda: succeeds(client)), range(40)))


def assert_unavailable(client: httpx.Client, url: str) -> None:
    seconds: list[float] = []
    for _ in range(ATTEMPTS):
        began = time.monotonic()
        response = client.get(url)
        seconds.append(time.monotonic() - began)
        found = problem(response, 503)
        assert found["type"] == "urn:flurwerk:problem:database-unavailable"
        assert int(response.headers["retry-after"]) > 0
        assert "postgres" not in response.text.lower()
        if seconds[-1] < IN_TIME_S:
            return
    pytest.fail(f"{url} was refused, but not within {IN_TIME_S} s: {seconds}")


def backends(home: Path) -> list[int]:
    """The processes that serve connections."""
    with psycopg.connect(cluster.ensure_running(home), autocommit=True) as connection:
        found = connection.execute(
            "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in found]


def waiting_for_locks(observer: psycopg.Connection[Any]) -> int:
    (count,) = observer.execute("select count(*) from pg_stat_activity where wait_event_type = 'Lock'").fetchone() or (
        0,
    )
    return count


@contextmanager
def stopped(home: Path) -> Iterator[None]:
    """Let the server and all its backends stand still."""
    server = cluster.status(home).pid
    assert server is not None
    processes = [server, *backends(home)]
    try:
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGCONT)


def test_the_service_waits_for_its_database_no_longer_than_promised() -> None:
    assert WAIT_FOR_CONNECTION_S < CONNECT_TIMEOUT_S <= IN_TIME_S


def test_a_stopped_database_gives_503_in_time_and_the_service_recovers_once_it_is_back(
    home: Path, client: httpx.Client
) -> None:
    warm_up(client)
    cluster.stop(home)
    for url in URLS:
        assert_unavailable(client, url)
    assert client.get("/api/health/live").status_code == 200
    assert not cluster.status(home).running, "a request must not start a stopped server"
    cluster.start(home, UNSAFE_BUT_FAST)
    for url in URLS:
        assert succeeds(client, url), "the first request after the restart must succeed"


def test_many_requests_at_once_are_all_answered_in_time(home: Path, client: httpx.Client) -> None:
    warm_up(client)
    cluster.stop(home)
    with ThreadPoolExecutor(20) as pool:
        for done in [pool.submit(assert_unavailable, client, URLS[0]) for _ in range(20)]:
            done.result()
    cluster.start(home, UNSAFE_BUT_FAST)
    assert succeeds(client)


def test_a_restart_between_two_requests_goes_unnoticed(home: Path, client: httpx.Client) -> None:
    warm_up(client)
    cluster.stop(home)
    cluster.start(home, UNSAFE_BUT_FAST)
    assert succeeds(client)


def test_ended_backends_are_replaced_before_the_next_request(home: Path, client: httpx.Client) -> None:
    warm_up(client)
    ended = backends(home)
    assert len(ended) > 1
    with psycopg.connect(cluster.ensure_running(home), autocommit=True) as connection:
        connection.execute("select pg_terminate_backend(pid, 10000) from unnest(%s::int[]) as pid", [ended])
    assert succeeds(client)


def test_a_hanging_database_gives_503_in_time_and_the_service_recovers_afterwards(
    home: Path, client: httpx.Client
) -> None:
    warm_up(client)
    with stopped(home):
        for _ in range(2):
            assert_unavailable(client, URLS[0])
        assert_unavailable(client, "/maps/overview")
    wait_until(lambda: succeeds(client))


def test_every_role_is_answered_again_after_an_outage_of_two_hundred_requests_each(
    home: Path, client: httpx.Client
) -> None:
    assert all_succeed(client)
    cluster.stop(home)

    def ask(call: tuple[str, Role]) -> list[bool]:
        # httpx's pool of connections is not safe with this many threads.
        with httpx.Client(base_url=client.base_url, timeout=60, verify=False) as own:
            return [succeeds(own, *call) for _ in range(REQUESTS // AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE * len(CALLS)) as threads:
        assert not any(map(any, threads.map(ask, CALLS * AT_ONCE)))
    assert not succeeds(client, "/api/health/ready")
    cluster.start(home, UNSAFE_BUT_FAST)
    wait_until(lambda: all_succeed(client), BACK_WITHIN_S)


def test_the_service_is_not_ready_while_one_of_its_logins_is_refused(home: Path, client: httpx.Client) -> None:
    with psycopg.connect(cluster.ensure_running(home), autocommit=True) as owner:
        for login in (Role.EDITOR.login, TILE_LOGIN):
            assert succeeds(client, "/api/health/ready")
            owner.execute(sql.SQL("alter role {} connection limit 0").format(sql.Identifier(login)))
            owner.execute("select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = %s", [login])
            try:
                assert_unavailable(client, "/api/health/ready")
            finally:
                owner.execute(sql.SQL("alter role {} connection limit -1").format(sql.Identifier(login)))
    assert succeeds(client, "/api/health/ready")


def test_a_database_that_hangs_in_the_middle_of_statements_gives_503_although_it_ends_none(home: Path) -> None:
    """One statement of each role and of a page that reads in a thread: the service itself ends its waiting."""
    url = cluster.ensure_running(home, UNSAFE_BUT_FAST)
    calls = [*CALLS[:-1], ("/maps/overview", Role.PUBLIC)]
    with (
        serving(load_settings(home=home, statement_timeout_s=STATEMENT_TIMEOUT_S)) as client,
        psycopg.connect(conninfo(url)) as owner,
        psycopg.connect(url, autocommit=True) as observer,
        ThreadPoolExecutor(len(calls)) as threads,
    ):
        assert all_succeed(client)
        owner.execute("lock table plots in access exclusive mode")
        answers = [threads.submit(client.get, url, headers={ROLE: role}) for url, role in calls]
        wait_until(lambda: waiting_for_locks(observer) == len(calls))
        with stopped(home):
            for answer in answers:
                assert problem(answer.result(), 503)["type"] == "urn:flurwerk:problem:database-unavailable"
        owner.rollback()
        wait_until(lambda: all_succeed(client))


def test_the_service_starts_without_its_database(home: Path) -> None:
    url = cluster.ensure_running(home, UNSAFE_BUT_FAST)
    cluster.stop(home)
    with serving(load_settings(home=home, database_url=url)) as client:
        assert_unavailable(client, URLS[0])
        cluster.start(home, UNSAFE_BUT_FAST)
        assert succeeds(client)
