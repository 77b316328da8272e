"""Asking a map service: only at the address that the profile names, for a short time, for a bounded answer."""

import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, NamedTuple

from geo.errors import FlurwerkError

CHUNK = 65_536


class NoAnswer(FlurwerkError):
    """A map service has not answered, or not with what it was asked for. The message is not for readers."""


class NotThere(NoAnswer):
    """The service has nothing at this address, as outside of the area that its tiles cover."""


class Answer(NamedTuple):
    """The body of an answer and its media type, without parameters, in small letters."""

    body: bytes
    media_type: str
    charset: str | None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Another address than the configured one is not asked, wherever a service would send us."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def ask(address: str, deadline: float, largest: int, media_types: Sequence[str]) -> Answer:
    """Return what a service answers to GET, if it is of one of these media types (their beginnings).

    ``deadline`` is an instant of time.monotonic() that holds for the whole answer, ``largest`` its size in bytes.
    Raises NoAnswer, or NotThere for the statuses 204, 404 and 410. Proxies are those of the environment.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "Flurwerk", "Accept": ", ".join(media_types)})
    try:
        with _OPENER.open(request, timeout=_left(deadline)) as response:
            media_type = response.headers.get_content_type().lower()
            if response.status == 204:
                raise NotThere("The map service has nothing here.")
            body = _body(response, deadline, largest)
            if not media_type.startswith(tuple(media_types)):
                raise NoAnswer(f"The map service has answered with {media_type}.")
            return Answer(body, media_type, response.headers.get_content_charset())
    except urllib.error.HTTPError as error:
        error.close()
        kind = NotThere if error.code in (404, 410) else NoAnswer
        raise kind(f"The map service has answered with status {error.code}.") from None
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise NoAnswer(f"The map service does not answer: {error}.") from None


def _body(response: Any, deadline: float, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > largest:
            raise NoAnswer(f"The map service's answer is larger than {largest:,} bytes.")
        _left(deadline)
    return b"".join(chunks)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NoAnswer("The map service takes too long.")
    return left
