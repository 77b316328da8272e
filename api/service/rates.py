"""Limits how many requests of a kind a client may send."""

from http import HTTPStatus
from math import ceil

from fastapi import Request

from api.service.problems import Refusal
from api.service.weights import language_of
from geo.access import Caller
from geo.access.rates import Client, LimitedKind, allowance, count
from geo.records.layers.layer import Text
from geo.settings import Settings
from geo.store.pools import Pool, borrow_autocommit

DETAIL = {
    LimitedKind.SIGN_IN: Text(
        "Zu viele Anmeldungen mit einem ungültigen Token. Versuchen Sie es in {seconds} s erneut.",
        "Too many attempts to sign in with an invalid token. Try again in {seconds} s.",
    ),
    LimitedKind.EXPORT: Text(
        "Zu viele Dateien in kurzer Zeit. Versuchen Sie es in {seconds} s erneut.",
        "Too many files within a short time. Try again in {seconds} s.",
    ),
    LimitedKind.COMPUTE: Text(
        "Zu viele Anfragen in kurzer Zeit. Versuchen Sie es in {seconds} s erneut.",
        "Too many requests within a short time. Try again in {seconds} s.",
    ),
}


async def limit(
    request: Request, settings: Settings, pool: Pool, kind: LimitedKind, caller: Caller | None = None
) -> None:
    """Count the request against its client's allowance. ``pool`` is that of the public role.

    Raises Refusal (429 with Retry-After) if the allowance is used up, DatabaseUnavailable if counting is impossible.
    """
    if not allowance(settings, kind):
        return
    client = Client(caller.name if caller else None, request.client.host if request.client else None)
    async with borrow_autocommit(pool) as connection:
        seconds = ceil(await count(connection, settings, kind, client))
    if seconds <= 0:
        return
    raise Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        DETAIL[kind].in_language(language_of(request, settings.language)).format(seconds=seconds),
        name="too-many-requests",
        title="Too many requests",
        headers={"Retry-After": str(seconds)},
    )
