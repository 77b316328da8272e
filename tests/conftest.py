"""One private server a run, one migrated template; tests get a clone of it or a transaction that is rolled back."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.cli.sample import load_sample, sample_folder
from api.records import loading_process
from geo.periods import CITY_TIME
from geo.records.exports import converting
from geo.settings import Settings
from geo.store import cluster
from geo.store.database import conninfo, first_line
from maps import process
from tests import copies
from tests.records import two_districts
from tests.registry_gaps import migrate_completely
from tests.remains import temporary_folder

TEMPLATE = "flurwerk_template"
# Every test comes from the same address. Those of the limits set their own.
LIMITED = ("FAILED_SIGN_INS", "EXPORTS", "COMPUTATIONS")
os.environ |= {f"FLURWERK_{name}_PER_MINUTE": "1000000" for name in LIMITED}
# Whoever works in German has this set; commands tell what they do in English unless a test asks for German.
os.environ.pop("FLURWERK_LANGUAGE", None)
# A test server may lose its data in a crash; it is faster for it.
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    # Otherwise every connection links the library again.
    "shared_preload_libraries": "postgis-3",
}

Lend = Callable[[str], AbstractContextManager[psycopg.Connection[Any]]]
Fill = Callable[[psycopg.Connection[Any]], object]
LendFilled = Callable[[Fill], AbstractContextManager[psycopg.Connection[Any]]]

numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of tiles first: one worker gets all of them, and only one makes their large city."""
    items.sort(key=lambda item: "test_tiles" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Keep the collector of garbage from looking at thousands of tests and modules again and again: they stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def copied_processes() -> Iterator[pytest.MonkeyPatch]:
    """Services in this process, and commands, have copies (see copies.py) write files, draw and load."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(copies.VARIABLE, copies.first())
        for module in (converting, loading_process, process):
            patch.setattr(module, "COMMAND", (copies.python(), *module.COMMAND[1:]))
        yield patch


@pytest.fixture(scope="session")
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A private server for this run, or for each of its workers; removed afterwards, even if the run is killed."""
    with temporary_folder("flurwerk-tests-") as home:
        with needed_by_all(request.session, "The tests' PostgreSQL server"):
            url = cluster.ensure_running(home, UNSAFE_BUT_FAST)
        yield url


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, server_url: str) -> str:
    """The name of a migrated, empty database that no one is connected to."""
    with needed_by_all(request.session, "A migrated database"):
        create_database(server_url, TEMPLATE)
        with psycopg.connect(conninfo(database(server_url, TEMPLATE))) as connection:
            migrate_completely(connection)
    return TEMPLATE


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    with own_database(server_url, template) as url:
        yield url


@pytest.fixture(scope="session")
def districts_template(server_url: str, template: str) -> str:
    """The name of a database of two districts, West and Ost, that no one is connected to."""
    name = "districts_template"
    create_database(server_url, name, template)
    with psycopg.connect(conninfo(database(server_url, name))) as connection:
        two_districts(connection)
    return name


@pytest.fixture
def districts_url(server_url: str, districts_template: str) -> Iterator[str]:
    """A database of the test's own with two districts."""
    with own_database(server_url, districts_template) as url:
        yield url


@pytest.fixture(scope="session")
def shared_url(server_url: str, template: str) -> str:
    """A migrated, empty database for tests that roll back."""
    create_database(server_url, "shared", template)
    return database(server_url, "shared")


@pytest.fixture(scope="session")
def lend() -> Iterator[Lend]:
    """Lends the connection to a database that one test after the other uses.

    What a test did is rolled back, and what it set is reset. A new connection costs more than most tests do: it reads
    the catalog, compiles the triggers' functions and plans their statements.
    """
    with ExitStack() as closing:
        kept: dict[str, psycopg.Connection[Any]] = {}

        @contextmanager
        def lend(url: str) -> Iterator[psycopg.Connection[Any]]:
            if url not in kept or not answers(kept[url]):
                kept[url] = closing.enter_context(psycopg.connect(conninfo(url)))
            connection = kept[url]
            yield connection
            if not connection.closed:
                connection.rollback()
                connection.autocommit = True
                connection.execute("discard all")
                connection.autocommit = False

        yield lend


