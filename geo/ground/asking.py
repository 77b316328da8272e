"""Asking a map service: only at the address that the profile names, for a short time, for a bounded answer."""

import http.client
import io
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from functools import partial
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


class _Until(io.RawIOBase):
    """What a service sends up to an instant: a socket's own timeout begins anew with every byte."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        super().__init__()
        self._sock, self._deadline = sock, deadline
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, deadline: float, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Until(sock, deadline))


def _until(kind: Callable[..., http.client.HTTPConnection], deadline: float) -> Any:
    def connection(host: str, **named: Any) -> http.client.HTTPConnection:
        made = kind(host, **named)
        made.response_class = partial(_Response, deadline=deadline)  # pyright: ignore[reportAttributeAccessIssue]
        return made

    return connection


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_until(http.client.HTTPConnection, self._deadline), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_until(http.client.HTTPSConnection, self._deadline), req)


def ask(address: str, deadline: float, largest: int, media_types: Sequence[str]) -> Answer:
    """Return what a service answers to GET, if it is of one of these media types (their beginnings).

    ``deadline`` is an instant of time.monotonic() that holds for the whole answer, ``largest`` its size in bytes.
    Raises NoAnswer, or NotThere for the statuses 204, 404 and 410. Proxies are those of the environment.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "Flurwerk", "Accept": ", ".join(media_types)})
    try:
        opener = urllib.request.build_opener(_NoRedirects, _Http(deadline), _Https(deadline))
        with opener.open(request, timeout=_left(deadline)) as response:
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
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoAnswer(f"The map service does not answer: {error}.") from None


def _body(response: Any, deadline: float, largest: int) -> bytes:
    chunks: list[bytes] = []
    size, declared = 0, response.length or 0
    while chunk := response.read1(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > largest:
            raise NoAnswer(f"The map service's answer is larger than {largest:,} bytes.")
        _left(deadline)
    if size < declared:
        raise NoAnswer(f"The map service's answer ends after {size:,} of {declared:,} bytes.")
    return b"".join(chunks)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NoAnswer("The map service takes too long.")
    return left
