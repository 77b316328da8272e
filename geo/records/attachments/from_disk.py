"""Stores files of this machine as contents of attachments, without the service."""

from pathlib import Path

from geo.records.attachments.content import read_content
from geo.records.attachments.storing import ADD_BYTES, ADD_CONTENT, fingerprint
from geo.store.database import Connection


def keep_file(connection: Connection, path: Path) -> str:
    """Store what a file contains in the database, unless it is there already; return its fingerprint.

    An attachment refers to it by that. Raises NotAccepted if it is no photo or document that an upload could be.
    """
    sent = path.read_bytes()
    digest = fingerprint(sent)
    if connection.execute("select from flurwerk.attachment_contents where sha256 = %s", [digest]).fetchone() is None:
        content = read_content(sent)
        connection.execute(ADD_CONTENT, [digest, content.media_type, content.width_px, content.height_px])
        for rendition, file in content.renditions.items():
            connection.execute(ADD_BYTES, [digest, rendition, file.media_type, file.content], binary=True)
    return digest
