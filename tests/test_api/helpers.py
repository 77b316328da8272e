"""Helpers to call the service: in this process, or as a program on its own port."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI, Request
from starlette.types import ASGIApp

from api.app import create_app
from api.service import callers, dependencies
from geo.access import Caller
from geo.settings import Settings
from tests.remains import ENDS_WITH_US

REPOSITORY = Path(__file__).resolve().parents[2]
PROBLEM = "application/problem+json"
T = TypeVar("T")
SERVE = """
from api.serving import serve
from geo.settings import load_settings
serve(load_settings(), any_port=True)
"""


class Api:
    """A client of the application in this process, which sends one request at a time."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self.app = app
        self._portal = portal
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send any request."""
        return self._portal.call(lambda: self._client.request(method, url, **options))

    def get(self, url: str, **parameters: object) -> httpx.Response:
        """Send a GET request with these query parameters."""
        return self.request("GET", url, params=parameters or None)

    def json(self, url: str, **parameters: object) -> Any:
        """Send a GET request that must succeed; return the JSON of the response."""
        response = self.get(url, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Call a function in the application's event loop."""
        return self._portal.call(function)

    def within(self, context: AbstractAsyncContextManager[T]) -> AbstractContextManager[T]:
        """Return the context, to be entered and left in the application's event loop."""
        return self._portal.wrap_async_context_manager(context)

    def problem(self, status: int, url: str, **parameters: object) -> dict[str, Any]:
        """Send a GET request that must be refused; return the problem document."""
        return problem(self.get(url, **parameters), status)


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem document of a response that must have this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    found = response.json()
    assert found["status"] == status
    assert found["type"]
    assert found["title"]
    assert found["detail"]
    return found


@contextmanager
def api(settings: Settings) -> Iterator[Api]:
    """Start the application, yield a client of it, and stop it at the end."""
    app = create_app(settings)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield Api(app, portal)


def answer_as(app: FastAPI, stated: Callable[[Request], Caller]) -> None:
    """Let the application take every request for one of the caller that ``stated`` returns for it.

    Not by `dependency_overrides`, with which FastAPI analyses the dependencies of a route again for each request: that
    takes longer than most answers.
    """
    app.state.stated = stated


async def identify(request: Request, *shared: Any) -> Caller | None:
    """Return the stated caller of an application that answers as somebody, and identify those of others."""
    stated = getattr(request.app.state, "stated", None)
    return stated(request) if stated else await callers.identify(request, *shared)


dependencies.identify = identify


@contextmanager
def program(code: str = SERVE, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service as a program; yield it and its URL. It is killed at the end; the test may read its stderr."""
    others = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FLURWERK_") or name.endswith("_PER_MINUTE")
    }
    process = subprocess.Popen(
        [*ENDS_WITH_US, sys.executable, "-W", "error", "-c", code],
        env={**others, **environment},
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stderr is not None
            output = ""
            while "runs on" not in output:
                line = process.stderr.readline()
                assert line, output
                output += line
            match = re.search(r"http://\S+", output)
            assert match
            yield process, match[0]
        finally:
            process.send_signal(signal.SIGKILL)


@contextmanager
def running(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve the application on a socket, from a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Return as soon as the condition holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
