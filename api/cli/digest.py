"""``flurwerk digest``: sends what has happened to what people watch. Run by a timer."""

import asyncio
import logging
import smtplib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

import click

from api.cli.telling import tell
from geo.access import Caller
from geo.errors import ConfigurationError
from geo.land.watching.sending import LOCK, Sent, deliver, drafts, subscribers
from geo.mail import MailServerDown, Unsure, is_alive, mail_server, reason
from geo.migrate import connect_migrated
from geo.settings import Settings, load_settings
from geo.text import Text

log = logging.getLogger("flurwerk.digest")

NOT_SENT = 3
"""Exit status if some digest could not be sent. Status 1 is for errors before any work was started."""


@click.command("digest")
@click.option("--dry-run", is_flag=True, help="Print the mails that would be sent; send and note nothing.")
def digest_command(dry_run: bool) -> None:
    """Send everybody who has asked for it what has happened to what they watch.

    To be run daily by a timer, on any number of hosts: each change is told once, and nobody gets an empty mail. Exit
    status 0 if everything is sent, 3 if something could not be; the next run tries again.
    """
    settings = load_settings()
    with connect_migrated(settings) as connection:
        if dry_run:
            are_complete = True
            for caller in subscribers(connection):
                with _apart(caller) as went:
                    for message in asyncio.run(drafts(settings, caller)):
                        print_message(message)
                are_complete = are_complete and went.well
            sys.exit(0 if are_complete else NOT_SENT)
        if connection.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone() != (True,):
            tell(
                Text(
                    "Ein anderer Lauf verschickt die Tagesübersichten gerade.",
                    "Another run is sending the digests.",
                )
            )
            return
        people = subscribers(connection)
        connection.commit()
        sent, are_complete = asyncio.run(_send(settings, people))
    if not sent and are_complete:
        tell(Text("Es gibt nichts zu berichten.", "There is nothing to tell."))
    if not are_complete or any(each.failure for each in sent):
        sys.exit(NOT_SENT)


@dataclass(slots=True)
class _Went:
    """How it went with one person's digest."""

    well: bool = True


@contextmanager
def _apart(caller: Caller) -> Iterator[_Went]:
    """Tell what goes wrong with one person's digest, so that the others get theirs."""
    went = _Went()
    try:
        yield went
    except (ConfigurationError, MailServerDown):
        raise
    except Exception as error:
        went.well = False
        log.exception("The digest of %r could not be made.", caller.name)
        tell(
            Text(
                f"flurwerk: {caller.name}: Die Tagesübersicht ließ sich nicht erstellen (Meldung: {reason(error)}).",
                f"flurwerk: {caller.name}: the digest could not be made ({reason(error)}).",
            ),
            err=True,
        )


async def _send(settings: Settings, people: list[Caller]) -> tuple[list[Sent], bool]:
    """Send to one person after the other, by one session of the mail server; a new one after it broke.

    Return what came of each mail, and whether every person's could be made.
    """
    sent: list[Sent] = []
    are_complete = True
    with ExitStack() as closing:
        opened: list[smtplib.SMTP] = []

        def session() -> smtplib.SMTP:
            if opened and not is_alive(opened[0]):
                opened.clear()
            if not opened:
                opened.append(closing.enter_context(mail_server(settings)))
            return opened[0]

        for caller in people:
            with _apart(caller) as went:
                async for each in deliver(settings, caller, session):
                    print_outcome(each)
                    sent.append(each)
                    if isinstance(each.failure, MailServerDown | Unsure):
                        opened.clear()
            if not went.well:
                # What it was in the middle of is not known.
                opened.clear()
                are_complete = False
    return sent, are_complete


def print_outcome(sent: Sent) -> None:
    """Print what came of a person's digest; on stderr if it was not sent."""
    if sent.failure is None:
        tell(
            Text(
                f"{sent.person}: {sent.changes} Änderungen an {sent.email} verschickt",
                f"{sent.person}: sent {sent.changes} changes to {sent.email}",
            )
        )
        return
    message = sent.failure.texts[0]
    tell(
        Text(
            f"flurwerk: {sent.person}: nicht an {sent.email} verschickt. {message.de}",
            f"flurwerk: {sent.person}: not sent to {sent.email}. {message.en}",
        ),
        err=True,
    )


def print_message(message: EmailMessage) -> None:
    """Print a mail's headers and its plain text."""
    for name in ("To", "Subject"):
        click.echo(f"{name}: {message[name]}")
    body = message.get_body(("plain",))
    click.echo("")
    click.echo(body.get_content() if body else "")
