"""What the service has acknowledged is stored exactly once, whatever is killed with kill -9 while people write.

FLURWERK_TEST_KILLS multiplies how often a worker, the service and the database are killed. `make test-drills` runs it.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from geo.access import Role
from geo.access.tokens import create
from geo.migrate import migrate
from geo.store import cluster
from geo.store.database import conninfo
from tests.test_api.helpers import program, wait_until
from tests.test_api.test_workers import workers_of
from tests.test_cluster.helpers import FAST, kill_server

KILLS = int(os.environ.get("FLURWERK_TEST_KILLS", "1"))
WRITERS = 4
BETWEEN_KILLS = 10
"""How many writes are acknowledged from one kill to the next."""


class Writers:
    """People who create records one after the other, and send each request again until they get an answer."""

    def __init__(self, token: str) -> None:
        self.acknowledged: dict[str, str] = {}
        self.sent_again = 0
        self.failures: list[str] = []
        self.url = ""
        self._token = token
        self._is_over = threading.Event()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write from several threads until the context is left."""
        threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()

    def _write(self) -> None:
        # Reading the authorities' certificates for each request took more time than the requests.
        with httpx.Client(timeout=60, verify=False) as client:
            while not self._is_over.is_set():
                name = str(uuid4())
                document = {"type": "Feature", "geometry": None, "properties": {"name": name, "kind": "carrier"}}
                while (response := self._post(client, name, document)) is None and not self.failures:
                    self.sent_again += 1
                    time.sleep(0.05)
                if response is not None:
                    self.acknowledged[name] = response

    def _post(self, client: httpx.Client, key: str, document: dict[str, object]) -> str | None:
        """Send the request; return where the record is, or None if it has to be sent again."""
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        try:
            response = client.post(f"{self.url}/api/collections/operators/items", json=document, headers=headers)
        except httpx.TransportError:
            return None
        if response.status_code == 201:
            return response.headers["location"]
        if response.status_code != 503:
            self.failures.append(response.text)
        return None


@pytest.mark.long
def test_every_acknowledged_write_is_there_once(home: Path) -> None:
    url = cluster.ensure_running(home, FAST)
    with psycopg.connect(conninfo(url)) as connection:
        migrate(connection)
        writers = Writers(create(connection, "Amt", Role.EDITOR))
    settings = {"FLURWERK_DATABASE_URL": url, "FLURWERK_WORKERS": "2"}
    with ExitStack() as services:
        process, writers.url = services.enter_context(program(**settings))
        with writers.writing():

            def wait_for_writes() -> None:
                enough = len(writers.acknowledged) + BETWEEN_KILLS
                wait_until(lambda: len(writers.acknowledged) >= enough or bool(writers.failures))

            for _ in range(KILLS):
                wait_for_writes()
                os.kill(workers_of(process.pid)[0], signal.SIGKILL)
                wait_for_writes()
                kill_server(home)
                cluster.ensure_running(home, FAST)
                wait_for_writes()
                workers = workers_of(process.pid)
                for pid in (process.pid, *workers):
                    os.kill(pid, signal.SIGKILL)
                process, writers.url = services.enter_context(program(**settings))
                wait_for_writes()
    assert writers.failures == []
    assert writers.sent_again > 0, "nothing was interrupted"
    acknowledged = {location.rpartition("/")[2]: name for name, location in writers.acknowledged.items()}
    with psycopg.connect(conninfo(url)) as connection:
        stored = connection.execute("select id::text, name from flurwerk.operators").fetchall()
    assert dict(stored) == acknowledged
    print(f"{len(stored)} writes, {writers.sent_again} requests sent again, {3 * KILLS} kills: each stored once")
