"""Sessions, which a browser holds instead of a token. The database stores only the hash of a session's secret.

A session never grants more, or lasts longer, than the token it was started with.
"""

import hmac
import secrets
from datetime import datetime
from typing import Literal, NamedTuple

from geo.access.roles import Caller, Role
from geo.access.tokens import PREFIX, digest
from geo.store.database import AsyncConnection

SECRET_PREFIX = f"{PREFIX}session_"
"""A session's secret begins like a token's, so that logs redact it, but it is not a token."""

State = Literal["valid", "unknown", "expired", "revoked", "ended"]


class Session(NamedTuple):
    """The outcome of looking up a token or cookie: its name if known; its caller and expiry if valid."""

    state: State
    name: str | None = None
    caller: Caller | None = None
    expires_at: datetime | None = None


def new_secret() -> str:
    """Return a random secret for a new session."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def csrf_token(secret: str) -> str:
    """Return the token that a page must send in order to write, derived from the session's secret.

    The secret itself is in a cookie that scripts cannot read.
    """
    return hmac.new(secret.encode(), b"csrf", "sha256").hexdigest()


def is_csrf_token(given: str | None, secret: str) -> bool:
    """Whether ``given`` is the CSRF token of that session (compared in constant time)."""
    return hmac.compare_digest((given or "").encode(), csrf_token(secret).encode())


async def start(connection: AsyncConnection, token: str, secret: str) -> Session:
    """Start a session for a token's holder. The connection's transaction must be writable and short."""
    return await _session(
        connection,
        "select name, state, role, layers, expires_at from flurwerk_access.start_session(%s, %s)",
        [digest(token), digest(secret)],
    )


async def resume(connection: AsyncConnection, secret: str) -> Session:
    """Return the session with that secret. The same connection requirements as for `start` apply."""
    return await _session(
        connection,
        "select name, state, role, layers, expires_at from flurwerk_access.resume_session(%s)",
        [digest(secret)],
    )


async def end(connection: AsyncConnection, secret: str) -> str | None:
    """End a session. Return the name of its token, or None if there is no such session."""
    row = await (await connection.execute("select flurwerk_access.end_session(%s)", [digest(secret)])).fetchone()
    return row[0] if row else None


async def _session(connection: AsyncConnection, query: str, hashes: list[bytes]) -> Session:
    found = await (await connection.execute(query.encode(), hashes)).fetchone()
    if found is None:
        return Session("unknown")
    name, state, role, layers, expires_at = found
    if state != "valid":
        return Session(state, name)
    return Session(state, name, Caller(Role(role), name, None if layers is None else frozenset(layers)), expires_at)
