"""Reads the weights in headers such as Accept, Accept-Encoding and Accept-Language."""

import re
from typing import get_args

from fastapi import Request

from geo.records.tiles.cache import Encoding
from geo.settings import Language

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.ASCII)


def weights(header: str) -> dict[str, float]:
    """Return the names in the header, in lower case and in their order, each with its weight from 0 to 1.

    A missing weight is 1, a malformed one 0 (RFC 9110, 12.4.2). Other parameters are ignored. If a name occurs more
    than once, its largest weight counts.
    """
    found: dict[str, float] = {}
    # Quoted strings may contain commas and semicolons, but never a weight.
    for element in QUOTED.sub("", header).lower().split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        if name:
            found[name] = max(found.get(name, 0.0), _weight(parameters))
    return found


def accepted_encoding(header: str | None) -> Encoding | None:
    """Return the compression that a client prefers; None if it accepts neither or sends no header."""
    found = weights(header or "")
    zstd, gzip = (found.get(name, found.get("*", 0.0)) for name in ("zstd", "gzip"))
    chosen: Encoding = "zstd" if zstd >= gzip else "gzip"
    return chosen if max(zstd, gzip) > 0 else None


def accepted_language(header: str | None, default: Language) -> Language:
    """Return the supported language that a client prefers; the default if it accepts none or sends no header."""
    for tag, weight in sorted(weights(header or "").items(), key=lambda named: -named[1]):
        for known in get_args(Language):
            if tag.split("-")[0] == known and weight > 0:
                return known
    return default


def language_of(request: Request, default: Language) -> Language:
    """Return the language of messages about a request: the one that it names by ``lang``, else one that it accepts."""
    named = request.query_params.get("lang")
    for known in get_args(Language):
        if named == known:
            return known
    return accepted_language(request.headers.get("accept-language"), default)


def _weight(parameters: list[str]) -> float:
    given = next((part for part in parameters if part.partition("=")[0].strip() == "q"), "q=1")
    read = WEIGHT.fullmatch(given)
    return float(read[1]) if read else 0.0
