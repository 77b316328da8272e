"""Chooses the format of a response: the one named by ``f``, or else the one preferred by the header Accept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request

from api.records.formats import Format
from api.service.problems import ParameterError, Refusal
from api.service.weights import weights

VARY = {"Vary": "Accept"}
"""Header of every negotiated response, so that caches do not return one client's format to another."""


def negotiated(*offered: Format) -> Callable[..., Awaitable[Format]]:
    """Return the dependency that chooses among these formats."""
    keys = [key for known in offered for key in (known.key, *known.other_keys)]

    async def choose(
        request: Request,
        f: Annotated[
            str | None,
            Query(
                description="The format of the response. Takes precedence over the header Accept.",
                json_schema_extra={"enum": keys},
            ),
        ] = None,
    ) -> Format:
        return preferred(offered, request.headers.getlist("accept")) if f is None else _named(offered, f)

    return choose


def described(*offered: Format) -> dict[str, Any]:
    """Return the OpenAPI description of a response's content in these formats."""
    return {known.media_type: {"schema": {"type": "string", "format": "binary"}} for known in offered}


def preferred(offered: Sequence[Format], accept: Sequence[str]) -> Format:
    """Return the format that these Accept headers prefer; of equally preferred ones, the one offered first.

    Raises Refusal (406) if they accept none.
    """
    ranges = weights(",".join(accept))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda known: _quality(known, ranges))
    if not _quality(best, ranges):
        types = ", ".join(known.media_type for known in offered)
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, f"None of the types in Accept is available. Available types: {types}.")
    return best


def _named(offered: Sequence[Format], key: str) -> Format:
    for known in offered:
        if key in (known.key, *known.other_keys):
            return known
    detail = f"“{key}” is not a format here. Known formats: {', '.join(known.key for known in offered)}."
    raise Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter="f", detail=detail)])


def _quality(known: Format, ranges: Mapping[str, float]) -> float:
    """Return the weight of the most specific range that matches the format; 0 if none does."""
    names = {known.media_type, *known.other_types}
    kinds = {f"{name.partition('/')[0]}/*" for name in names}
    for group in (names, kinds, {"*/*"}):
        if found := [quality for name, quality in ranges.items() if name in group]:
            return max(found)
    return 0.0
