"""Writes, reads and deletes objects in the S3-compatible store of the settings. What they are is not known here.

Each call ends within the time of the settings, and none needs a connection to the database: nobody should hold one
while waiting here. An object is never overwritten, since no key is given out twice.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from geo.errors import BilingualError, ConfigurationError
from geo.settings import PREFIX, Settings
from geo.text import Text

NEEDED = ("s3_endpoint", "s3_bucket", "s3_key_id", "s3_secret")
"""The settings without which there is no store."""
CONNECT_S = 5
TRIES = 2
FULL = {"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage", "507"}
REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "401", "403"}
CAUSES = {"certificate": "invalid certificate", "dns error": "unknown host", "connect": "no connection"}
"""What the client says of a request that has had no answer, and what is told of it."""

CODE = re.compile(r"<Code>(\w+)</Code>")
STATUS = re.compile(r"status code:? (\d{3})|\b(40[134]|507) ")

Answer = TypeVar("Answer")


class Place(NamedTuple):
    """Where an object is."""

    bucket: str
    key: str


class Listed(NamedTuple):
    """An object as the store lists it."""

    place: Place
    size: int
    modified_at: datetime


class ObjectStoreFailed(BilingualError):
    """The store did not do what it was asked for. ``remedy`` is for whoever runs the service."""

    def __init__(self, message: Text, remedy: Text) -> None:
        """Take what is wrong, and what the operator does about it; others can only wait."""
        super().__init__(message, LATER)
        self.remedy = remedy


class ObjectMissing(ObjectStoreFailed):
    """The store works, but the object is not in it."""


LATER = Text(
    "Versuchen Sie es später noch einmal. Bleibt es so, hilft, wer den Dienst betreibt: flurwerk doctor",
    "Try again later. If it stays so, ask whoever runs the service: flurwerk doctor",
)
SETTINGS = "FLURWERK_S3_KEY_ID, FLURWERK_S3_SECRET"
GONE = Text("Die Datei fehlt im Dateispeicher.", "The file is missing in the object store.")
RESTORE = Text(
    "Holen Sie es aus einer Sicherung des Buckets zurück; flurwerk attachments check nennt alles, was fehlt.",
    "Bring it back from a backup of the bucket; flurwerk attachments check names all that is missing.",
)
NONE_SET = Text(
    "Die Datei liegt in einem Dateispeicher, der nicht mehr eingestellt ist.",
    "The file is in an object store that is not set any more.",
)


class ObjectStore:
    """The store of the settings: objects are written to its bucket, and read in whatever bucket they are."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings. Nothing is called yet. Raises ConfigurationError if one is missing."""
        for name in NEEDED:
            if getattr(settings, name) is None:
                variable = PREFIX + name.upper()
                raise ConfigurationError(
                    Text(
                        f"{variable} fehlt: Ohne das gibt es keinen Dateispeicher.",
                        f"{variable} is missing: there is no object store without it.",
                    ),
                    Text(
                        "Setzen Sie alle vier (docs/operations.md): FLURWERK_S3_ENDPOINT, _BUCKET, _KEY_ID, _SECRET.",
                        "Set all four (docs/operations.md): FLURWERK_S3_ENDPOINT, _BUCKET, _KEY_ID, _SECRET.",
                    ),
                )
        assert settings.s3_bucket
        self.bucket = settings.s3_bucket
        self.prefix = settings.s3_prefix
        self._settings = settings
        self._timeout_s = settings.s3_timeout_s
        self._clients: dict[str, S3Store] = {}

    def new_place(self, *parts: str) -> Place:
        """Return a place that nobody has had or gets again, for an object whose key says this."""
        return Place(self.bucket, f"{self.under(*parts)}-{secrets.token_hex(8)}")

    def under(self, *parts: str) -> str:
        """Return how keys begin that say this."""
        return "/".join((self.prefix, *parts))

    async def write(self, place: Place, content: bytes) -> None:
        """Write an object: as a whole, or not at all. Raises ObjectStoreFailed."""
        await self._in_time(obstore.put_async(self._client(place.bucket), place.key, content, use_multipart=False))

    async def read(self, place: Place, start: int, length: int) -> bytes:
        """Return so many bytes of an object from ``start`` on. Raises ObjectMissing and ObjectStoreFailed."""
        client = self._client(place.bucket)
        part = bytes(await self._in_time(obstore.get_range_async(client, place.key, start=start, length=length)))
        if len(part) != length:
            raise ObjectMissing(GONE, RESTORE)
        return part

    async def size(self, place: Place) -> int:
        """Return an object's size in bytes. Raises ObjectMissing and ObjectStoreFailed."""
        return (await self._in_time(obstore.head_async(self._client(place.bucket), place.key)))["size"]

    async def delete(self, place: Place) -> None:
        """Delete an object, if it is there. Raises ObjectStoreFailed."""
        try:
            await self._in_time(obstore.delete_async(self._client(place.bucket), place.key))
        except ObjectMissing:
            return

    async def listed(self, folder: str) -> AsyncIterator[Listed]:
        """Yield all objects whose keys begin with this and a slash. Raises ObjectStoreFailed."""
        stream = obstore.list(self._client(self.bucket), prefix=folder, chunk_size=1000)
        while chunk := await self._in_time(_next(stream)):
            for each in chunk:
                yield Listed(Place(self.bucket, each["path"]), each["size"], each["last_modified"])

    async def _in_time(self, called: Awaitable[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await called
        except TimeoutError:
            raise self._unreachable(f"{self._timeout_s:g} s") from None
        except (BaseError, OSError) as error:
            raise self._failed(error) from None

    def _client(self, bucket: str) -> S3Store:
        if bucket not in self._clients:
            given = self._settings
            endpoint = given.s3_endpoint or ""
            self._clients[bucket] = S3Store(
                bucket,
                endpoint=endpoint.rstrip("/"),
                region=given.s3_region,
                access_key_id=given.s3_key_id or "",
                secret_access_key=given.s3_secret or "",
                virtual_hosted_style_request=False,
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "connect_timeout": timedelta(seconds=min(CONNECT_S, self._timeout_s)),
                    "timeout": timedelta(seconds=self._timeout_s),
                },
                retry_config={"max_retries": TRIES, "retry_timeout": timedelta(seconds=self._timeout_s)},
            )
        return self._clients[bucket]

    def _failed(self, error: Exception) -> ObjectStoreFailed:
        """Say what went wrong by the store's code alone: its answer quotes keys, and addresses are the operator's."""
        told = str(error)
        found = {code[1] for code in CODE.finditer(told)} | {one or two for one, two in STATUS.findall(told)}
        if found & FULL:
            return ObjectStoreFailed(
                Text("Der Dateispeicher ist voll.", "The object store is full."),
                Text(
                    "Schaffen Sie Platz, oder erhöhen Sie das Kontingent des Buckets.",
                    "Make room, or raise the bucket's quota.",
                ),
            )
        if found & REFUSED:
            reason = ", ".join(sorted(found & REFUSED))
            return ObjectStoreFailed(
                Text(
                    f"Der Dateispeicher nimmt den Schlüssel des Dienstes nicht an (Meldung: {reason}).",
                    f"The object store refuses the service's key ({reason}).",
                ),
                Text(
                    f"Prüfen Sie {SETTINGS}, seine Rechte in {self.bucket} (lesen, schreiben, löschen, auflisten) und "
                    "die Uhr.",
                    f"Check {SETTINGS}, its rights in {self.bucket} (read, write, delete, list), and the clock.",
                ),
            )
        if "NoSuchBucket" in found:
            return ObjectStoreFailed(
                Text("Der Bucket des Dateispeichers fehlt.", "The object store's bucket is missing."),
                Text(
                    f"Legen Sie {self.bucket} an, nicht öffentlich, oder berichtigen Sie FLURWERK_S3_BUCKET.",
                    f"Make {self.bucket}, a private one, or correct FLURWERK_S3_BUCKET.",
                ),
            )
        if isinstance(error, FileNotFoundError) or found & {"NoSuchKey", "404"}:
            return ObjectMissing(GONE, RESTORE)
        cause = next((cause for part, cause in CAUSES.items() if part in told.lower()), "no answer")
        return self._unreachable(", ".join(sorted(found)) or cause)

    def _unreachable(self, reason: str) -> ObjectStoreFailed:
        return ObjectStoreFailed(
            Text(
                f"Der Dateispeicher antwortet nicht, wie er soll (Meldung: {reason}).",
                f"The object store does not answer as it should ({reason}).",
            ),
            Text(
                f"Prüfen Sie, ob {self._settings.s3_endpoint} läuft und von hier zu erreichen ist "
                "(FLURWERK_S3_ENDPOINT).",
                f"Check that {self._settings.s3_endpoint} runs and can be reached from here (FLURWERK_S3_ENDPOINT).",
            ),
        )


def object_store(settings: Settings) -> ObjectStore | None:
    """Return the store of the settings; None if they name none. Raises ConfigurationError if one is missing."""
    is_named = any(getattr(settings, name) is not None for name in NEEDED)
    return ObjectStore(settings) if is_named or settings.attachment_store == "s3" else None


def needed(store: ObjectStore | None) -> ObjectStore:
    """Return the store. Raises ObjectStoreFailed if there is none, but objects are in one."""
    if store is None:
        raise ObjectStoreFailed(
            NONE_SET,
            Text(
                "Setzen Sie FLURWERK_S3_ENDPOINT, _BUCKET, _KEY_ID und _SECRET wieder, bis flurwerk attachments move "
                "alles in die Datenbank geholt hat.",
                "Set FLURWERK_S3_ENDPOINT, _BUCKET, _KEY_ID and _SECRET again, until flurwerk attachments move has "
                "fetched all to the database.",
            ),
        )
    return store


async def _next(stream: AsyncIterator[Answer]) -> Answer | None:
    return await anext(stream, None)
