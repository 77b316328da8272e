"""Deletes for good what was deleted long enough ago."""

from typing import NamedTuple

from geo.store.database import Connection


class Purged(NamedTuple):
    """How many contents of attachments, and earlier versions of texts of attachments and memos, are gone now."""

    contents: int
    texts: int


def overdue(connection: Connection, days: int) -> int:
    """Return how many contents of attachments were deleted more than so many days ago and are still there.

    None are in a database that has not been migrated.
    """
    if connection.execute("select to_regclass('flurwerk.attachment_contents')").fetchone() == (None,):
        return 0
    row = connection.execute(
        """
        select count(*)
        from flurwerk.attachment_contents as c
        where c.stored_at < now() - make_interval(days => %(days)s)
          and not exists (select from flurwerk.attachments as a where a.sha256 = c.sha256)
          and not exists (
              select
              from flurwerk_history.attachments as h
              where h.sha256 = c.sha256
                and h.recorded_until >= now() - make_interval(days => %(days)s)
          )
        """,
        {"days": days},
    ).fetchone()
    assert row
    return row[0]


def purge(connection: Connection, days: int) -> Purged:
    """Delete what was deleted or replaced so many days ago, and commit. Only the owner of the tables may."""
    with connection.transaction():
        row = connection.execute(
            "select contents, texts from flurwerk.purge_deleted(make_interval(days => %s))", [days]
        ).fetchone()
    assert row
    return Purged(*row)
