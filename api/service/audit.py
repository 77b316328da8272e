"""The audit log: one line for each sign-in, refused request, and token created or revoked.

It contains names only, never a token or its hash.
"""

import logging
import time
from urllib.parse import quote

from fastapi import Request

from geo.access import Caller
from geo.access.tokens import PREFIX

SILENCE_S = 15 * 60
"""After this long without a request, the next one with the same token counts as a new sign-in."""

SECRET_FORM = rf"{PREFIX}[\w-]{{8,}}"
"""Pattern of a token, which must not appear in any log, not even as part of a URL."""

log = logging.getLogger("flurwerk.audit")


class SignIns:
    """Remembers when each token was last used in this process."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def note(self, request: Request, caller: Caller) -> None:
        """Log the first use of the caller's token, and the first after a pause of SILENCE_S."""
        assert caller.name is not None
        now = time.monotonic()
        last = self._last.get(caller.name)
        self._last[caller.name] = now
        if last is None or now - last > SILENCE_S:
            log.info("signed in: name=%s role=%s %s", quoted(caller.name), caller.role.value, _origin(request))


def session_started(request: Request, caller: Caller) -> None:
    """Log a sign-in on the web page."""
    assert caller.name is not None
    log.info("session started: name=%s role=%s %s", quoted(caller.name), caller.role.value, _origin(request))


def session_ended(request: Request, name: str) -> None:
    """Log a sign-out on the web page."""
    log.info("session ended: name=%s %s", quoted(name), _origin(request))


def refused(request: Request, status: int, reason: str) -> None:
    """Log a request that was refused because of its caller."""
    caller: Caller | None = getattr(request.state, "caller", None)
    name = quoted(caller.name) if caller and caller.name else "-"
    log.warning("refused: status=%d name=%s %s reason=%s", status, name, _origin(request), quoted(reason))


def token_made(name: str, role: str, expires_on: object, layers: list[str] | None) -> None:
    """Log a new token."""
    of = ",".join(layers) if layers else "all"
    log.info("token created: name=%s role=%s expires=%s layers=%s", quoted(name), role, expires_on or "never", of)


def token_revoked(name: str) -> None:
    """Log the revocation of a token."""
    log.info("token revoked: name=%s", quoted(name))


def quoted(text: str) -> str:
    """Return the text on one line, in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


def _origin(request: Request) -> str:
    client = request.client.host if request.client else "-"
    return f"client={client} method={request.method} path={quote(request.url.path)}"
