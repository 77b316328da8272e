"""What is stored of a file, and how the process that decodes it passes it on (`python -m geo.records.attachments`)."""

import json
from dataclasses import dataclass
from typing import Literal, cast

from geo.errors import BilingualError
from geo.text import Text

MediaType = Literal["image/jpeg", "image/png", "image/webp", "application/pdf"]
Rendition = Literal["full", "medium", "small"]


class NotAccepted(BilingualError):
    """The file is of no type that is stored, or damaged, or larger than what can be decoded."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A rendition as it is stored and sent."""

    media_type: MediaType
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is, and its renditions: of a picture all three, of a document ``full`` alone."""

    media_type: MediaType
    width_px: int | None
    height_px: int | None
    renditions: dict[Rendition, StoredFile]


def packed(content: Content) -> bytes:
    """Return the content as `unpacked` reads it: a line of JSON, then the bytes of all renditions."""
    head = {
        "media_type": content.media_type,
        "width_px": content.width_px,
        "height_px": content.height_px,
        "renditions": {name: [one.media_type, len(one.content)] for name, one in content.renditions.items()},
    }
    return b"".join([json.dumps(head).encode(), b"\n", *(one.content for one in content.renditions.values())])


def refused(error: NotAccepted) -> bytes:
    """Return why a file is not accepted, as `unpacked` reads it."""
    message, hint = error.texts
    return json.dumps({"refused": [message.de, message.en, hint.de, hint.en]}).encode() + b"\n"


def unpacked(sent: bytes) -> Content:
    """Return what the process has made of a file. Raises NotAccepted."""
    line, _, rest = sent.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        de, en, hint_de, hint_en = head["refused"]
        raise NotAccepted(Text(de, en), Text(hint_de, hint_en))
    renditions: dict[Rendition, StoredFile] = {}
    for name, (media_type, size) in head["renditions"].items():
        renditions[cast(Rendition, name)] = StoredFile(media_type, rest[:size])
        rest = rest[size:]
    return Content(head["media_type"], head["width_px"], head["height_px"], renditions)
