"""Limits on the connections of clients: how many there are, and how long a client may take to send or to read."""

import asyncio
import logging
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

import uvicorn
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from api.service import problems
from geo.settings import Settings

STALL_S = 60
"""How many seconds a client may read nothing while a response is being sent to it."""

FILES_BESIDES = 256
"""How many files a process may need besides its clients' connections."""

log = logging.getLogger("flurwerk.api")


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """The limits for clients' connections to one process, and the connections that a new one may replace."""

    most: int
    head_s: float
    body_s: float
    body_bytes: int
    """How many bytes of a body may take ``body_s``. A larger one, as uploads have, may take longer in proportion."""
    largest_bytes: int
    keep_alive_s: float
    replaceable: dict["Connection", None] = field(default_factory=dict)
    """Connections without a complete request to answer, in the order in which they began to be so."""


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration for an application, with limits for the connections of its clients."""

    def __init__(self, app: Callable[..., Any], settings: Settings) -> None:
        super().__init__(
            app,
            http=Connection,
            ws="none",
            log_config=None,
            server_header=False,
            timeout_keep_alive=ceil(settings.keep_alive_s),
            timeout_graceful_shutdown=ceil(settings.shutdown_timeout_s),
        )
        self.limits = ClientLimits(
            most_connections(settings),
            settings.head_timeout_s,
            settings.body_timeout_s,
            settings.largest_body,
            max(settings.largest_delivery, settings.largest_attachment),
            settings.keep_alive_s,
        )


def most_connections(settings: Settings) -> int:
    """Return how many connections of clients a process keeps. If it may open too few files, these are fewer."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files == resource.RLIM_INFINITY:
        return settings.client_connections
    most = max(1, min(settings.client_connections, files - FILES_BESIDES))
    if most < settings.client_connections:
        log.warning(
            "FLURWERK_CLIENT_CONNECTIONS is reduced from %d to %d: a process may open only %d files (ulimit -n).",
            settings.client_connections,
            most,
            files,
        )
    return most


class Connection(HttpToolsProtocol):
    """A client's connection. It is closed if the client sends a head or a body, or reads a response, too slowly.

    uvicorn itself has a limit for the time between two requests only, and each received byte ends that. If there are
    more than ``most`` connections, the one that has been without a complete request for longest gives way, so that
    clients who open connections and send nothing keep nobody out.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        assert isinstance(config, ServerConfig)
        self.limits = config.limits
        self._is_receiving = False
        self._sending_timer: asyncio.TimerHandle | None = None
        self._reading_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room for the new connection if there are too many."""
        super().connection_made(transport)
        self.limits.replaceable[self] = None
        self._wait_for_client(self.limits.head_s, self._end)
        if len(self.connections) > self.limits.most:
            oldest = next(iter(self.limits.replaceable))
            if oldest is self:
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "The service has too many connections. Try again later.")
            else:
                oldest._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self.resume_writing()
        self.limits.replaceable.pop(self, None)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a request's head."""
        super().on_message_begin()
        self._is_receiving = True
        self._wait_for_client(self.limits.head_s, self._head_is_late)

    def on_headers_complete(self) -> None:
        """Begin to wait for the request's body, and have the request answered."""
        self._wait_for_client(self._body_s, self._body_is_late)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that it is the client now who waits."""
        self._is_receiving = False
        self._stop_waiting()
        if self._is_answering:
            self.limits.replaceable.pop(self, None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, unless it has arrived already."""
        super().on_response_complete()
        if self._is_answering or self.transport.is_closing():
            return
        self.limits.replaceable[self] = None
        if not self._is_receiving:
            self._wait_for_client(self.limits.keep_alive_s, self._end)

    def pause_writing(self) -> None:
        """Begin to wait for the client to read."""
        super().pause_writing()
        self._reading_timer = self.loop.call_later(STALL_S, self._end)

    def resume_writing(self) -> None:
        """Note that the client has read."""
        super().resume_writing()
        if self._reading_timer:
            self._reading_timer.cancel()

    @property
    def _is_answering(self) -> bool:
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    @property
    def _body_s(self) -> float:
        """How long the client may take for the body that it has announced."""
        declared = next((value for name, value in self.headers if name == b"content-length"), b"")
        size = min(int(declared), self.limits.largest_bytes) if declared.isdigit() else 0
        return self.limits.body_s * max(1.0, size / self.limits.body_bytes)

    def _wait_for_client(self, seconds: float, late: Callable[[], None]) -> None:
        self._stop_waiting()
        self._sending_timer = self.loop.call_later(seconds, late)

    def _stop_waiting(self) -> None:
        if self._sending_timer:
            self._sending_timer.cancel()

    def _head_is_late(self) -> None:
        if self._is_answering:
            # It is the head of the next request. The answer to the one before is not cut, but is the last.
            self.cycle.keep_alive = False
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The request's head took longer than {self.limits.head_s:g} s.")

    def _body_is_late(self) -> None:
        if self.pipeline:
            # The request waits for the answers to earlier ones, and meanwhile nothing is received.
            self._wait_for_client(self._body_s, self._body_is_late)
        elif self.cycle.response_started:
            self._end()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The request's body took longer than {self._body_s:g} s.")

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer in place of the application, and close the connection."""
        log.info("connection of %s closed: %s", self.client[0] if self.client else "a client", detail)
        response = problems.plain(status, detail)
        lines = [b"%b: %b\r\n" % header for header in (*response.raw_headers, (b"connection", b"close"))]
        self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", bytes(response.body)]))
        self.transport.close()

    def _end(self) -> None:
        """Close the connection without waiting for the client to read what has been sent."""
        self.transport.abort()
