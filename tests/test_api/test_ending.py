"""A service that is stopped finishes what it can, and never lets anything unfinished look complete."""

import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from starlette.types import Receive, Scope, Send

from api.service.client_connections import ServerConfig
from api.service.middleware import Envelope
from api.serving import Server
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.test_api.helpers import problem, program, wait_until

ITEMS = "/api/collections/plots/items"


@pytest.fixture
def locked(city_url: str) -> Iterator[psycopg.Connection]:
    """A transaction that keeps everybody from reading plots."""
    with psycopg.connect(conninfo(city_url)) as owner:
        owner.execute("lock table plots in access exclusive mode")
        yield owner
        owner.rollback()


def wait_for_reader(city_url: str) -> None:
    """Return once a request waits for the plots."""
    waiting = (
        "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"
    )
    with psycopg.connect(city_url, autocommit=True) as observer:
        wait_until(lambda: observer.execute(waiting).fetchone() == (True,))


def test_a_request_that_ends_in_time_is_answered_after_the_service_was_stopped(
    city_url: str, locked: psycopg.Connection
) -> None:
    with program(FLURWERK_DATABASE_URL=city_url) as (process, url), ThreadPoolExecutor() as threads:
        answer = threads.submit(httpx.get, url + ITEMS, timeout=120)
        wait_for_reader(city_url)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_closed(url))
        locked.rollback()
        assert answer.result().status_code == 200
        assert process.wait(timeout=120) == 0


def test_a_request_that_takes_too_long_gets_a_problem_that_says_so(city_url: str, locked: psycopg.Connection) -> None:
    settings = {"FLURWERK_DATABASE_URL": city_url, "FLURWERK_SHUTDOWN_TIMEOUT_S": "0.5"}
    with program(**settings) as (process, url), ThreadPoolExecutor() as threads:
        answer = threads.submit(httpx.get, url + ITEMS, timeout=120)
        wait_for_reader(city_url)
        process.send_signal(signal.SIGTERM)
        found = problem(answer.result(), 503)
        output = process.communicate(timeout=120)[1]
    assert found["type"] == "urn:flurwerk:problem:service-ending"
    assert int(answer.result().headers["retry-after"]) > 0
    assert "Traceback" not in output
    assert process.returncode == 0


def is_closed(url: str) -> bool:
    """Whether nobody listens at the address any more."""
    address = httpx.URL(url)
    try:
        socket.create_connection((address.host, address.port or 0), timeout=60).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"1000000")]])
def test_a_response_that_is_cut_does_not_look_complete(headers: list[tuple[bytes, bytes]]) -> None:
    """With and without a known length."""

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    settings = load_settings(shutdown_timeout_s=0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(ServerConfig(Envelope(endless, "public"), settings))
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        wait_until(lambda: server.started)
        with httpx.stream("GET", f"http://127.0.0.1:{port}/", timeout=120) as response:
            blocks = response.iter_raw()
            assert next(blocks) == b"begun"
            server.should_exit = True
            with pytest.raises(httpx.RemoteProtocolError):
                next(blocks)
        thread.join()
