"""Recognises a request that was sent again, so that it does not create a second record (``Idempotency-Key``)."""

import json
from hashlib import sha256
from typing import Any, NamedTuple

from geo.records.editing.faults import EditingError
from geo.store.database import AsyncConnection


class KeyReused(EditingError):
    """The key belongs to an earlier request with other content."""


class Retry(NamedTuple):
    """The key of a request, and the digest of everything in it that determines the record."""

    key: str
    digest: bytes


def retry(key: str, layer: str, crs: str, document: Any) -> Retry:
    """Return the retry of a request; its document is compared as JSON, without regard to the order of members."""
    # Numbers are parsed as Decimal, and must not look like texts.
    content = json.dumps([layer, crs, document], sort_keys=True, default=repr)
    return Retry(key, sha256(content.encode()).digest())


async def created_before(connection: AsyncConnection, given: Retry) -> int | None:
    """Return the record that an earlier request of this key created; None if this is the first one.

    Waits for an earlier request that is still running. Raises KeyReused if its content was different.
    """
    cursor = await connection.execute("select record, is_same from flurwerk_access.claim_key(%s, %s)", given)
    row = await cursor.fetchone()
    if row is None:
        return None
    record, is_same = row
    if not is_same:
        raise KeyReused
    return record


async def remember(connection: AsyncConnection, given: Retry, layer: str, record: int) -> None:
    """Store which record this request has created."""
    await connection.execute("select flurwerk_access.complete_key(%s, %s, %s)", [given.key, layer, record])
