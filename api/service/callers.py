"""Identifies callers by the token of the request or by the cookie of a browser session."""

import base64
import binascii
from http import HTTPStatus
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from fastapi import Request, Response

from api.service import audit
from api.service.problems import ParameterError, Refusal
from api.service.rates import limit
from geo.access import Caller, sessions
from geo.access.rates import LimitedKind
from geo.access.tokens import sign_in
from geo.settings import Settings
from geo.store.database import AsyncConnection
from geo.store.pools import Pool, borrow_autocommit

COOKIE = "flurwerk_session"
CSRF_HEADER = "X-CSRF-Token"
READING = ("GET", "HEAD", "OPTIONS")

NOT_SIGNED_IN = (
    "The Authorization header has no token that is valid here. Send “Authorization: Bearer …” with a valid token, send "
    "the token as the password of Basic authentication, or remove the header."
)


class Credentials(NamedTuple):
    """What a request signs in with: a token, or else a session's secret; neither, if nobody has signed in."""

    token: str | None
    session: str | None

    @classmethod
    def of(cls, request: Request) -> "Credentials":
        """Return those of a request that has been let in."""
        header = request.headers.get("authorization")
        return cls(_token(header), None) if header else cls(None, request.cookies.get(COOKIE))

    async def caller(self, connection: AsyncConnection) -> Caller | None:
        """Return whom they let in now; None: nobody. The connection must be that of the public role, in autocommit."""
        if self.token is not None:
            return (await sign_in(connection, self.token)).caller
        return (await sessions.resume(connection, self.session)).caller if self.session is not None else None


class SessionEnded(Refusal):
    """The request has the cookie of an ended session. The response deletes it, so the next request succeeds."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED,
            "Your session has ended: 12 hours have passed, you signed out elsewhere, or its token was revoked. "
            "Sign in again, or continue with public access.",
            reason=reason,
            name="session-ended",
            title="The session has ended",
            headers={"Set-Cookie": deleting_cookie()},
        )


async def identify(request: Request, settings: Settings, pool: Pool, sign_ins: audit.SignIns) -> Caller | None:
    """Return the caller; None if the request has neither a token nor a session. A token takes precedence.

    Raises Refusal (401) for an invalid token or session. Refused tokens are counted against the rate limit; a valid one
    is accepted regardless of the count.
    """
    headers = request.headers.getlist("authorization")
    if not headers:
        secret = request.cookies.get(COOKIE)
        return await _by_session(request, pool, secret) if secret else None
    token = _token(headers[0]) if len(headers) == 1 else None
    if token is None:
        await _refuse(request, settings, pool, "no token in the Authorization header")
    async with borrow_autocommit(pool) as connection:
        found = await sign_in(connection, token)
    if found.caller is None:
        await _refuse(request, settings, pool, f"{found.state} token" + (f" {found.name}" if found.name else ""))
    sign_ins.note(request, found.caller)
    return found.caller


async def _by_session(request: Request, pool: Pool, secret: str) -> Caller:
    async with borrow_autocommit(pool) as connection:
        found = await sessions.resume(connection, secret)
    if found.caller is None:
        raise SessionEnded(f"{found.state} session" + (f" of {found.name}" if found.name else ""))
    request.state.expires_at = found.expires_at
    if request.method not in READING:
        # The audit log names this caller if the request is refused below.
        request.state.caller = found.caller
        refuse_other_sites(request)
        refuse_without_csrf_token(request, secret)
    return found.caller


def refuse_other_sites(request: Request) -> None:
    """Refuse a request that another site's page made the browser send."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_own = not site or site in ("same-origin", "none")
    if not is_own or (origin and urlsplit(origin).netloc != request.url.netloc):
        detail = "Another site's page sent this request. A signed-in session can write from this site's own pages only."
        raise Refusal(HTTPStatus.FORBIDDEN, detail, name="other-site", title="Sent by another site")


def refuse_without_csrf_token(request: Request, secret: str) -> None:
    """Refuse a request without the session's CSRF token, which only this site's own page knows."""
    if not sessions.is_csrf_token(request.headers.get(CSRF_HEADER), secret):
        detail = f"Sessions based on a cookie must send the `csrf` value of GET /api/session as “{CSRF_HEADER}”."
        error = ParameterError(parameter=CSRF_HEADER, detail="It is missing or does not belong to this session.")
        raise Refusal(HTTPStatus.FORBIDDEN, detail, [error], name="csrf", title="Missing or wrong CSRF token")


def deleting_cookie() -> str:
    """Return the Set-Cookie header that deletes the session cookie."""
    response = Response()
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response.headers["set-cookie"]


def _token(header: str) -> str | None:
    """Return the token of ``Bearer``, or the password of ``Basic``: GIS clients ask for a user name and a password."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


async def _refuse(request: Request, settings: Settings, pool: Pool, reason: str) -> NoReturn:
    await limit(request, settings, pool, LimitedKind.SIGN_IN)
    # The exact reason is for the log only: strangers must not be able to tell the cases apart.
    raise Refusal(HTTPStatus.UNAUTHORIZED, NOT_SIGNED_IN, reason=reason)
