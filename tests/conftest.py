"""One private server a run, one migrated template; tests get a clone of it or a transaction that is rolled back."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.cli.sample import load_sample, sample_folder
from geo.migrate import migrate
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import conninfo

TEMPLATE = "flurwerk_template"
# Every test comes from the same address. Those of the limits set their own.
LIMITED = ("FAILED_SIGN_INS", "EXPORTS", "COMPUTATIONS")
os.environ |= {f"FLURWERK_{name}_PER_MINUTE": "1000000" for name in LIMITED}
# A test server may lose its data in a crash; it is faster for it.
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

numbers = count(1)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A private server for this run, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="flurwerk-tests-"))
    home.chmod(0o755)
    try:
        yield cluster.ensure_running(home, UNSAFE_BUT_FAST)
    finally:
        cluster.remove(home)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a migrated, empty database that no one is connected to."""
    create_database(server_url, TEMPLATE)
    with psycopg.connect(conninfo(database(server_url, TEMPLATE))) as connection:
        migrate(connection)
    return TEMPLATE


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    name = f"test_{next(numbers)}"
    create_database(server_url, name, template)
    yield database(server_url, name)
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def shared_url(server_url: str, template: str) -> str:
    """A migrated, empty database for tests that roll back."""
    create_database(server_url, "shared", template)
    return database(server_url, "shared")


@pytest.fixture
def connection(shared_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a migrated, empty database; what the test does is rolled back."""
    with psycopg.connect(conninfo(shared_url)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def sample_url(server_url: str, template: str) -> str:
    """A database with the sample data, to be read only."""
    create_database(server_url, "sample", template)
    url = database(server_url, "sample")
    with psycopg.connect(conninfo(url)) as connection:
        load_sample(connection, sample_folder())
    return url


@pytest.fixture
def sample(sample_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database with the sample data; what the test does is rolled back."""
    with psycopg.connect(conninfo(sample_url)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings that point to a database of the test's own."""
    return Settings(database_url=database_url, home=tmp_path)


def database(url: str, name: str) -> str:
    """The same server's database of that name."""
    return make_conninfo(url, dbname=name)


def create_database(url: str, name: str, template: str = "template0") -> None:
    """Create a database, as a copy of ``template``."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )


@contextmanager
def filled_database(
    server_url: str, template: str, name: str, fill: Callable[[psycopg.Connection[Any]], object]
) -> Iterator[str]:
    """The URL of a database of that name, a copy of the template into which ``fill`` has put records; dropped after."""
    create_database(server_url, name, template)
    url = database(server_url, name)
    with psycopg.connect(conninfo(url)) as connection:
        fill(connection)
    yield url
    drop_database(server_url, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database, ending whoever is still connected."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
