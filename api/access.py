"""Signing in on the page: a token is exchanged for a session, whose secret stands in a cookie that no script reads."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.service import audit
from api.service.callers import (
    COOKIE,
    SessionEnded,
    refuse_other_sites,
    refuse_without_csrf_token,
    without_cookie,
)
from api.service.dependencies import ANONYMOUS, AskedService, Service, caller
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from api.service.rates import limit
from geo.access import Caller, Role, sessions
from geo.access.rates import Limited
from geo.store.pools import borrow_autocommit

PATH = "/api/session"
NOT_GOOD = "This token is not good here: it is unknown, has expired or was revoked. Ask whoever runs this service."

router = APIRouter(prefix="/api", tags=["Session"])


class Credentials(BaseModel):
    """What one signs in with."""

    token: Annotated[str, Field(min_length=1, max_length=200, description="An access token.")]


class Session(BaseModel):
    """As whom the page is asking."""

    name: Annotated[str | None, Field(description="The token's name; null: not signed in.")]
    role: Literal["public", "reader", "editor", "admin"]
    layers: Annotated[list[str] | None, Field(description="The layers for which the role holds; null: for all.")]
    expires_at: Annotated[datetime | None, Field(description="When the session ends by itself.")]
    csrf: Annotated[
        str | None,
        Field(description="What every request that writes has to send as `X-CSRF-Token`; null without a session."),
    ]


def _described(who: Caller, expires_at: datetime | None = None, secret: str | None = None) -> Session:
    return Session(
        name=who.name,
        role=who.role.value,
        layers=sorted(who.layers) if who.layers is not None else None,
        expires_at=expires_at,
        csrf=sessions.csrf_token(secret) if secret else None,
    )


@router.post("/session", responses=problem_responses(403, 413, 503))
async def sign_in(request: Request, response: Response, asked: AskedService, credentials: Credentials) -> Session:
    """Begin a session of 12 hours by a token. Its cookie is for this site's own pages only, and no script reads it.

    Tokens that are not good are counted, by the address that they come from: above ten a minute the answer is 429.
    """
    refuse_other_sites(request)
    secret = sessions.new_secret()
    async with borrow_autocommit(asked.pools[Role.PUBLIC]) as connection:
        found = await sessions.start(connection, credentials.token, secret)
    if found.caller is None or found.expires_at is None:
        await limit(request, asked.settings, asked.pools[Role.PUBLIC], Limited.SIGN_IN)
        reason = f"{found.state} token" + (f" {found.name}" if found.name else "")
        raise Refusal(HTTPStatus.UNAUTHORIZED, NOT_GOOD, reason=reason)
    audit.session_started(request, found.caller)
    await _end(request, asked)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int((found.expires_at - datetime.now(UTC)).total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return _described(found.caller, found.expires_at, secret)


@router.get("/session", responses=problem_responses(503))
async def session(request: Request, response: Response, asked: AskedService) -> Session:
    """As whom the page is asking. A session that is over is told by the role that is left."""
    try:
        who = await caller(request)
    except SessionEnded:
        response.headers["Set-Cookie"] = without_cookie()
        return _described(Caller(ANONYMOUS[asked.settings.anonymous_audience]))
    secret = request.cookies.get(COOKIE)
    if secret is None or "authorization" in request.headers:
        return _described(who)
    return _described(who, request.state.expires_at, secret)


@router.delete("/session", status_code=204, responses=problem_responses(403, 503))
async def sign_out(request: Request, response: Response, asked: AskedService) -> None:
    """End the session. Without one there is nothing to do, and that is done."""
    secret = request.cookies.get(COOKIE)
    if secret:
        refuse_other_sites(request)
        refuse_without_csrf_token(request, secret)
        await _end(request, asked)
    response.headers["Set-Cookie"] = without_cookie()


@router.options(
    "/session",
    response_class=Response,
    responses={200: {"description": "In `Allow`.", "headers": {"Allow": {"schema": {"type": "string"}}}}},
)
async def options() -> Response:
    """What can be done with the session."""
    return Response(headers={"Allow": "DELETE, GET, HEAD, OPTIONS, POST"})


async def _end(request: Request, asked: Service) -> None:
    """End the session that the request brings, if it brings one."""
    secret = request.cookies.get(COOKIE)
    if secret is None:
        return
    async with borrow_autocommit(asked.pools[Role.PUBLIC]) as connection:
        name = await sessions.end(connection, secret)
    if name:
        audit.session_ended(request, name)
