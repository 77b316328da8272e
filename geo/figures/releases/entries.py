"""The list of releases, without their documents."""

from datetime import datetime
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.figures.releases.chain import TABLE
from geo.store.database import Connection


class ReleaseEntry(NamedTuple):
    """A release without its document; its members are those of geo.figures.releases.release.Release."""

    place: int
    period: str
    number: int
    recorded_at: datetime
    published_at: datetime
    published_by: str
    reason: str | None
    accepted: str | None
    previous_hash: str
    hash: str


COLUMNS = sql.SQL(", ").join(map(sql.Identifier, ReleaseEntry._fields))


def release_entries(connection: Connection, period: str | None = None) -> list[ReleaseEntry]:
    """Return all releases, or those of a period, the latest first."""
    statement = sql.SQL("select {} from {} where period = %(period)s or %(period)s::text is null order by place desc")
    with connection.cursor(row_factory=class_row(ReleaseEntry)) as cursor:
        return cursor.execute(statement.format(COLUMNS, TABLE), {"period": period}).fetchall()
