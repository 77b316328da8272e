"""Clients that send or read too slowly, or nothing at all, lose their connection and keep nobody out."""

import asyncio
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.service import client_connections
from api.service.client_connections import FILES_BESIDES, Connection, ServerConfig, most_connections
from api.serving import Server
from geo.settings import Settings, load_settings
from tests.test_api.helpers import program, wait_until

GET = b"GET /%s HTTP/1.1\r\nHost: test\r\n"
POST = b"POST /body HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n"
OK = b"HTTP/1.1 200"
PATIENT = {"head_timeout_s": 600, "body_timeout_s": 600, "keep_alive_s": 600}
SOON_S = 0.3
DRIP_S = 0.05
FILES = 400
CLIENTS = 600


class Application:
    """Answers at once; `/slow` once it may; `/body` after the body; `/large` with more than fits into buffers."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.left = threading.Event()
        self.begun = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.begun += 1
        if scope["path"] == "/slow":
            await asyncio.to_thread(self.may_answer.wait, 120)
        while scope["path"] == "/body":
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            if not message["more_body"]:
                break
        size = 50_000_000 if scope["path"] == "/large" else 2
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        await send({"type": "http.response.body", "body": b"." * size, "more_body": scope["path"] == "/large"})
        if scope["path"] == "/large":
            await send({"type": "http.response.body", "body": b""})
            self.left.set()


class Running:
    """The application on a port of this machine."""

    def __init__(self, app: Application, port: int, server: Server) -> None:
        self.app = app
        self.port = port
        self._server = server

    @property
    def connections(self) -> list[Connection]:
        """The server's side of the connections that are open."""
        return [
            connection for connection in self._server.server_state.connections if isinstance(connection, Connection)
        ]

    def connect(self, *sent: bytes) -> socket.socket:
        """Return a connection over which this has been sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(b"".join(sent))
        return connection


@contextmanager
def served(**options: Any) -> Iterator[Running]:
    """Serve the application, with patience except for what the options say."""
    settings: Settings = load_settings(**{**PATIENT, **options})
    app = Application()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(ServerConfig(app, settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        port = listener.getsockname()[1]
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield Running(app, port, server)
        finally:
            app.may_answer.set()
            server.should_exit = server.force_exit = True
            thread.join()


def received(connection: socket.socket, drip: bytes = b"") -> bytes:
    """All that the server sends until it closes the connection, while the client sends a little again and again."""
    found = b""
    connection.settimeout(DRIP_S if drip else 60)
    for _ in range(1200):
        try:
            block = connection.recv(65536)
        except TimeoutError:
            connection.sendall(drip)
            continue
        except ConnectionResetError:
            return found
        if not block:
            return found
        found += block
    raise AssertionError("the connection stays open")


def test_a_connection_over_which_nothing_comes_is_closed() -> None:
    with served(head_timeout_s=SOON_S) as server, server.connect() as connection:
        assert received(connection) == b""


def test_a_head_that_does_not_end_is_refused_however_much_of_it_comes() -> None:
    with served(head_timeout_s=SOON_S) as server, server.connect(GET % b"") as connection:
        answer = received(connection, drip=b"X-More: 1\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    assert b"head took longer than 0.3 s" in answer
    assert server.app.begun == 0


def test_a_body_that_does_not_end_is_refused_however_much_of_it_comes() -> None:
    with served(body_timeout_s=SOON_S) as server, server.connect(POST) as connection:
        answer = received(connection, drip=b"x")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"body took longer than 0.3 s" in answer
        assert server.app.left.wait(60), "the application learns that the client has gone"


def test_a_large_body_may_take_longer_in_proportion() -> None:
    with served(body_timeout_s=SOON_S, largest_body=25) as server, server.connect(POST) as connection:
        answer = received(connection, drip=b"x")
    assert b"body took longer than 1.2 s" in answer
    limits = {"body_timeout_s": SOON_S, "largest_body": 25, "largest_delivery": 50, "largest_attachment": 25}
    with served(**limits) as server, server.connect(POST) as connection:
        assert b"body took longer than 0.6 s" in received(connection, drip=b"x")


def test_a_body_that_nobody_wants_keeps_no_connection_open() -> None:
    """Its rest would otherwise begin the time between two requests anew with each byte."""
    head = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10000\r\n\r\n"
    with served(body_timeout_s=SOON_S) as server, server.connect(head) as connection:
        answer = received(connection, drip=b"x")
    assert answer.startswith(OK)
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("drip", [b"", b"\r\n"])
def test_between_two_requests_a_connection_is_closed_even_if_empty_lines_come(drip: bytes) -> None:
    with served(keep_alive_s=SOON_S) as server, server.connect(GET % b"", b"\r\n") as connection:
        assert received(connection, drip).startswith(OK)


def test_the_head_of_the_next_request_does_not_cut_the_answer_to_the_one_before() -> None:
    """It is answered in full, and then the connection is closed."""
    with served(head_timeout_s=SOON_S) as server, server.connect(GET % b"slow", b"\r\n", GET % b"") as connection:
        wait_until(lambda: server.app.begun == 1 and not server.connections[0].cycle.keep_alive)
        server.app.may_answer.set()
        answer = received(connection)
    assert answer.startswith(OK)
    assert answer.endswith(b"..")
    assert answer.count(b"HTTP/1.1") == 1


def test_the_body_of_the_next_request_does_not_disturb_the_answer_to_the_one_before() -> None:
    with served(body_timeout_s=SOON_S) as server, server.connect(GET % b"slow", b"\r\n", POST) as connection:
        wait_until(lambda: server.app.begun == 1)
        threading.Timer(3 * SOON_S, server.app.may_answer.set).start()
        answer = received(connection)
    assert answer.startswith(OK)
    assert b"\r\n\r\n..HTTP/1.1 408 " in answer


def test_a_client_that_reads_nothing_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_connections, "STALL_S", SOON_S)
    with served() as server, server.connect(GET % b"large", b"\r\n"):
        assert server.app.left.wait(60)


def test_a_new_connection_takes_the_place_of_the_one_without_a_request_for_longest() -> None:
    with served(client_connections=3) as server, ExitStack() as open_ones:
        idle = open_ones.enter_context(server.connect())
        slow = open_ones.enter_context(server.connect(GET % b"slow", b"\r\n"))
        wait_until(lambda: server.app.begun == 1)
        answered = open_ones.enter_context(server.connect(GET % b"", b"\r\n"))
        assert answered.recv(1000).startswith(OK)
        for displaced in (idle, answered):
            with server.connect(GET % b"", b"Connection: close\r\n\r\n") as new:
                assert received(new).startswith(OK)
                assert received(displaced) == b""
            wait_until(lambda: len(server.connections) == 2)
            open_ones.enter_context(server.connect(GET % b"", b"\r\n")).recv(1000)
        server.app.may_answer.set()
        assert slow.recv(1000).startswith(OK), "a request that is being answered is not cut"


def test_a_connection_is_refused_if_all_others_have_requests_to_be_answered() -> None:
    with served(client_connections=2) as server, ExitStack() as open_ones:
        for _ in range(2):
            open_ones.enter_context(server.connect(GET % b"slow", b"\r\n"))
        wait_until(lambda: server.app.begun == 2)
        with server.connect() as new:
            answer = received(new)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"too many connections" in answer


def test_idle_connections_leave_no_file_lacking_for_others(city_url: str) -> None:
    """More connections than the service may open files: each request is answered nevertheless."""
    settings = {"FLURWERK_DATABASE_URL": city_url, "FLURWERK_CLIENT_CONNECTIONS": "100"}
    with program(**settings, FLURWERK_HEAD_TIMEOUT_S="600") as (process, url), ExitStack() as open_ones:
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
        address = ("127.0.0.1", httpx.URL(url).port or 0)
        for number in range(CLIENTS):
            open_ones.enter_context(socket.create_connection(address, timeout=60))
            if number % 60 == 59:
                assert httpx.get(f"{url}/api/health/ready", timeout=60).status_code == 200


def test_there_are_no_more_connections_than_files_allow(caplog: pytest.LogCaptureFixture) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, before[1]))
    try:
        assert most_connections(load_settings(client_connections=100)) == 100
        assert most_connections(load_settings()) == FILES - FILES_BESIDES
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    (line,) = caplog.messages
    assert (
        line == "FLURWERK_CLIENT_CONNECTIONS is reduced from 500 to 144: a process may open only 400 files (ulimit -n)."
    )
