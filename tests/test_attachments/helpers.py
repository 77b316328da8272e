"""Files as they are sent, good and bad, and requests with them."""

import io
import struct
import zlib
from hashlib import sha256
from typing import Any

import httpx
from PIL import Image

from geo.records.attachments.content import read_content
from geo.records.attachments.storing import ADD_BYTES, ADD_CONTENT
from tests.records import Connection, insert
from tests.test_api.helpers import Api

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 1\ntrailer\n"
PDF += b"<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
SECRET = b"Geheimer Kommentar"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 32), colour: str = "#1a7f37", **saved: Any) -> bytes:
    """A picture of one colour in a format of Pillow."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **saved)
    return file.getvalue()


def phone_photo() -> bytes:
    """A photo as phones take it: lying on its side, with its position, the camera and a comment."""
    left = Image.new("RGB", (60, 40), "#c00000")
    left.paste("#0000c0", (30, 0, 60, 40))
    exif = left.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamerawerk"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (51.0, 30.0, 12.5), "E", (7.0, 28.0, 1.5)
    file = io.BytesIO()
    left.save(file, "JPEG", exif=exif, comment=SECRET, quality=95)
    return file.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes whose head promises 20,000 by 20,000 pixels."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


def webp_bomb() -> bytes:
    """A WebP whose head promises 16,383 by 16,383 pixels."""
    body = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (16382).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def upload(client: Api, sent: bytes, /, role: str = "editor", name: str = "foto.jpg", **given: Any) -> httpx.Response:
    """Send a file as somebody of that role, in English."""
    parameters = {"name": name, "lang": "en", **given}
    return client.request("POST", "/api/attachments", params=parameters, content=sent, headers={"X-Role": role})


def uploaded(client: Api, sent: bytes, /, **given: Any) -> int:
    """Send a file that must be accepted; return its id."""
    response = upload(client, sent, **given)
    assert response.status_code in (200, 201), response.text
    return response.json()["id"]


def attach(connection: Connection, sent: bytes, **values: object) -> int:
    """Store a file of a record as its upload does, and return the attachment's id."""
    stored = read_content(sent)
    digest = sha256(sent).hexdigest()
    connection.execute(ADD_CONTENT, [digest, stored.media_type, stored.width_px, stored.height_px])
    for rendition, file in stored.renditions.items():
        connection.execute(ADD_BYTES, [digest, rendition, file.media_type, file.content])
    return insert(connection, "attachments", **{"file_name": "foto.jpg", "sha256": digest} | values)


def content(
    client: Api, attachment: int, /, role: str = "editor", rendition: str = "full", **headers: str
) -> httpx.Response:
    """Fetch what an attachment contains."""
    path = f"/api/attachments/{attachment}/content"
    sent = {"X-Role": role, **{key.replace("_", "-"): value for key, value in headers.items()}}
    return client.request("GET", path, params={"rendition": rendition}, headers=sent)


def shown(response: httpx.Response) -> Image.Image:
    """The picture of a response."""
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))
