"""Whether a file is a PNG that every program can draw: complete, not too large, with all the pixels that it says."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from geo.text import Text

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PIXELS = 10_000_000
"""Whoever draws a picture first unpacks it: these are 40 MB, while a file of 100 kB can be 900 million pixels."""
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Values per pixel by the kind of colour."""


class Head(NamedTuple):
    """What a PNG says of itself first."""

    width: int
    height: int
    bits: int
    colour: int
    is_interlaced: bool


def problem_of_png(content: bytes) -> Text | None:
    """Return why a file that begins like a PNG cannot be drawn, or None."""
    chunks = list(_chunks(content))
    head = _head(chunks[0][1]) if chunks and chunks[0][0] == b"IHDR" else None
    if head is None or chunks[-1][0] != b"IEND":
        return Text("sie ist kein vollständiges PNG", "it is not a complete PNG")
    if head.width * head.height > LARGEST_PIXELS:
        return Text(
            f"sie hat {head.width} × {head.height} Bildpunkte; erlaubt sind {LARGEST_PIXELS}",
            f"it has {head.width:,} × {head.height:,} pixels; allowed are {LARGEST_PIXELS:,}",
        )
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    return None if _has_all_rows(head, packed) else Text("sie ist kein vollständiges PNG", "it is not a complete PNG")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each part up to the end, or to the first one that is damaged."""
    at = len(SIGNATURE)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        body, written = content[at + 4 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if len(written) < 4 or zlib.crc32(body) != int.from_bytes(written):
            return
        yield body[:4], body[4:]
        if body.startswith(b"IEND"):
            return
        at += 12 + length


def _head(body: bytes) -> Head | None:
    if len(body) != 13:
        return None
    width, height, bits, colour = int.from_bytes(body[:4]), int.from_bytes(body[4:8]), body[8], body[9]
    if not (width and height and colour in CHANNELS and bits in (1, 2, 4, 8, 16)):
        return None
    return Head(width, height, bits, colour, bool(body[12]))


def _has_all_rows(head: Head, packed: bytes) -> bool:
    """Whether the packed pixels are as many as the head says; of interlaced ones, at least whether there are any."""
    row = 1 + (head.width * head.bits * CHANNELS[head.colour] + 7) // 8
    try:
        unpacked = len(zlib.decompressobj().decompress(packed, row * head.height))
    except zlib.error:
        return False
    return unpacked > 0 if head.is_interlaced else unpacked == row * head.height
