"""The chain of releases: each carries a hash over its own content and the hash of the one before."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain, pairwise
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.database import NOW, Connection
from geo.layers.base import Text
from geo.releases.base import NotPublished, Release

BEGINNING = "0" * 64
"""Stands for the hash of a release before the first one."""

TABLE = sql.Identifier(NOW, "releases")
"""Named with its schema: what is published is the same whichever state of the records is shown."""

COLUMNS = sql.SQL(", ").join(map(sql.Identifier, Release._fields))


class Broken(NamedTuple):
    """A place of the chain that is not as it was published, and what is wrong there."""

    place: int
    what: Text


def releases(connection: Connection, period: str | None = None) -> list[Release]:
    """All releases, or those of a period, in the order in which they were published."""
    statement = sql.SQL("select {} from {} where period = %(period)s or %(period)s::text is null order by place")
    with connection.cursor(row_factory=class_row(Release)) as cursor:
        return cursor.execute(statement.format(COLUMNS, TABLE), {"period": period}).fetchall()


def latest(connection: Connection, period: str) -> Release | None:
    """The period's last release, or None."""
    return (releases(connection, period) or [None])[-1]


def find(connection: Connection, period: str, number: int | None = None) -> Release:
    """The period's release of that number, or its last one. Raises NotPublished, naming those there are."""
    found = releases(connection, period)
    if not found:
        raise NotPublished(f"{period} has not been published.", f"Publish it: flurwerk report {period} --publish")
    for release in found:
        if release.number == (number or found[-1].number):
            return release
    raise NotPublished(f"{period} has no release {number}.", f"There are: 1 to {found[-1].number}.")


def hash_of(release: Release) -> str:
    """SHA-256 as the database computes it: over all values but the hash itself, each with its length before it."""
    values = (
        release.previous_hash,
        str(release.place),
        release.period,
        str(release.number),
        utc_text(release.recorded_at),
        utc_text(release.published_at),
        release.published_by,
        release.reason,
        release.accepted,
        release.document,
    )
    return sha256(b",".join(_sized(value) for value in values)).hexdigest()


def utc_text(instant: datetime) -> str:
    """The instant to the microsecond, as in 2024-01-15T11:00:00.000000Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def broken(found: Iterable[Release]) -> Iterator[Broken]:
    """What is wrong with the chain; nothing where it holds. Takes all releases, in their order."""
    kept = list(found)
    for before, release in pairwise(chain([None], kept)):
        assert release is not None
        if release.hash != hash_of(release):
            yield Broken(release.place, _changed(release))
        if release.place != (before.place if before else 0) + 1:
            yield Broken(release.place, _gap(release))
        elif release.previous_hash != (before.hash if before else BEGINNING):
            yield Broken(release.place, _not_behind(release))


def _sized(value: str | None) -> bytes:
    if value is None:
        return b"-"
    encoded = value.encode()
    return b"%d:%b" % (len(encoded), encoded)


def _changed(release: Release) -> Text:
    return Text(
        f"{release.period}, Fassung {release.number}: Inhalt und Prüfsumme passen nicht zusammen.",
        f"{release.period}, version {release.number}: content and hash do not agree.",
    )


def _gap(release: Release) -> Text:
    return Text(
        f"Vor {release.period}, Fassung {release.number} (Platz {release.place}) fehlt eine Veröffentlichung.",
        f"Before {release.period}, version {release.number} (place {release.place}) a release is missing.",
    )


def _not_behind(release: Release) -> Text:
    return Text(
        f"{release.period}, Fassung {release.number}: schließt nicht an die Veröffentlichung davor an.",
        f"{release.period}, version {release.number}: does not follow the release before it.",
    )
