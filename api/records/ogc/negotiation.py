"""Which of a resource's formats a request gets: the one that ``f`` names, else the one that Accept prefers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request

from api.records.ogc.formats import Format
from api.service.problems import ParameterError, Refusal
from api.service.weights import weights

VARY = {"Vary": "Accept"}
"""A header of every negotiated answer: a cache may not give one client's format to another."""


def negotiated(*offered: Format) -> Callable[..., Awaitable[Format]]:
    """The dependency that chooses among these formats."""
    keys = [key for known in offered for key in (known.key, *known.other_keys)]

    async def choose(
        request: Request,
        f: Annotated[
            str | None,
            Query(
                description="The format of the answer. It goes before the header Accept, which decides otherwise.",
                json_schema_extra={"enum": keys},
            ),
        ] = None,
    ) -> Format:
        return preferred(offered, request.headers.getlist("accept")) if f is None else _named(offered, f)

    return choose


def described(*offered: Format) -> dict[str, Any]:
    """The content of an answer in these formats, for the OpenAPI document."""
    return {known.media_type: {"schema": {"type": "string", "format": "binary"}} for known in offered}


def preferred(offered: Sequence[Format], accept: Sequence[str]) -> Format:
    """The format that these Accept headers prefer; of those preferred alike the one offered first."""
    ranges = weights(",".join(accept))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda known: _quality(known, ranges))
    if not _quality(best, ranges):
        types = ", ".join(known.media_type for known in offered)
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, f"None of the types in Accept is offered. Offered are: {types}.")
    return best


def _named(offered: Sequence[Format], key: str) -> Format:
    for known in offered:
        if key in (known.key, *known.other_keys):
            return known
    said = f"“{key}” is no format here. Known are: {', '.join(known.key for known in offered)}."
    raise Refusal(HTTPStatus.BAD_REQUEST, said, [ParameterError(parameter="f", detail=said)])


def _quality(known: Format, ranges: Mapping[str, float]) -> float:
    """By the most specific range that names the format."""
    names = {known.media_type, *known.other_types}
    kinds = {f"{name.partition('/')[0]}/*" for name in names}
    for group in (names, kinds, {"*/*"}):
        if found := [quality for name, quality in ranges.items() if name in group]:
            return max(found)
    return 0.0
