"""Helpers for the tests of the private server."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import psycopg

from geo.store import cluster
from geo.store.cluster import process
from tests.test_api.helpers import wait_until

FAST = {"fsync": "off"}


def query(url: str, statement: str) -> Sequence[object]:
    """Return the first row of the statement's result."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row


def execute(url: str, statement: str) -> None:
    """Execute a statement that returns no rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def server_pid(home: Path) -> int:
    """Return the running server's pid."""
    pid = cluster.status(home).pid
    assert pid is not None
    return pid


def kill_server(home: Path) -> Path:
    """Kill the home's server with SIGKILL and return its data directory."""
    data, pid = cluster.status(home).data, server_pid(home)
    assert data is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not process.works_in(pid, data))
    return data
