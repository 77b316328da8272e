"""Asks an address for JSON, whatever is there: nothing, another program, something slow or endless."""

import json
import ssl
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

WAIT_S = 10
"""How long an answer may take, from the question to its end."""

LARGEST = 1_000_000
"""Bytes of an answer that are read."""


class Unanswered(Exception):
    """There was no answer; the text says why."""

    def __init__(self, reason: str, *, is_certificate: bool = False) -> None:
        super().__init__(reason)
        self.is_certificate = is_certificate


class Answer(NamedTuple):
    """What an address answered: status, headers by lower-case name, and the beginning of the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body's object; an empty one if it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Unredirected(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it is the answer."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Make no further request."""


def usable(address: str) -> str:
    """Return an address of the web without its trailing slash. Raises ValueError, with the reason, if it is none."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it does not begin with https:// and a host")
    if parts.username or parts.password:
        raise ValueError("it contains a user or a password")
    # Raises ValueError if it is no number.
    _ = parts.port
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), "", ""))


def get(address: str, *, through_proxy: bool = True) -> Answer:
    """Return the answer of an address. ``through_proxy``: by the proxy in the environment, as other programs do.

    Raises Unanswered if there is none.
    """
    handlers: list[urllib.request.BaseHandler] = [Unredirected()]
    if not through_proxy:
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    deadline = time.monotonic() + WAIT_S
    try:
        request = urllib.request.Request(address, headers={"Accept": "application/json"})
        try:
            response = opener.open(request, timeout=WAIT_S)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = b""
            while len(body) < LARGEST and (piece := response.read1(65_536)):
                body += piece
                if time.monotonic() > deadline:
                    raise Unanswered(f"it has not ended after {WAIT_S} s")
            return Answer(response.status or 0, headers, body)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        words = str(reason) or type(reason).__name__
        raise Unanswered(words, is_certificate=isinstance(reason, ssl.SSLError)) from None
