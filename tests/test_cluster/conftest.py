"""Homes for private servers, removed with everything in them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.store import cluster
from geo.store.cluster.account import default_account
from tests.remains import temporary_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for the homes of one test."""
    with temporary_folder() as path:
        yield path


@pytest.fixture
def new_home(folder: Path) -> Path:
    """A home in which no server has run yet."""
    return folder / "home"


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Path]:
    """One home for all tests that leave it with a server that can start, since creating one takes a second."""
    with temporary_folder() as path:
        yield path / "home"


@pytest.fixture
def home(shared_home: Path) -> Iterator[Path]:
    """A home whose server is stopped, and may or may not have run before."""
    yield shared_home
    cluster.stop(shared_home)


@pytest.fixture
def foreign_process() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's account that is not a server, although PostgreSQL itself would take it for one."""
    account = default_account()
    user = None if account.is_self else account.uid
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, cwd="/", user=user) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait() == 0, "the foreign process was killed"
