"""Who is asking: the token of a request, or the cookie of a browser's session, and what it says."""

import base64
import binascii
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlsplit

from fastapi import Request, Response

from api.service import audit
from api.service.problems import ParameterError, Refusal
from api.service.rates import limit
from geo.access import Caller, sessions
from geo.access.rates import Limited
from geo.access.tokens import sign_in
from geo.settings import Settings
from geo.store.database import Pool
from geo.store.pools import borrow_autocommit

COOKIE = "flurwerk_session"
CSRF_HEADER = "X-CSRF-Token"
READING = ("GET", "HEAD", "OPTIONS")

NOT_SIGNED_IN = (
    "The request has an Authorization header without a token that is good here. Send “Authorization: Bearer …” with "
    "one that is, or the token as the password of Basic authentication, or leave the header away."
)


class SessionEnded(Refusal):
    """The cookie of a session that is over. It is taken back with the answer, so that the next request goes through."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED,
            "Your session is over: 12 hours have passed, you have signed out elsewhere, or its token was revoked. "
            "Sign in again; without that you go on as the public.",
            reason=reason,
            name="session-ended",
            title="The session is over",
            headers={"Set-Cookie": without_cookie()},
        )


async def signed_in(request: Request, settings: Settings, pool: Pool, sign_ins: audit.SignIns) -> Caller | None:
    """Who sent the request; None where it brings neither token nor session.

    Refuses a token or a session that is not good, for whatever reason. A token goes before a cookie. Refused tokens
    are counted; a good one is let in however many were refused before.
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
        # Whom the audit names if this request is refused.
        request.state.caller = found.caller
        refuse_other_sites(request)
        refuse_without_csrf_token(request, secret)
    return found.caller


def refuse_other_sites(request: Request) -> None:
    """Refuse what another site's page has the browser send."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_own = site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == request.url.netloc
    if not is_own:
        detail = "Another site's page sent this request. Whoever has signed in writes from this site's own pages only."
        raise Refusal(HTTPStatus.FORBIDDEN, detail, name="other-site", title="Sent by another site")


def refuse_without_csrf_token(request: Request, secret: str) -> None:
    """Refuse what the page did not send itself: nobody else can know what the header has to hold."""
    if not sessions.is_csrf_token(request.headers.get(CSRF_HEADER), secret):
        detail = f"Send the `csrf` that GET /api/session answers as “{CSRF_HEADER}”: this session is that of a cookie."
        error = ParameterError(parameter=CSRF_HEADER, detail="It is missing, or not this session's.")
        raise Refusal(HTTPStatus.FORBIDDEN, detail, [error], name="csrf", title="The page did not send this")


def without_cookie() -> str:
    """The header that takes the cookie back."""
    response = Response()
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response.headers["set-cookie"]


def _token(header: str) -> str | None:
    """The token of ``Bearer``, or the password of ``Basic``: GIS clients ask for a user and a password."""
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
    await limit(request, settings, pool, Limited.SIGN_IN)
    # What exactly is wrong is for the log: to a stranger all of these are the same.
    raise Refusal(HTTPStatus.UNAUTHORIZED, NOT_SIGNED_IN, reason=reason)
