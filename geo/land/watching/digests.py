"""The daily digest as people set it: where it goes and in which language."""

from dataclasses import dataclass
from typing import Literal

from psycopg.rows import class_row

from geo.store.database import AsyncConnection


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a person's digest goes, None for nowhere; its language; and why the last one could not be sent."""

    email: str | None = None
    language: Literal["de", "en"] = "de"
    failure: str | None = None


async def subscription(connection: AsyncConnection) -> Subscription:
    """Return the person's digest."""
    async with connection.cursor(row_factory=class_row(Subscription)) as cursor:
        await cursor.execute("select email, language, failure from flurwerk_access.watchers where person = person()")
        return await cursor.fetchone() or Subscription()


async def subscribe(connection: AsyncConnection, email: str | None, language: str) -> None:
    """Have the digest sent to an address, or nowhere.

    Whoever had none gets what happens from now on. There has to be a watcher (`geo.land.watching.noting.note`).
    """
    await connection.execute(
        """
        update flurwerk_access.watchers
        set email = %(email)s,
            language = %(language)s,
            failure = null,
            mailed_event = case
                when email is null or %(email)s::text is null
                    then (select coalesce(max(e.id), 0) from flurwerk_access.watch_events as e)
                else mailed_event
            end,
            sending_event = case when %(email)s::text is null then null else sending_event end,
            message_id = case when %(email)s::text is null then null else message_id end
        where person = person()
        """,
        {"email": email, "language": language},
    )
