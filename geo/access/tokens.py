"""Access tokens. The database stores only the hash of each token's secret."""

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
from geo.text import Text

PREFIX = "flw_"
ROLES = (Role.READER, Role.EDITOR, Role.ADMIN)

State = Literal["valid", "unknown", "expired", "revoked"]


class TokenError(FlurwerkError):
    """A token cannot be created or revoked."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as listed, without its secret."""

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
    """The outcome of looking up a token: its name if known, its caller if valid."""

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
    """Create a token and return its secret, which cannot be retrieved later. Raises TokenError."""
    unknown = [layer for layer in layers or () if layer not in LAYERS]
    if unknown:
        raise TokenError(
            Text(f"Den Layer „{unknown[0]}“ gibt es nicht.", f"There is no layer “{unknown[0]}”."),
            Text(f"Die Layer sind: {', '.join(LAYERS)}.", f"The layers are: {', '.join(LAYERS)}."),
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    try:
        with connection.transaction():
            if expires_on and connection.execute("select %s < flurwerk.today()", [expires_on]).fetchone() == (True,):
                raise TokenError(
                    Text(f"{expires_on} liegt in der Vergangenheit.", f"{expires_on} is in the past."),
                    Text(
                        "Wählen Sie heute oder später: Es ist der letzte Tag der Gültigkeit.",
                        "Choose today or later: the last day of validity.",
                    ),
                )
            connection.execute(
                """
                insert into flurwerk_access.tokens (name, role, layers, hash, expires_on)
                values (%s, %s, %s, %s, %s)
                """,
                [name, role.value, layers, digest(secret), expires_on],
            )
    except psycopg.errors.UniqueViolation:
        raise TokenError(
            Text(f"Ein Token „{name}“ gibt oder gab es schon.", f"There is or was already a token “{name}”."),
            Text(
                "Wählen Sie einen anderen Namen: Namen werden nicht wiederverwendet, weil sie in der Historie stehen.",
                "Choose another name: names are not reused, because they appear in history.",
            ),
        ) from None
    except psycopg.errors.CheckViolation:
        raise TokenError(
            Text(f"„{name}“ kann kein Name eines Tokens sein.", f"“{name}” cannot be a token's name."),
            Text(
                "Erlaubt sind bis zu 63 Buchstaben, Ziffern oder _, Leerzeichen und .@- nur dazwischen.",
                "Use up to 63 letters, digits or _, with spaces and .@- only in between.",
            ),
        ) from None
    return secret


def revoke(connection: Connection, name: str) -> None:
    """Revoke a token with immediate effect. Raises TokenError if there is no unrevoked token of that name."""
    done = connection.execute(
        """
        update flurwerk_access.tokens
        set revoked_at = now(), revoked_by = flurwerk.actor()
        where name = %s
          and revoked_at is null
        """,
        [name],
    )
    if not done.rowcount:
        known = [token.name for token in list_tokens(connection) if token.state != "revoked"]
        names = ", ".join(known)
        hint = (
            Text(f"Es gibt die Token {names}.", f"The tokens are: {names}.")
            if known
            else Text("Es ist kein Token mehr zu widerrufen.", "There are no tokens left to revoke.")
        )
        raise TokenError(
            Text(f"Es gibt kein Token „{name}“ zu widerrufen.", f"There is no token “{name}” to revoke."), hint
        )


def list_tokens(connection: Connection) -> list[Token]:
    """Return all tokens, the newest last."""
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
            from flurwerk_access.tokens
            order by created_at, name
            """
        ).fetchall()


async def sign_in(connection: AsyncConnection, secret: str) -> SignIn:
    """Look up a token by its secret. The connection's transaction must be writable and short."""
    cursor = await connection.execute(
        "select name, state, role, layers from flurwerk_access.sign_in(%s)", [digest(secret)]
    )
    found = await cursor.fetchone()
    if found is None:
        return SignIn("unknown")
    name, state, role, layers = found
    if state != "valid":
        return SignIn(state, name)
    return SignIn(state, name, Caller(Role(role), name, None if layers is None else frozenset(layers)))


def digest(secret: str) -> bytes:
    """Return the hash of a secret. Secrets are long and random, so a fast hash is sufficient."""
    return hashlib.sha256(secret.encode()).digest()
