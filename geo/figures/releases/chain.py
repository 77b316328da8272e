"""The chain of releases: each has a hash over its own content and the hash of the previous one."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain, pairwise
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.figures.releases.release import NotPublished, Release
from geo.records.layers.layer import Text
from geo.store.database import NOW, Connection

BEGINNING = "0" * 64
"""The previous hash of the first release."""

TABLE = sql.Identifier(NOW, "releases")
"""Qualified with its schema, because releases are the same whichever state of the records the connection shows."""

COLUMNS = sql.SQL(", ").join(map(sql.Identifier, Release._fields))


class Broken(NamedTuple):
    """A place in the chain that is not as it was published, and what is wrong there."""

    place: int
    what: Text


def releases(connection: Connection, period: str | None = None, number: int | None = None) -> list[Release]:
    """Return all releases, or those of a period and number, in the order in which they were published."""
    statement = sql.SQL(
        """
        select {}
        from {}
        where (period = %(period)s or %(period)s::text is null)
          and (number = %(number)s or %(number)s::integer is null)
        order by place
        """
    ).format(COLUMNS, TABLE)
    with connection.cursor(row_factory=class_row(Release)) as cursor:
        return cursor.execute(statement, {"period": period, "number": number}).fetchall()


def latest(connection: Connection, period: str) -> Release | None:
    """Return the period's latest release, or None."""
    last = last_number(connection, period)
    return releases(connection, period, last)[0] if last else None


def last_number(connection: Connection, period: str) -> int:
    """Return the number of the period's latest release, 0 if it has none."""
    statement = sql.SQL("select coalesce(max(number), 0) from {} where period = %s")
    row = connection.execute(statement.format(TABLE), [period]).fetchone()
    return row[0] if row else 0


def find(connection: Connection, period: str, number: int | None = None) -> Release:
    """Return the period's release with that number, or its latest. Raises NotPublished, naming the existing ones."""
    last = last_number(connection, period)
    if not last:
        raise NotPublished(
            Text(f"{period} ist nicht veröffentlicht.", f"{period} has not been published."),
            Text(
                f"Veröffentlichen Sie: flurwerk report {period} --publish",
                f"Publish it: flurwerk report {period} --publish",
            ),
        )
    # Compared first, since a larger number may be out of range for the database.
    found = releases(connection, period, number or last) if (number or last) <= last else []
    if not found:
        raise NotPublished(
            Text(f"{period} hat keine Fassung {number}.", f"{period} has no release {number}."),
            Text(f"Die Fassungen sind 1 bis {last}.", f"Its releases are 1 to {last}."),
        )
    return found[0]


def hash_of(release: Release) -> str:
    """Return the SHA-256 hash as the database computes it: over all other values, each preceded by its length."""
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
    """Return the instant in UTC to the microsecond, for example 2024-01-15T11:00:00.000000Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def broken(found: Iterable[Release]) -> Iterator[Broken]:
    """Yield what is wrong with the chain. Takes all releases, in their order."""
    kept = list(found)
    for before, release in pairwise(chain([None], kept)):
        assert release is not None
        if release.hash != hash_of(release):
            yield Broken(release.place, _changed(release))
        if release.place != (before.place if before else 0) + 1:
            yield Broken(release.place, _gap(release))
        elif release.previous_hash != (before.hash if before else BEGINNING):
            yield Broken(release.place, _not_linked(release))


def _sized(value: str | None) -> bytes:
    if value is None:
        return b"-"
    encoded = value.encode()
    return b"%d:%b" % (len(encoded), encoded)


def _changed(release: Release) -> Text:
    return Text(
        f"{release.period}, Fassung {release.number}: Inhalt und Prüfsumme passen nicht zusammen.",
        f"{release.period}, version {release.number}: content and hash do not match.",
    )


def _gap(release: Release) -> Text:
    return Text(
        f"Vor {release.period}, Fassung {release.number} (Platz {release.place}) fehlt eine Veröffentlichung.",
        f"A release is missing before {release.period}, version {release.number} (place {release.place}).",
    )


def _not_linked(release: Release) -> Text:
    return Text(
        f"{release.period}, Fassung {release.number}: schließt nicht an die Veröffentlichung davor an.",
        f"{release.period}, version {release.number}: does not follow the release before it.",
    )
