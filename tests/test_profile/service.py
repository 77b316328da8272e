"""The service with a profile of its own: a process, since a process reads one profile once."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from geo.access import Role
from geo.access.tokens import create
from geo.store.database import conninfo
from tests import copies
from tests.browser import wait_until
from tests.copies import Copy


@dataclass(frozen=True)
class Service:
    """A running service and its database."""

    address: str
    database_url: str

    def client(self, role: Role | None = None) -> httpx.Client:
        """A client of the public, or with a new token of that role."""
        headers = {"Authorization": f"Bearer {self.token(role)}"} if role else {}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)

    def token(self, role: Role) -> str:
        """A new token."""
        with psycopg.connect(conninfo(self.database_url)) as connection:
            name = f"{role.value} {os.urandom(4).hex()}"
            return create(connection, name, role)


@contextmanager
def serving(profile: Path, database_url: str, home: Path, **variables: str) -> Iterator[Service]:
    """The service with that profile over that database, which must have been migrated with it; further settings."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    environment = os.environ | {
        "FLURWERK_PROFILE": str(profile),
        "FLURWERK_DATABASE_URL": database_url,
        "FLURWERK_HOME": str(home),
        "FLURWERK_PORT": str(port),
        **variables,
    }
    log = (home / "service.log").open("wb")
    with log, copies.start(["-m", "api.cli", "serve"], environment, log.fileno(), log.fileno()) as process:
        service = Service(f"http://127.0.0.1:{port}", database_url)
        try:
            wait_until(lambda: _answers(service, process, home), "the service")
            yield service
        finally:
            process.terminate()
            process.wait(30)


def _answers(service: Service, process: Copy, home: Path) -> bool:
    assert process.poll() is None, (home / "service.log").read_text()
    try:
        return httpx.get(f"{service.address}/api/health/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
