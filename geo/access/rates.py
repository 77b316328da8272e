"""Rate limits per client and kind of request, counted in the database for all processes together."""

import hmac
import ipaddress
from enum import StrEnum
from typing import NamedTuple

from geo.settings import Settings
from geo.store.database import AsyncConnection, login_password

PURPOSE = "rate limits"


class LimitedKind(StrEnum):
    """The kinds of requests that are limited, each counted separately."""

    SIGN_IN = "sign-in"
    """Attempts to sign in with an invalid token."""
    EXPORT = "export"
    """Downloads of records, hand-outs and report documents."""
    COMPUTE = "compute"
    """Forms that need no token and whose answer is expensive to compute."""


class Client(NamedTuple):
    """The sender of a request: the token's name, or the remote address if nobody has signed in."""

    token: str | None
    address: str | None


def allowance(settings: Settings, kind: LimitedKind) -> int:
    """Return how many requests of a kind a client may send per minute, or at once after a pause; 0: no limit."""
    return {
        LimitedKind.SIGN_IN: settings.failed_sign_ins_per_minute,
        LimitedKind.EXPORT: settings.exports_per_minute,
        LimitedKind.COMPUTE: settings.computations_per_minute,
    }[kind]


def client_key(settings: Settings, kind: LimitedKind, client: Client) -> bytes:
    """Return the key by which the database identifies a client: an HMAC-SHA-256 with the service's secret.

    IPv6 addresses are counted by their first 64 bits, the size of the network that one subscriber is assigned.
    """
    named = f"token {client.token}" if client.token else f"address {_network(client.address)}"
    # A private server on this machine has neither a secret nor a password.
    secret = login_password(settings, PURPOSE) or PURPOSE
    return hmac.digest(secret.encode(), f"{kind} {named}".encode(), "sha256")


async def count(connection: AsyncConnection, settings: Settings, kind: LimitedKind, client: Client) -> float:
    """Count a request; return 0, or the seconds until the next of its kind is allowed. Refused ones are not counted.

    The connection must use the public login and autocommit.
    """
    values = [client_key(settings, kind, client), allowance(settings, kind)]
    row = await (await connection.execute("select flurwerk_access.count_request(%s, %s::integer)", values)).fetchone()
    return row[0] if row else 0.0


def _network(address: str | None) -> str:
    try:
        read = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "-"
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    return str(read.ipv4_mapped or ipaddress.ip_network((int(read), 64), strict=False))
