"""Sends everybody's digest: each change once, whatever breaks.

A mail tells what happened after the last event that was mailed (`watchers.mailed_event`). Once the mail server has
agreed to take it, and before it gets the text, its last event and its Message-ID are noted (`sending_event`); once it
has taken it, the mark moves on. Whoever breaks off in between does not know whether the mail was sent: the next run
sends the same again under the same Message-ID, by which mail systems know it, and says so in it. SMTP offers nothing
better.
"""

import smtplib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid
from typing import NamedTuple

import psycopg

from geo.access import Caller, Role
from geo.land.watching.events import events, last_event, names
from geo.land.watching.letter import Digest, Section, letter
from geo.land.watching.noting import note
from geo.land.watching.watches import Watch
from geo.mail import MailServerDown, NotTaken, Unsure, send
from geo.periods import CITY_TIME
from geo.settings import Settings
from geo.store.database import AsyncConnection, Connection, login_conninfo
from geo.text import Text

LOCK = 4717
"""Key of the advisory lock under which digests are sent."""

SUBSCRIBERS = """
    select t.name, t.role, t.layers
    from flurwerk_access.watchers as w
    join flurwerk_access.tokens as t on t.name = w.person
    where w.email is not null
      and flurwerk_access.state_of(t) = 'valid'
    order by t.name
"""

MARKS = """
    select email, language, mailed_event, sending_event, message_id
    from flurwerk_access.watchers
    where person = person()
      and email is not null
    for update
"""


class Sent(NamedTuple):
    """What came of one person's digest: how many changes it told, or why it was not sent."""

    person: str
    email: str
    changes: int
    failure: MailServerDown | NotTaken | Unsure | None = None


def subscribers(connection: Connection) -> list[Caller]:
    """Return who gets a digest: those with an address and a token that is valid."""
    return [
        Caller(Role(role), name, None if layers is None else frozenset(layers))
        for name, role, layers in connection.execute(SUBSCRIBERS).fetchall()
    ]


@asynccontextmanager
async def served(settings: Settings, caller: Caller) -> AsyncIterator[AsyncConnection]:
    """Yield a connection that sees what the person sees, as the service's does for them."""
    async with await psycopg.AsyncConnection.connect(login_conninfo(settings, caller.role.login)) as connection:
        await connection.execute("select set_config('flurwerk.actor', %s, false)", [caller.name])
        await connection.commit()
        yield connection


async def drafts(settings: Settings, caller: Caller) -> list[EmailMessage]:
    """Return the mails that the person would get now, and note nothing."""
    async with served(settings, caller) as connection:
        found: list[EmailMessage] = []
        while (digest := await _next(connection, caller, settings)) is not None:
            found.append(letter(digest.digest, settings, datetime.now(CITY_TIME)))
            await _mark_sent(connection, digest.until)
        await connection.rollback()
        return found


async def deliver(settings: Settings, caller: Caller, session: Callable[[], smtplib.SMTP]) -> AsyncIterator[Sent]:
    """Send the person what they have not been told yet, and yield what came of each mail; nothing if there is nothing.

    ``session`` returns the mail server's session, and is not called unless there is something to send. Raises
    MailServerDown if there is none.
    """
    async with served(settings, caller) as connection:
        while True:
            async with connection.transaction():
                wanted = await _next(connection, caller, settings)
            if wanted is None:
                return
            server = session()
            outcome = await _send(connection, settings, server, wanted, str(caller.name))
            yield outcome
            if outcome.failure:
                return


class _Wanted(NamedTuple):
    digest: Digest
    until: int


async def _next(connection: AsyncConnection, caller: Caller, settings: Settings) -> _Wanted | None:
    """Note what happened, and return the next mail; None if there is nothing to tell."""
    noted = await note(connection, caller)
    row = await (await connection.execute(MARKS)).fetchone()
    if row is None:
        return None
    email, language, mailed, sending, message_id = row
    for until in filter(None, (sending, await last_event(connection))):
        if until <= mailed:
            continue
        is_repeated = until == sending
        sections = await _sections(connection, noted.watches, caller, mailed, until)
        if sections:
            domain = (settings.smtp_from or "@localhost").rpartition("@")[2]
            own_id = message_id if is_repeated else make_msgid(domain=domain)
            return _Wanted(Digest(email, language, own_id, sections, is_repeated), until)
        # Nothing of it may be told any more.
        await _mark_sent(connection, until)
        mailed = until
    return None


async def _sections(
    connection: AsyncConnection, watched: Sequence[Watch], caller: Caller, after: int, until: int
) -> list[Section]:
    """Return what to tell of each watch. What happened to a plot is told once, at the plot if it is watched itself."""
    titles = await names(connection, watched, caller)
    told: set[tuple[int | None, str, Text]] = set()
    found: list[Section] = []
    for watch in sorted(watched, key=lambda one: one.kind != "plot"):
        happened = await events(connection, watch, caller, after=after, until=until, most=None)
        new = [event for event in happened if (event.plot, event.kind, event.sentence) not in told]
        told |= {(event.plot, event.kind, event.sentence) for event in new}
        if new:
            found.append(Section(titles[watch.id], new))
    return found


async def _send(
    connection: AsyncConnection, settings: Settings, server: smtplib.SMTP, wanted: _Wanted, person: str
) -> Sent:
    digest = wanted.digest
    message = letter(digest, settings, datetime.now(CITY_TIME))
    # Sending waits for the server; the mark has to be noted in between, so by a connection that does not wait.
    with psycopg.connect(login_conninfo(settings, connection.info.user), autocommit=True) as marking:
        marking.execute("select set_config('flurwerk.actor', %s, false)", [person])

        def handing_over() -> None:
            marking.execute(
                "update flurwerk_access.watchers set sending_event = %s, message_id = %s where person = person()",
                [wanted.until, digest.message_id],
            )

        try:
            send(server, message, handing_over)
        except (MailServerDown, NotTaken, Unsure) as error:
            async with connection.transaction():
                await _mark_failed(connection, error)
            return Sent(person, digest.email, digest.changes, error)
    async with connection.transaction():
        await _mark_sent(connection, wanted.until)
    return Sent(person, digest.email, digest.changes)


async def _mark_sent(connection: AsyncConnection, until: int) -> None:
    await connection.execute(
        """
        update flurwerk_access.watchers
        set mailed_event = greatest(mailed_event, %s), sending_event = null, message_id = null, failure = null
        where person = person()
        """,
        [until],
    )


async def _mark_failed(connection: AsyncConnection, error: MailServerDown | NotTaken | Unsure) -> None:
    is_unsent = isinstance(error, NotTaken)
    await connection.execute(
        """
        update flurwerk_access.watchers
        set failure = %(failure)s,
            sending_event = case when %(is_unsent)s then null else sending_event end,
            message_id = case when %(is_unsent)s then null else message_id end
        where person = person()
        """,
        {"failure": error.message, "is_unsent": is_unsent},
    )
