"""The documents of a period's draft, which the database keeps for all hosts until the period is published."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from geo.errors import FlurwerkError
from geo.periods import Period
from geo.store.database import AsyncConnection, Connection
from geo.text import Text

LARGEST_MB = 200
"""The largest document that can be kept, as in the constraint report_documents_content_size."""


class DocumentTooLarge(FlurwerkError):
    """A document is too large for the database."""


class AlreadyPublished(FlurwerkError):
    """The period has been published, so it has no draft."""


class Document(NamedTuple):
    """A file of a draft."""

    name: str
    media_type: str
    content: bytes


class DocumentEntry(NamedTuple):
    """A stored document without its content; ``size`` is in bytes, ``made_by`` an account and a host."""

    period: str
    name: str
    media_type: str
    size: int
    made_at: datetime
    made_by: str


def store(connection: Connection, period: Period, documents: Collection[Document], made_by: str) -> None:
    """Replace the period's documents within the connection's transaction, which the caller commits.

    Raises DocumentTooLarge, or AlreadyPublished if somebody has published the period meanwhile.
    """
    for document in documents:
        if len(document.content) > LARGEST_MB * 1_000_000:
            size = f"{len(document.content) / 1_000_000:.0f} MB"
            problem = Text(
                f"{document.name} hat {size}, mehr als {LARGEST_MB}.",
                f"{document.name} has {size}, more than {LARGEST_MB}.",
            )
            raise DocumentTooLarge(
                problem,
                Text(
                    "Machen Sie diesen Entwurf mit flurwerk report PERIOD --out DIR.",
                    "Make this draft with flurwerk report PERIOD --out DIR.",
                ),
            )
    # Whoever publishes takes this lock too: the release is there already, or removes these documents.
    connection.execute("select pg_advisory_xact_lock(flurwerk.publishing_lock())")
    if connection.execute("select 1 from flurwerk.releases where period = %s limit 1", [period.name]).fetchone():
        raise AlreadyPublished(
            Text(
                f"{period.name} wurde veröffentlicht, während der Entwurf entstand.",
                f"{period.name} has been published while its draft was made.",
            )
        )
    connection.execute("delete from flurwerk.report_documents where period = %s", [period.name])
    for document in documents:
        connection.execute(
            """
            insert into flurwerk.report_documents (period, name, media_type, content, made_by)
            values (%s, %s, %s, %b, %s)
            """,
            [period.name, document.name, document.media_type, document.content, made_by],
        )


def entries(connection: Connection) -> list[DocumentEntry]:
    """Return all stored documents, the latest period first, by name."""
    with connection.cursor(row_factory=class_row(DocumentEntry)) as cursor:
        return cursor.execute(
            """
            select period, name, media_type, octet_length(content) as size, made_at, made_by
            from flurwerk.report_documents
            order by period desc, name
            """
        ).fetchall()


FIND = """
    select name, media_type, content
    from flurwerk.report_documents
    where period = %s
      and name = %s
"""


def find(connection: Connection, period: Period, name: str) -> Document | None:
    """Return a stored document, or None if there is none of that name."""
    with connection.cursor(binary=True, row_factory=class_row(Document)) as cursor:
        return cursor.execute(FIND, [period.name, name]).fetchone()


async def find_async(connection: AsyncConnection, period: Period, name: str) -> Document | None:
    """Like `find`, for the web service."""
    async with connection.cursor(binary=True, row_factory=class_row(Document)) as cursor:
        await cursor.execute(FIND, [period.name, name])
        return await cursor.fetchone()
