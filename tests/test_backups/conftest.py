"""A database of the test's own that can be replaced, and backups of a small city."""

import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database, filled_database
from tests.records import insert, line, one, plot, sale, two_districts
from tests.test_attachments.helpers import attach, picture
from tests.test_backups.helpers import name_of, names
from tests.test_cli import Command
from tests.test_releases.helpers import publish

Dump = Callable[[str], Path]
numbers = count(1)


@pytest.fixture(scope="session")
def city(server_url: str, template: str) -> Iterator[str]:
    """The name of a database with a history and one published half-year."""
    with filled_database(server_url, template, "backed_up_city", _fill):
        yield "backed_up_city"


@pytest.fixture
def url(server_url: str, city: str) -> Iterator[str]:
    """A copy of that city, for a test that replaces it. What restores leave is dropped afterwards."""
    name = f"restored_{next(numbers)}x"
    create_database(server_url, name, city)
    yield database(server_url, name)
    for each in names(server_url):
        if each.startswith(name):
            drop_database(server_url, each)


@pytest.fixture
def flurwerk(url: str) -> Command:
    """The command on that copy."""
    return Command(url)


@pytest.fixture(scope="session")
def backup(server_url: str, city: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the city."""
    file = tmp_path_factory.mktemp("backups") / "city.dump"
    Command(database(server_url, city))("db", "backup", str(file))
    return file


@pytest.fixture
def changed_backup(server_url: str, city: str, tmp_path: Path) -> Iterator[Dump]:
    """Makes a backup of the city in which a statement has changed something."""
    name = "changed_city"

    def dump(statement: str) -> Path:
        create_database(server_url, name, city)
        with psycopg.connect(conninfo(database(server_url, name))) as connection:
            connection.execute(statement.encode())
        file = tmp_path / "changed.dump"
        subprocess.run(["pg_dump", "--format=custom", f"--file={file}", database(server_url, name)], check=True)
        return file

    yield dump
    if name in names(server_url):
        drop_database(server_url, name)


@pytest.fixture
def later(url: str) -> Callable[[], int]:
    """Records a plot that the backup does not have; calling it counts how many of those the database in use has."""
    with psycopg.connect(conninfo(url)) as connection:
        plot(connection, source_id="entered-later")
    statement = "select count(*) from plots where source_id = 'entered-later'"

    def count() -> int:
        with psycopg.connect(conninfo(url)) as connection:
            assert name_of(url) == one(connection, "select current_database()::text")
            return one(connection, statement)

    return count


def _fill(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    two_districts(connection)
    funded = insert(connection, "programmes", name="P", funding="funded")
    way = line((399000, 5705000), (401000, 5705000))
    insert(connection, "trenches", programme=funded, planned_on="2023-05-01", laid_on="2023-09-01", geom=way)
    sale(connection, source_id="t-1", area_m2=3200, plot=plot(connection, name="Hafen Nord", official_area_m2=5000))
    connection.commit()
    publish(connection)
    connection.execute("update transactions set area_m2 = 3100 where source_id = 't-1'")
    attach(connection, picture(), plot=1, caption="Kai")
