"""Up to where a person has read what was done: kept by the name of the token, so that it is known on any computer."""

from datetime import datetime
from typing import NamedTuple

from geo.records.activity.sentences import Entry
from geo.store.database import AsyncConnection


class ReadUpTo(NamedTuple):
    """The number of the transaction below which all has been read, and when that was said.

    Without a number, the records have been restored since, and only the time tells what is new.
    """

    place: int | None
    read_at: datetime

    def is_new(self, entry: Entry) -> bool:
        """Return whether an entry has not been read yet."""
        return entry.at > self.read_at if self.place is None else entry.place >= self.place


async def read_up_to(connection: AsyncConnection, name: str) -> ReadUpTo | None:
    """Return up to where the holder of that token has read; None if they never said."""
    found = await connection.execute("select place::text, read_at from flurwerk_access.activity_place(%s)", [name])
    row = await found.fetchone()
    return ReadUpTo(None if row[0] is None else int(row[0]), row[1]) if row else None


async def note_read(connection: AsyncConnection, name: str, up_to: int) -> None:
    """Note that the holder of that token has read everything below a transaction. Never goes back."""
    await connection.execute("select flurwerk_access.read_activity(%s, %s::xid8)", [name, str(up_to)])
