"""Runs the web service until it is interrupted."""

import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn

from api.app import create_app
from api.service import logs
from api.service.client_connections import ServerConfig
from api.service.connections import exceeded, fitting, most_connections
from api.service.notifying import ServiceManager
from api.service.workers import supervise
from geo.access.roles import LOGINS
from geo.errors import ConfigurationError, DatabaseUnavailable
from geo.migrate import connect_migrated
from geo.settings import Settings
from geo.store.database import connect
from geo.store.kept_system import kept_system, refuse_other_system
from geo.store.limits import read_limits
from geo.store.signing_in import try_logins
from geo.text import Text

PORTS_TRIED = 50

log = logging.getLogger("flurwerk.api")


def end_streams(app: object) -> None:
    """End the streams of an application, which would otherwise be waited for."""
    service = getattr(getattr(app, "state", None), "service", None)
    if service is not None:
        service.streams.close()


class Server(uvicorn.Server):
    """uvicorn that exits normally on Ctrl-C and SIGTERM; a second Ctrl-C does not wait for open requests."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        turned: Callable[[], None] = lambda: None,
        stopping: Callable[[], None] = lambda: None,
        supervisor: int | None = None,
    ) -> None:
        """Take what to call whenever the event loop has turned and once the shutdown begins, and the parent's id."""
        super().__init__(config)
        self.supervisor = supervisor
        self._turned = turned
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start the shutdown. Unlike in uvicorn, the signal is not raised again afterwards."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Return whether to exit; called ten times a second. A worker exits when its supervisor is gone."""
        is_orphan = self.supervisor is not None and os.getppid() != self.supervisor
        should_exit = await super().on_tick(counter) or is_orphan
        if not should_exit:
            self._turned()
        return should_exit

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, finish the requests in progress, and release what the application holds."""
        self._stopping()
        end_streams(self.config.app)
        await super().shutdown(sockets)


def _in_english(text: Text) -> None:
    print(text.en, file=sys.stderr, flush=True)


def serve(settings: Settings, *, any_port: bool = False, tell: Callable[[Text], None] = _in_english) -> None:
    """Serve until Ctrl-C, in as many processes as the settings say.

    With ``any_port``, use the next free port where the configured one is taken. ``tell`` is given the address.

    The private database is started and migrated first; a configured one need not be available yet. Raises
    ConfigurationError if the address cannot be listened on or the database server allows too few connections,
    WorkerFailed if a worker cannot start.
    """
    refuse_exposure(settings)
    if settings.database_url is None:
        with connect_migrated(settings):
            pass
    with _listen(settings, any_port) as listener:
        logs.configure()
        fitted = fit_connections(settings)
        config = ServerConfig(create_app(fitted), fitted)
        running = _announce(settings, listener, tell)
        with suppress(KeyboardInterrupt):
            _run(settings.workers, config, listener, running)


def _run(workers: int, config: ServerConfig, listener: socket.socket, status: str) -> None:
    """Serve in as many processes, and tell the service manager, if there is one, how they are."""
    manager = ServiceManager.of(os.environ)
    if workers == 1:
        server = Server(config, turned=lambda: manager.answers(status), stopping=manager.stopping)
        server.run(sockets=[listener])
        return
    supervisor = os.getpid()

    def work(turned: Callable[[], None]) -> None:
        Server(config, turned=turned, supervisor=supervisor).run(sockets=[listener])

    supervise(workers, work, manager, status)


def fit_connections(settings: Settings) -> Settings:
    """Return the settings with pools that the database server allows; if they are smaller than set, the log says so.

    A database that does not answer cannot be asked, which the log says, too. Raises ConfigurationError if the server
    allows too few connections for any pools, asks the logins for passwords that nothing tells, or is behind a pooler
    that shares sessions; OtherReferenceSystem if the database was made with another one than the profile's.
    """
    try:
        with connect(settings) as connection:
            refuse_other_system(kept_system(connection))
            limits = read_limits(connection, LOGINS)
            if settings.database_url:
                try_logins(settings, LOGINS)
    except DatabaseUnavailable as error:
        log.warning(
            "It is unknown whether the server allows the %d connections that the service may open. %s",
            most_connections(settings),
            error,
        )
        return settings
    fitted = fitting(settings, limits)
    if limit := exceeded(settings, limits):
        log.warning(
            "FLURWERK_POOL_SIZE is reduced from %d to %d: the service would open up to %d connections, but %s leaves "
            "it %d.",
            settings.pool_size,
            fitted.pool_size,
            most_connections(settings, limit.login),
            limit.setting,
            limit.number,
        )
    return fitted


def refuse_exposure(settings: Settings) -> None:
    """Raise ConfigurationError if clients on other machines would see more than the public view."""
    if settings.anonymous_audience == "public":
        return
    if settings.cors_origins:
        raise ConfigurationError(
            Text(
                "FLURWERK_CORS_ORIGINS würde interne Datensätze dieses Rechners den Seiten anderer zeigen.",
                "FLURWERK_CORS_ORIGINS would show this machine's internal records to other sites' pages.",
            ),
            Text(
                "Entfernen Sie es, oder setzen Sie FLURWERK_ANONYMOUS_AUDIENCE auf public.",
                "Unset it, or set FLURWERK_ANONYMOUS_AUDIENCE to public.",
            ),
        )
    addresses = {str(address[0]) for *_, address in _addresses(settings)}
    if not all(ipaddress.ip_address(address.split("%")[0]).is_loopback for address in addresses):
        raise ConfigurationError(
            Text(
                f"FLURWERK_ANONYMOUS_AUDIENCE={settings.anonymous_audience} würde interne Datensätze "
                f"allen zeigen, die {settings.host} erreichen.",
                f"FLURWERK_ANONYMOUS_AUDIENCE={settings.anonymous_audience} would show internal records to "
                "everyone who "
                f"reaches {settings.host}.",
            ),
            Text(
                "Lauschen Sie auf 127.0.0.1 (FLURWERK_HOST), oder setzen Sie es auf public.",
                "Listen on 127.0.0.1 (FLURWERK_HOST), or set the audience to public.",
            ),
        )


def _announce(settings: Settings, listener: socket.socket, tell: Callable[[Text], None]) -> str:
    """Tell where the service runs, and return it as a sentence."""
    host, port = listener.getsockname()[:2]
    if port != settings.port:
        tell(
            Text(
                f"Port {settings.port} ist belegt, verwendet wird {port}.",
                f"Port {settings.port} is taken, using {port} instead.",
            )
        )
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{port}"
    tell(Text(f"Flurwerk läuft auf {address} – Ende mit Strg-C.", f"Flurwerk runs on {address} – stop it with Ctrl-C."))
    return f"Flurwerk runs on {address}"


def _addresses(settings: Settings) -> list[tuple[Any, ...]]:
    try:
        return socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ConfigurationError(
            Text(
                f"„{settings.host}“ ist keine brauchbare Adresse (Meldung: {error.strerror}).",
                f"“{settings.host}” is not a usable address ({error.strerror}).",
            ),
            Text(
                "Setzen Sie FLURWERK_HOST auf eine Adresse dieses Rechners.",
                "Set FLURWERK_HOST to an address of this machine.",
            ),
        ) from error


def _listen(settings: Settings, any_port: bool) -> socket.socket:
    family, _, _, _, (host, *_) = _addresses(settings)[0]
    last = min(settings.port + PORTS_TRIED, 65535) if any_port else settings.port
    reason: str | None = None
    for port in range(settings.port, last + 1):
        # Unless the protocol is given, asyncio leaves Nagle's algorithm on: responses on kept connections take 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
            return listener
        except OSError as error:
            listener.close()
            reason = error.strerror
    raise ConfigurationError(
        Text(
            f"Auf {settings.host}, Port {settings.port}, kann nicht gelauscht werden (Meldung: {reason}).",
            f"Cannot listen on {settings.host}, port {settings.port} ({reason}).",
        ),
        Text(
            "Wählen Sie mit --port oder FLURWERK_PORT einen anderen Port.",
            "Choose another port with --port or FLURWERK_PORT.",
        ),
    )
