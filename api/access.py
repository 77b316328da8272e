"""Who is asking: the token of a request, and what it says."""

import base64
import binascii
from http import HTTPStatus
from typing import NoReturn

from fastapi import Request

from api import audit
from api.problems import Refusal
from geo.access import Caller
from geo.access.tokens import sign_in
from geo.database import Pool
from geo.pools import borrow_for_one

NOT_SIGNED_IN = (
    "The request has an Authorization header without a token that is good here. Send “Authorization: Bearer …” with "
    "one that is, or the token as the password of Basic authentication, or leave the header away."
)


async def signed_in(request: Request, pool: Pool, sign_ins: audit.SignIns) -> Caller | None:
    """Who sent the request; None where it brings no token. Refuses one that is not good, for whatever reason."""
    headers = request.headers.getlist("authorization")
    if not headers:
        return None
    token = _token(headers[0]) if len(headers) == 1 else None
    if token is None:
        _refuse(request, "no token in the Authorization header")
    async with borrow_for_one(pool) as connection:
        found = await sign_in(connection, token)
    if found.caller is None:
        _refuse(request, f"{found.state} token" + (f" {found.name}" if found.name else ""))
    sign_ins.note(request, found.caller)
    return found.caller


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


def _refuse(request: Request, reason: str) -> NoReturn:
    # What exactly is wrong is for the log: to a stranger all of these are the same.
    raise Refusal(HTTPStatus.UNAUTHORIZED, NOT_SIGNED_IN, reason=reason)
