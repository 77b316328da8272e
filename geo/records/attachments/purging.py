"""Deletes for good what was deleted long enough ago."""

from typing import NamedTuple

from geo.store.database import Connection


class Purged(NamedTuple):
    """How many contents of attachments, and earlier versions of texts of attachments and memos, are gone now."""

    contents: int
    texts: int


def purge(connection: Connection, days: int) -> Purged:
    """Delete what was deleted or replaced so many days ago, and commit. Only the owner of the tables may."""
    with connection.transaction():
        row = connection.execute(
            "select contents, texts from flurwerk.purge_deleted(make_interval(days => %s))", [days]
        ).fetchone()
    assert row
    return Purged(*row)
