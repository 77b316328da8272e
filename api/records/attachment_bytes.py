"""Where the bytes of attachments come from and go to; no connection to the database waits for an object store."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from api.service.dependencies import Service
from geo.access import Caller
from geo.records.attachments import storing
from geo.records.attachments.files import Content, Rendition
from geo.records.attachments.objects import not_the_bytes
from geo.records.attachments.storing import Stored
from geo.records.layers.layer import Audience
from geo.store.objects import ObjectMissing, Place, needed
from geo.store.pools import borrow, borrow_to_write


async def write_objects(
    service: Service, caller: Caller, digest: str, content: Content
) -> Mapping[Rendition, Place] | None:
    """Write what a file contains to the object store, if uploads go there, and return where; nothing refers to it yet.

    Raises ObjectStoreFailed. What was written until then stays noted, and is deleted by the next `flurwerk purge`.
    """
    if service.settings.attachment_store == "database":
        return None
    store = needed(service.objects)
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as connection:
        places = await storing.note(connection, store, digest, content.renditions)
    await asyncio.gather(*(store.write(places[name], file.content) for name, file in content.renditions.items()))
    return places


class Reading(NamedTuple):
    """Who reads which rendition of an attachment, as an audience sees it."""

    service: Service
    caller: Caller
    audience: Audience
    attachment: int
    rendition: Rendition

    async def content(self, stored: Stored, start: int, end: int) -> AsyncIterator[bytes] | None:
        """Return the bytes from ``start`` to before ``end`` in parts; None if the audience does not see them any more.

        Neither is all of it in memory, nor does a slow client hold a connection. Raises ObjectStoreFailed, of which
        ObjectMissing says that the bytes are not where they should be, or are not those that were stored: as long as
        nothing has been sent. Later, ConnectionAbortedError: without its end, nobody takes a response for complete.
        """
        sent = sha256() if (start, end) == (0, stored.size) else None
        first = await self._part(start, min(storing.PART_BYTES, end - start))
        if not first:
            return None
        if sent:
            sent.update(first)
            if len(first) == end and sent.hexdigest() != stored.digest:
                raise not_the_bytes()

        async def parts() -> AsyncIterator[bytes]:
            yield first
            for at in range(start + len(first), end, storing.PART_BYTES):
                length = min(storing.PART_BYTES, end - at)
                part = await self._part(at, length)
                if len(part) < length:
                    raise ConnectionAbortedError(f"attachment {self.attachment} is gone while it is sent")
                if sent:
                    sent.update(part)
                    if at + length == end and sent.hexdigest() != stored.digest:
                        raise ConnectionAbortedError(f"attachment {self.attachment} is not what was stored")
                yield part

        return parts()

    async def _part(self, start: int, length: int) -> bytes:
        """Return so many bytes from ``start`` on; none if the audience no longer sees the attachment."""
        missing: ObjectMissing | None = None
        looked_at: Place | None = None
        while True:
            async with borrow(self.service.pools[self.caller.role]) as connection:
                part = await storing.read_part(
                    connection, self.audience, self.attachment, self.rendition, start, length
                )
            if not isinstance(part, Place):
                return part
            if missing and part == looked_at:
                raise missing
            try:
                return await needed(self.service.objects).read(part, start, length)
            except ObjectMissing as error:
                # It may have been moved since the database was asked.
                missing, looked_at = error, part
