"""A database comes to the schema of this version once, whoever and how many ask for it."""

from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest

from geo.migrate import MigrationError, is_current, migrate, scripts
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.records import one


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """A database without anything in it."""
    create_database(server_url, "empty")
    yield database(server_url, "empty")
    drop_database(server_url, "empty")


def test_every_migration_is_applied_once_and_in_order(empty_url: str) -> None:
    with psycopg.connect(conninfo(empty_url)) as connection:
        assert not is_current(connection)
        assert migrate(connection) == [script.name for script in scripts("schema")]
        assert migrate(connection) == []
        assert is_current(connection)


def test_two_migrations_at_once_apply_everything_once(empty_url: str) -> None:
    applied: list[list[str]] = []

    def run() -> None:
        with psycopg.connect(conninfo(empty_url)) as connection:
            applied.append(migrate(connection))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(map(len, applied)) == [0, len(scripts("schema"))]


def test_a_migration_that_has_changed_since_is_refused(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("update public.flurwerk_migrations set checksum = 'other' where name = '0005_plots'")
        with pytest.raises(MigrationError, match="0005_plots has changed"):
            migrate(connection)


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("insert into public.flurwerk_migrations (name, checksum) values ('9999_later', '')")
        with pytest.raises(MigrationError, match="newer version"):
            migrate(connection)


def test_replaying_the_views_keeps_every_one(database_url: str) -> None:
    views = """
        select count(*)
        from pg_class
        where relkind = 'v'
          and relnamespace::regnamespace::text in ('flurwerk', 'as_of', 'for_public', 'for_internal')
    """
    with psycopg.connect(conninfo(database_url)) as connection:
        before = one(connection, views)
        migrate(connection)
        assert one(connection, views) == before > 50


def test_views_of_another_version_are_noticed_and_replayed(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("comment on schema as_of is 'made by an earlier version'")
        assert not is_current(connection)
        migrate(connection)
        assert is_current(connection)
