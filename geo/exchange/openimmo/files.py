"""The photos and documents of plots on offer that are made public, as files beside the XML."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import sql

from geo.records.attachments.files import MediaType
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import RENDITIONS, SCHEMAS, view_of
from geo.store.database import Connection
from geo.store.objects import Place

SUFFIXES: Mapping[MediaType, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
}
# Of photos what a screen shows (1600 pixels): portals make them smaller still.
WANTED = "case a.media_type when 'application/pdf' then 'full' else 'medium' end"


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A photo or document of a plot, in the rendition that is sent."""

    attachment: int
    caption: str | None
    media_type: MediaType

    @property
    def is_photo(self) -> bool:
        """Whether it is a photo."""
        return self.media_type != "application/pdf"

    @property
    def path(self) -> str:
        """The end of its name beside the XML, which always means the same bytes: an attachment's content is fixed."""
        return f"{'foto' if self.is_photo else 'dokument'}-{self.attachment}.{SUFFIXES[self.media_type]}"


def read_public_files(connection: Connection) -> Mapping[int, list[PublicFile]]:
    """Return what the public sees of the attachments, by plot and in order: the first photo is the title photo."""
    found: dict[int, list[PublicFile]] = defaultdict(list)
    statement = sql.SQL(
        """
        select a.plot, a.id, a.caption, r.media_type
        {public}
        order by a.plot, a.position, a.id
        """
    )
    for plot, *file in connection.execute(_composed(statement)):
        found[plot].append(PublicFile(*file))
    return found


def read_content(connection: Connection, file: PublicFile) -> bytes | tuple[Place, int] | None:
    """Return a file's bytes, or where in an object store so many of them are.

    None if the public does not see it any more.
    """
    statement = sql.SQL(
        """
        select r.content, r.bucket, r.object_key, r.size_bytes
        {public}
        where a.id = %s
        """
    )
    row = connection.execute(_composed(statement), [file.attachment], binary=True).fetchone()
    if row is None:
        return None
    content, bucket, key, size = row
    return (Place(bucket, key), size) if content is None else content


def _composed(statement: sql.SQL) -> sql.Composed:
    """Return the statement with its FROM clause ``public``: what the public sees, in the wanted rendition."""
    public = sql.SQL(
        """
        from {attachments} as a
        join {renditions} as r
          on r.attachment = a.id
         and r.rendition = {wanted}
        """
    ).format(
        attachments=view_of(Audience.PUBLIC, LAYERS["attachments"]),
        renditions=sql.Identifier(SCHEMAS[Audience.PUBLIC], RENDITIONS),
        wanted=sql.SQL(WANTED),
    )
    return statement.format(public=public)
