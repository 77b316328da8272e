"""Access tokens: secrets of which the database keeps only the hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

import psycopg
from psycopg.rows import class_row

from geo.access.roles import Caller, Role
from geo.errors import FlurwerkError
from geo.records.layers import LAYERS
from geo.store.database import AsyncConnection, Connection

PREFIX = "flw_"
ROLES = (Role.READER, Role.EDITOR, Role.ADMIN)

State = Literal["valid", "unknown", "expired", "revoked"]


class TokenError(FlurwerkError):
    """A token cannot be made or revoked as asked."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as listed: all but its secret."""

    name: str
    role: Role
    layers: list[str] | None
    state: State
    created_at: datetime
    created_by: str
    expires_on: date | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class SignIn(NamedTuple):
    """What became of a token: whose it is, if it is known; and as whom that person calls, if it is valid."""

    state: State
    name: str | None = None
    caller: Caller | None = None


def create(
    connection: Connection,
    name: str,
    role: Role,
    *,
    layers: list[str] | None = None,
    expires_on: date | None = None,
) -> str:
    """Make a token and return its secret, which nobody can read again. Raises TokenError."""
    unknown = [layer for layer in layers or () if layer not in LAYERS]
    if unknown:
        raise TokenError(f"“{unknown[0]}” is no layer.", f"Known are: {', '.join(LAYERS)}.")
    secret = PREFIX + secrets.token_urlsafe(32)
    try:
        with connection.transaction():
            if expires_on and connection.execute("select %s < flurwerk.today()", [expires_on]).fetchone() == (True,):
                raise TokenError(f"{expires_on} is over.", "Choose a later day: it is the last one of the token.")
            connection.execute(
                """
                insert into access.tokens (name, role, layers, hash, expires_on)
                values (%s, %s, %s, %s, %s)
                """,
                [name, role.value, layers, digest(secret), expires_on],
            )
    except psycopg.errors.UniqueViolation:
        raise TokenError(
            f"There is or was a token “{name}” already.", "Names stay taken, since history names them: choose another."
        ) from None
    except psycopg.errors.CheckViolation:
        raise TokenError(
            f"“{name}” cannot be a token's name.", "Take up to 63 letters, digits, spaces or ._@- within."
        ) from None
    return secret


def revoke(connection: Connection, name: str) -> None:
    """Make a token useless from now on. Raises TokenError where there is none of that name to revoke."""
    done = connection.execute(
        """
        update access.tokens
        set revoked_at = now(), revoked_by = flurwerk.actor()
        where name = %s
          and revoked_at is null
        """,
        [name],
    )
    if not done.rowcount:
        known = [token.name for token in listed(connection) if token.state != "revoked"]
        hint = f"There are: {', '.join(known)}." if known else "None is left."
        raise TokenError(f"There is no token “{name}” to revoke.", hint)


def listed(connection: Connection) -> list[Token]:
    """All tokens, the newest last."""
    with connection.cursor(row_factory=class_row(Token)) as cursor:
        return cursor.execute(
            """
            select
                name,
                role,
                layers,
                case
                    when revoked_at is not null then 'revoked'
                    when expires_on < flurwerk.today() then 'expired'
                    else 'valid'
                end as state,
                created_at,
                created_by,
                expires_on,
                revoked_at,
                last_used_at
            from access.tokens
            order by created_at, name
            """
        ).fetchall()


async def sign_in(connection: AsyncConnection, secret: str) -> SignIn:
    """Whose token this is. The connection's transaction has to be one that may write, and short."""
    cursor = await connection.execute("select name, state, role, layers from access.sign_in(%s)", [digest(secret)])
    found = await cursor.fetchone()
    if found is None:
        return SignIn("unknown")
    name, state, role, layers = found
    if state != "valid":
        return SignIn(state, name)
    return SignIn(state, name, Caller(Role(role), name, None if layers is None else frozenset(layers)))


def digest(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).digest()
