"""Published releases cannot be changed, and tampering breaks the chain of hashes."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

from geo.figures.releases import chain
from geo.figures.releases.release import NotPublished
from geo.records.messages import explain
from geo.store.database import Connection, conninfo
from tests.records import one


def add(connection: Connection, period: str = "2023-H2", document: str = '{"Straße": 1}', **values: str) -> None:
    given = {"period": period, "document": document, **values}
    connection.execute(
        sql.SQL("insert into flurwerk.releases ({}, recorded_at) values ({}, clock_timestamp())").format(
            sql.SQL(", ").join(map(sql.Identifier, given)), sql.SQL(", ").join(map(sql.Placeholder, given))
        ),
        given,
    )


@pytest.fixture
def published(connection: Connection) -> Connection:
    """A connection to a database with three releases, all with awkward texts."""
    connection.execute("select set_config('flurwerk.actor', 'Jürgen, 7:x', true)")
    add(connection)
    add(connection, reason="„Nachtrag“, 12:-\nzweite Zeile", accepted="geprüft")
    add(connection, "2024-H1")
    return connection


def broken(connection: Connection) -> list[int]:
    return [found.place for found in chain.broken(chain.releases(connection))]


def tamper(connection: Connection, statement: str) -> None:
    """Execute a statement with triggers disabled, as only the owner can."""
    connection.execute("alter table flurwerk.releases disable trigger all")
    connection.execute(statement.encode())
    connection.execute("alter table flurwerk.releases enable always trigger refuse_change")


def test_releases_are_numbered_within_their_period_and_chained_across_periods(published: Connection) -> None:
    first, second, third = chain.releases(published)
    assert [(release.period, release.number, release.place) for release in (first, second, third)] == [
        ("2023-H2", 1, 1),
        ("2023-H2", 2, 2),
        ("2024-H1", 1, 3),
    ]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (
        chain.BEGINNING,
        first.hash,
        second.hash,
    )
    assert first.published_by == "Jürgen, 7:x"
    assert first.recorded_at < first.published_at < second.recorded_at


def test_the_databases_hash_can_be_computed_elsewhere(published: Connection) -> None:
    for release in chain.releases(published):
        assert release.hash == chain.hash_of(release)
        published.execute("set local timezone = 'Asia/Tokyo'")
        assert (
            one(published, "select release_hash(r) from releases as r where place = %s", release.place) == release.hash
        )
    assert broken(published) == []


def test_different_lists_of_values_never_have_the_same_hash(published: Connection) -> None:
    release = chain.latest(published, "2024-H1")
    assert release is not None
    others = [
        release._replace(reason="a", accepted="b"),
        release._replace(reason="a,1:b", accepted=None),
        release._replace(reason=None, accepted="a,1:b"),
        release._replace(reason="", accepted=None),
        release._replace(reason="-", accepted=None),
    ]
    assert len({chain.hash_of(each) for each in [release, *others]}) == 6


@pytest.mark.parametrize(
    "statement",
    ["update releases set document = '{}'", "update releases set reason = 'x' where false", "delete from releases"],
)
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_not_even_the_owner_can_change_a_release(published: Connection, statement: str, mode: str) -> None:
    published.execute(f"set local session_replication_role = {mode}".encode())
    with pytest.raises(errors.RestrictViolation) as refused:
        published.execute(statement.encode())
    explained = explain(refused.value)
    assert explained is not None
    assert explained.en.startswith("Published figures never change")


def test_not_even_the_owner_can_truncate_the_table(published: Connection) -> None:
    with pytest.raises(errors.RestrictViolation):
        published.execute("truncate releases")


def test_a_second_version_needs_a_reason(connection: Connection) -> None:
    add(connection)
    with pytest.raises(errors.CheckViolation) as refused:
        add(connection, reason=" ")
    explained = explain(refused.value)
    assert explained is not None
    assert explained.en == "The period has already been published: please give the reason for the new version."


def test_an_earlier_state_cannot_be_published_after_a_later_one(published: Connection) -> None:
    with pytest.raises(errors.CheckViolation, match="later state"):
        published.execute(
            "insert into releases (period, recorded_at, document) values ('2022-H2', now() - interval '1 hour', '{}')"
        )


def test_hash_publisher_and_place_in_an_insert_are_ignored(published: Connection) -> None:
    published.execute(
        """
        insert into releases (
            place, period, number, recorded_at, published_at, published_by, document, previous_hash, hash
        )
        values (
            9, '2022-H2', 7, clock_timestamp(), '2030-01-01', 'nobody', '{}', repeat('a', 64), repeat('b', 64)
        )
        """
    )
    release = chain.find(published, "2022-H2")
    assert (release.place, release.number, release.published_by) == (4, 1, "Jürgen, 7:x")
    assert broken(published) == []


@pytest.mark.parametrize(
    ("statement", "places"),
    [
        ("update releases set document = '{}' where place = 2", [2]),
        ("update releases set published_by = 'else' where place = 1", [1]),
        ("update releases set recorded_at = recorded_at - interval '1 microsecond' where place = 3", [3]),
        ("update releases set reason = 'else' where place = 2", [2]),
        # A new hash of the changed release does not match the next one's previous hash.
        (
            "update releases as r set document = 'x', hash = release_hash(row(place, period, number, recorded_at,"
            " published_at, published_by, reason, accepted, 'x', previous_hash, hash)) where place = 2",
            [3],
        ),
        ("delete from releases where place = 1", [2]),
        ("delete from releases where place = 2", [3]),
        ("update releases set place = place + 10 where place = 3", [13, 13]),
    ],
)
def test_tampering_as_the_owner_breaks_the_chain(published: Connection, statement: str, places: list[int]) -> None:
    tamper(published, statement)
    assert broken(published) == places


def test_the_error_for_an_unknown_release_names_the_existing_numbers(published: Connection) -> None:
    assert chain.find(published, "2023-H2").number == 2
    assert chain.find(published, "2023-H2", 1).place == 1
    with pytest.raises(NotPublished, match=r"no release 3\. Its releases are 1 to 2"):
        chain.find(published, "2023-H2", 3)
    with pytest.raises(NotPublished, match="no release 1000000000000"):
        chain.find(published, "2023-H2", 10**12)
    with pytest.raises(NotPublished, match="flurwerk report 2022-H1 --publish"):
        chain.find(published, "2022-H1")


@pytest.fixture
def two(database_url: str) -> Iterator[tuple[Connection, Connection]]:
    """Two connections to a database that this test alone uses."""
    with psycopg.connect(conninfo(database_url)) as early, psycopg.connect(conninfo(database_url)) as late:
        yield early, late


def test_publishing_at_the_same_time_does_not_fork_the_chain(two: tuple[Connection, Connection]) -> None:
    early, late = two
    add(early)
    late.execute("set lock_timeout = '100ms'")
    late.commit()
    with pytest.raises(errors.LockNotAvailable):
        add(late, "2024-H1")
    late.rollback()
    early.commit()
    add(late, "2024-H1")
    late.commit()
    assert [release.place for release in chain.releases(early)] == [1, 2]
    assert broken(early) == []
