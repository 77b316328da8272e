"""What the tests of the private server share."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from geo.store import cluster
from geo.store.cluster import process

FAST = {"fsync": "off"}


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the server's account may enter; every home in it is removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="flurwerk-test-", dir="/tmp"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        for link in made.rglob("cluster"):
            if link.resolve() != Path("/usr"):
                cluster.remove(link.parent)
        shutil.rmtree(made)


def query(url: str, statement: str) -> Sequence[object]:
    """Return the first row that the statement gives."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row


def execute(url: str, statement: str) -> None:
    """Carry out a statement that gives no rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def server_pid(home: Path) -> int:
    """Return the running server's pid."""
    pid = cluster.status(home).pid
    assert pid is not None
    return pid


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; fail if it does not within 20 seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_server(home: Path) -> Path:
    """Kill the home's server the hard way and return its data directory."""
    data, pid = cluster.status(home).data, server_pid(home)
    assert data is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not process.works_in(pid, data))
    return data
