"""Sessions: what a browser keeps in place of a token. The database keeps only the hash of a session's secret.

A session is never good for more or for longer than the token from which it began.
"""

import hmac
import secrets
from datetime import datetime
from typing import Literal, NamedTuple

from geo.access.roles import Caller, Role
from geo.access.tokens import PREFIX, digest
from geo.store.database import AsyncConnection

SECRET_PREFIX = f"{PREFIX}session_"
"""A session's secret looks like a token's, so that no log shows it, but is none."""

State = Literal["valid", "unknown", "expired", "revoked", "ended"]


class Session(NamedTuple):
    """What became of a token or a cookie: whose it is, if it is known; as whom and until when, if it is good."""

    state: State
    name: str | None = None
    caller: Caller | None = None
    expires_at: datetime | None = None


def new_secret() -> str:
    """The secret of a session that is about to begin."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def csrf_token(secret: str) -> str:
    """What a page has to know to write: it follows from the session's secret, which no page can read."""
    return hmac.new(secret.encode(), b"csrf", "sha256").hexdigest()


def is_csrf_token(given: str | None, secret: str) -> bool:
    """Whether that is what the page was given."""
    return hmac.compare_digest((given or "").encode(), csrf_token(secret).encode())


async def start(connection: AsyncConnection, token: str, secret: str) -> Session:
    """Begin a session by a token. The connection's transaction has to be one that may write, and short."""
    return await _session(
        connection,
        "select name, state, role, layers, expires_at from access.start_session(%s, %s)",
        [digest(token), digest(secret)],
    )


async def resume(connection: AsyncConnection, secret: str) -> Session:
    """Whose session this is. The connection has to be one like that of `start`."""
    return await _session(
        connection, "select name, state, role, layers, expires_at from access.resume_session(%s)", [digest(secret)]
    )


async def end(connection: AsyncConnection, secret: str) -> str | None:
    """End a session; the name of its token, None where there is no such session."""
    row = await (await connection.execute("select access.end_session(%s)", [digest(secret)])).fetchone()
    return row[0] if row else None


async def _session(connection: AsyncConnection, query: str, hashes: list[bytes]) -> Session:
    found = await (await connection.execute(query.encode(), hashes)).fetchone()
    if found is None:
        return Session("unknown")
    name, state, role, layers, expires_at = found
    if state != "valid":
        return Session(state, name)
    return Session(state, name, Caller(Role(role), name, None if layers is None else frozenset(layers)), expires_at)
