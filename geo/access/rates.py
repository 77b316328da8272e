"""Rate limits: how many requests of a kind each client may send, counted in the database for all processes."""

import hmac
import ipaddress
from enum import StrEnum
from typing import NamedTuple

from geo.settings import Settings
from geo.store.database import AsyncConnection, login_password

PURPOSE = "rate limits"


class Limited(StrEnum):
    """The kinds of requests that are counted, each on its own."""

    SIGN_IN = "sign-in"
    """Attempts to sign in with a token that is not good."""
    EXPORT = "export"
    """Files of records, hand-outs and documents of reports."""
    COMPUTE = "compute"
    """Forms whose answer takes the database more than a moment, and which need no token."""


class Client(NamedTuple):
    """Who sends requests: the token's name, or the remote address where nobody has signed in."""

    token: str | None
    address: str | None


def allowance(settings: Settings, kind: Limited) -> int:
    """Return how many requests of that kind a client may send a minute, and at once after a pause; 0: any number."""
    return {
        Limited.SIGN_IN: settings.failed_sign_ins_per_minute,
        Limited.EXPORT: settings.exports_per_minute,
        Limited.COMPUTE: settings.computations_per_minute,
    }[kind]


def client_key(settings: Settings, kind: Limited, client: Client) -> bytes:
    """Return what the database knows a client by: an HMAC-SHA-256 keyed with the service's secret.

    IPv6 addresses count by their first 64 bits, which is what one connection gets.
    """
    named = f"token {client.token}" if client.token else f"address {_network(client.address)}"
    # The private server on this machine has neither a secret nor a password.
    secret = login_password(settings, PURPOSE) or PURPOSE
    return hmac.digest(secret.encode(), f"{kind} {named}".encode(), "sha256")


async def count(connection: AsyncConnection, settings: Settings, kind: Limited, client: Client) -> float:
    """Count a request; return 0, or in how many seconds the next of its kind is allowed. A refused one costs nothing.

    The connection has to be one of the public's that commits every statement.
    """
    values = [client_key(settings, kind, client), allowance(settings, kind)]
    row = await (await connection.execute("select access.count_request(%s, %s::integer)", values)).fetchone()
    return row[0] if row else 0.0


def _network(address: str | None) -> str:
    try:
        read = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "-"
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    return str(read.ipv4_mapped or ipaddress.ip_network((int(read), 64), strict=False))
