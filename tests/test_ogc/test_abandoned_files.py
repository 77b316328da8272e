"""Files that nobody waits for any more: readers leave at random moments, and nothing of their requests stays."""

import asyncio
import random
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.service.dependencies import EXPORTS_AT_ONCE, Service
from geo.records.exports import FILES
from geo.settings import load_settings
from tests.records import Connection
from tests.test_api.helpers import wait_until
from tests.test_ogc.helpers import ITEMS
from tests.test_ogc.test_streaming import served

CONNECTIONS = ITEMS.format("connections")
READERS = 100
AT_ONCE = 4
LEFT_WITHIN_S = 10
"""Far less than a turn is given for a block (STALL_S), and more than a busy machine needs for what takes 0.1 s."""
AT_WORK = """
    select count(*)
    from pg_stat_activity
    where datname = current_database()
      and state <> 'idle'
      and pid <> pg_backend_pid()
"""


class Turns(asyncio.Semaphore):
    """The turns of the exports, which counts how many are taken."""

    taken = 0

    async def acquire(self) -> Literal[True]:
        """Take a turn."""
        await super().acquire()
        self.taken += 1
        return True

    def release(self) -> None:
        """Give the turn back."""
        self.taken -= 1
        super().release()


class Reader:
    """Asks for a file and leaves at a random moment: with or without reading, by a close or an abort."""

    def __init__(self, client: httpx.Client, seed: int) -> None:
        self.address = (client.base_url.host, client.base_url.port)
        self.chance = random.Random(seed)

    def read(self, f: str) -> None:
        """Send the request, read until the moment to leave has come, and leave."""
        compressed = self.chance.choice(["", "Accept-Encoding: gzip\r\n"])
        stays_s = self.chance.uniform(0, self.chance.choice([0.02, 0.1, 0.5]))
        with socket.create_connection(self.address) as connection:
            connection.sendall(f"GET {CONNECTIONS}?f={f} HTTP/1.1\r\nHost: 127.0.0.1\r\n{compressed}\r\n".encode())
            if self.chance.random() < 0.5:
                time.sleep(stays_s)
            else:
                self._receive(connection, time.monotonic() + stays_s)
            if self.chance.random() < 0.3:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _receive(self, connection: socket.socket, until: float) -> None:
        most = self.chance.choice([1_000, 65_536])
        with suppress(TimeoutError):
            while (left_s := until - time.monotonic()) > 0:
                connection.settimeout(left_s)
                if not connection.recv(most):
                    return


@pytest.fixture
def app(sample_url: str, tmp_path: Path) -> FastAPI:
    return create_app(
        load_settings(database_url=sample_url, anonymous_audience="internal", export_folder=tmp_path),
    )


@pytest.fixture
def observer(sample_url: str) -> Iterator[Connection]:
    with psycopg.connect(sample_url, autocommit=True) as observer:
        yield observer


@pytest.mark.parametrize("f", FILES)
def test_nothing_is_left_of_a_hundred_abandoned_files(
    app: FastAPI, observer: Connection, tmp_path: Path, f: str
) -> None:
    """No statement, no turn, no file (and so no process that writes one), no connection that is missing in its pool."""
    with served(app) as client:
        service: Service = app.state.service
        turns = Turns(EXPORTS_AT_ONCE)
        app.state.service = replace(service, exporting=turns)

        def is_clean() -> bool:
            (at_work,) = observer.execute(AT_WORK).fetchone() or (None,)
            is_complete = all(
                stats["pool_available"] == stats["pool_size"]
                for stats in (pool.get_stats() for pool in service.pools.values())
            )
            return at_work == 0 and turns.taken == 0 and not list(tmp_path.iterdir()) and is_complete

        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda seed: Reader(client, seed).read(f), range(READERS)))
        wait_until(is_clean, LEFT_WITHIN_S)
        assert client.get(CONNECTIONS, params={"f": f}).status_code == 200