@pytest.fixture
def connection(lend: Lend, shared_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a migrated, empty database; what the test does is rolled back."""
    with lend(shared_url) as connection:
        yield connection


@pytest.fixture(scope="session")
def lend_filled(lend: Lend, server_url: str, template: str) -> LendFilled:
    """Lends the connection to a database with the records that a function inserts, which is called once for all tests.

    Records that every test of a file begins with cost more than what most of them do: those of a district alone are
    looked for in every layer. The database is made again on another day, since records may have today's date.
    """

    @cache
    def filled(fill: Fill, today: date) -> str:
        name = f"filled_{next(numbers)}"
        create_database(server_url, name, template)
        with psycopg.connect(conninfo(database(server_url, name))) as connection:
            fill(connection)
        return database(server_url, name)

    @contextmanager
    def lend_filled(fill: Fill) -> Iterator[psycopg.Connection[Any]]:
        with lend(filled(fill, datetime.now(CITY_TIME).date())) as connection:
            # In a transaction, or what the test does in one of its own would be committed.
            connection.execute("select")
            yield connection

    return lend_filled


@pytest.fixture
def districts(lend_filled: LendFilled) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database of two districts, West and Ost; what the test does is rolled back."""
    with lend_filled(two_districts) as connection:
        yield connection


@pytest.fixture(scope="session")
def sample_template(request: pytest.FixtureRequest, server_url: str, template: str) -> str:
    """The name of a database with the sample data that no one is connected to."""
    name = "sample_template"
    create_database(server_url, name, template)
    url = database(server_url, name)
    with needed_by_all(request.session, "The sample city"), psycopg.connect(conninfo(url)) as connection:
        load_sample(connection, sample_folder())
        # What autovacuum does within a minute elsewhere; without it, statements of several layers take seconds.
        connection.execute("analyze")
    return name


@pytest.fixture(scope="session")
def sample_url(server_url: str, sample_template: str) -> str:
    """A database with the sample data, to be read only."""
    create_database(server_url, "sample", sample_template)
    return database(server_url, "sample")


@pytest.fixture
def sample(lend: Lend, sample_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database with the sample data; what the test does is rolled back."""
    with lend(sample_url) as connection:
        yield connection


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings that point to a database of the test's own."""
    return Settings(database_url=database_url, home=tmp_path)


@contextmanager
def needed_by_all(session: pytest.Session, what: str) -> Iterator[None]:
    """Make something without which no test can run: if that fails, the run ends with one error and one sentence."""
    try:
        yield
    except Exception as error:
        session.shouldfail = f"{what} could not be made: {first_line(error)}"
        raise


def answers(connection: psycopg.Connection[Any]) -> bool:
    """Whether the connection is still there: some tests end those of others."""
    try:
        connection.execute("select")
        connection.rollback()
    except psycopg.OperationalError:
        return False
    return True


def database(url: str, name: str) -> str:
    """The same server's database of that name."""
    return make_conninfo(url, dbname=name)


def create_database(url: str, name: str, template: str = "template0") -> None:
    """Create a database, as a copy of ``template``."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            # Copying files costs a third of writing them to the log, the default.
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


@contextmanager
def own_database(server_url: str, template: str) -> Iterator[str]:
    """The URL of a new database, a copy of the template; dropped after."""
    name = f"test_{next(numbers)}"
    create_database(server_url, name, template)
    yield database(server_url, name)
    drop_database(server_url, name)


@contextmanager
def filled_database(server_url: str, template: str, name: str, fill: Fill) -> Iterator[str]:
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
