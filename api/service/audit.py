"""The audit: one line of the log for who signed in, who was refused, which token was made or revoked.

Never a token nor its hash: names only.
"""

import logging
import time
from urllib.parse import quote

from fastapi import Request

from geo.access import Caller
from geo.access.tokens import PREFIX

SILENCE_S = 15 * 60
"""After how long without a request the next one by the same token counts as a sign-in again."""

SECRET_FORM = rf"{PREFIX}[\w-]{{8,}}"
"""What looks like a token, which no log may hold whatever was asked for."""

log = logging.getLogger("flurwerk.audit")


class SignIns:
    """When each token was last used in this process."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def note(self, request: Request, caller: Caller) -> None:
        """Log the first use, and the first one after a silence."""
        assert caller.name is not None
        now = time.monotonic()
        last = self._last.get(caller.name)
        self._last[caller.name] = now
        if last is None or now - last > SILENCE_S:
            log.info("signed in: name=%s role=%s %s", quoted(caller.name), caller.role.value, _asked(request))


def session_started(request: Request, caller: Caller) -> None:
    """Log that somebody signed in on the page."""
    assert caller.name is not None
    log.info("session started: name=%s role=%s %s", quoted(caller.name), caller.role.value, _asked(request))


def session_ended(request: Request, name: str) -> None:
    """Log that somebody signed out."""
    log.info("session ended: name=%s %s", quoted(name), _asked(request))


def refused(request: Request, status: int, reason: str) -> None:
    """Log that a request was refused for who sent it."""
    caller: Caller | None = getattr(request.state, "caller", None)
    name = quoted(caller.name) if caller and caller.name else "-"
    log.warning("refused: status=%d name=%s %s reason=%s", status, name, _asked(request), quoted(reason))


def token_made(name: str, role: str, expires_on: object, layers: list[str] | None) -> None:
    """Log a new token."""
    of = ",".join(layers) if layers else "all"
    log.info("token created: name=%s role=%s expires=%s layers=%s", quoted(name), role, expires_on or "never", of)


def token_revoked(name: str) -> None:
    """Log the end of a token."""
    log.info("token revoked: name=%s", quoted(name))


def quoted(text: str) -> str:
    """The text on one line, in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


def _asked(request: Request) -> str:
    client = request.client.host if request.client else "-"
    return f"client={client} method={request.method} path={quote(request.url.path)}"
