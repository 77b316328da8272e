"""Sign-in for the web pages: exchanges a token for a session, kept in a cookie that scripts cannot read."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.service import audit
from api.service.callers import COOKIE, SessionEnded, deleting_cookie, refuse_other_sites, refuse_without_csrf_token
from api.service.connections import ANONYMOUS
from api.service.dependencies import CurrentService, Service, caller
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from api.service.rates import limit
from geo.access import Caller, Role, sessions
from geo.access.rates import LimitedKind
from geo.store.pools import borrow_autocommit

PATH = "/api/session"
INVALID_TOKEN = "This token is not valid here: it is unknown, expired or revoked. Ask the operator of this service."

router = APIRouter(prefix="/api", tags=["Session"])


class Credentials(BaseModel):
    """The credentials for signing in."""

    token: Annotated[str, Field(min_length=1, max_length=200, description="An access token.")]


class Session(BaseModel):
    """The current session: who is signed in, and with which rights."""

    name: Annotated[str | None, Field(description="The token's name; null when not signed in.")]
    role: Literal["public", "reader", "editor", "admin"]
    layers: Annotated[list[str] | None, Field(description="The layers to which the role applies; null for all.")]
    expires_at: Annotated[datetime | None, Field(description="When the session expires.")]
    csrf: Annotated[
        str | None,
        Field(description="The value to send as `X-CSRF-Token` with every write; null without a session."),
    ]


def _session_of(who: Caller, expires_at: datetime | None = None, secret: str | None = None) -> Session:
    return Session(
        name=who.name,
        role=who.role.value,
        layers=sorted(who.layers) if who.layers is not None else None,
        expires_at=expires_at,
        csrf=sessions.csrf_token(secret) if secret else None,
    )


@router.post("/session", responses=problem_responses(403, 413, 503))
async def sign_in(request: Request, response: Response, service: CurrentService, credentials: Credentials) -> Session:
    """Start a session of 12 hours with a token. Its cookie works on this site's own pages only; scripts cannot read it.

    Attempts with an invalid token are counted per client address; beyond ten a minute the response is 429.
    """
    refuse_other_sites(request)
    secret = sessions.new_secret()
    async with borrow_autocommit(service.pools[Role.PUBLIC]) as connection:
        found = await sessions.start(connection, credentials.token, secret)
    if found.caller is None or found.expires_at is None:
        await limit(request, service.settings, service.pools[Role.PUBLIC], LimitedKind.SIGN_IN)
        reason = f"{found.state} token" + (f" {found.name}" if found.name else "")
        raise Refusal(HTTPStatus.UNAUTHORIZED, INVALID_TOKEN, reason=reason)
    audit.session_started(request, found.caller)
    await _end(request, service)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int((found.expires_at - datetime.now(UTC)).total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return _session_of(found.caller, found.expires_at, secret)


@router.get("/session", responses=problem_responses(503))
async def session(request: Request, response: Response, service: CurrentService) -> Session:
    """Return the current session. If it has expired, return the anonymous role and delete the cookie."""
    try:
        who = await caller(request)
    except SessionEnded:
        response.headers["Set-Cookie"] = deleting_cookie()
        return _session_of(Caller(ANONYMOUS[service.settings.anonymous_audience]))
    secret = request.cookies.get(COOKIE)
    if secret is None or "authorization" in request.headers:
        return _session_of(who)
    return _session_of(who, request.state.expires_at, secret)


@router.delete("/session", status_code=204, responses=problem_responses(403, 503))
async def sign_out(request: Request, response: Response, service: CurrentService) -> None:
    """End the session. Succeeds without a session, too."""
    secret = request.cookies.get(COOKIE)
    if secret:
        refuse_other_sites(request)
        refuse_without_csrf_token(request, secret)
        await _end(request, service)
    response.headers["Set-Cookie"] = deleting_cookie()


@router.options(
    "/session",
    response_class=Response,
    responses={200: {"description": "See `Allow`.", "headers": {"Allow": {"schema": {"type": "string"}}}}},
)
async def options() -> Response:
    """List the methods that the session supports."""
    return Response(headers={"Allow": "DELETE, GET, HEAD, OPTIONS, POST"})


async def _end(request: Request, service: Service) -> None:
    """End the session of the request's cookie, if there is one."""
    secret = request.cookies.get(COOKIE)
    if secret is None:
        return
    async with borrow_autocommit(service.pools[Role.PUBLIC]) as connection:
        name = await sessions.end(connection, secret)
    if name:
        audit.session_ended(request, name)
