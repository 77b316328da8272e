"""Where the bytes of attachments come from and go to; no connection to the database waits for an object store."""

import asyncio
from collections.abc import Mapping

from api.service.dependencies import Service
from geo.access import Caller
from geo.records.attachments import storing
from geo.records.attachments.files import Content, Rendition
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
    places: dict[Rendition, Place] = {
        rendition: store.new_place(f"{digest}/{rendition}") for rendition in content.renditions
    }
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as connection:
        await storing.note(connection, places.values())
    await asyncio.gather(*(store.write(places[name], file.content) for name, file in content.renditions.items()))
    return places


async def read_part(
    service: Service,
    caller: Caller,
    audience: Audience,
    attachment: int,
    rendition: Rendition,
    start: int,
    length: int,
) -> bytes:
    """Return so many bytes of a rendition from ``start`` on; none if the audience no longer sees the attachment.

    Raises ObjectStoreFailed, of which ObjectMissing says that the bytes are not where they should be.
    """
    missing: ObjectMissing | None = None
    looked_at: Place | None = None
    while True:
        async with borrow(service.pools[caller.role]) as connection:
            part = await storing.read_part(connection, audience, attachment, rendition, start, length)
        if not isinstance(part, Place):
            return part
        if missing and part == looked_at:
            raise missing
        try:
            return await needed(service.objects).read(part, start, length)
        except ObjectMissing as error:
            # It may have been moved since the database was asked.
            missing, looked_at = error, part
