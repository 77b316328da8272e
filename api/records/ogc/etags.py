"""Entity tags of features, and the conditions that requests make of them (RFC 9110, section 13).

A tag is ``version.print``: the version of the record, which every write of it changes, and a fingerprint of the
representation, which also changes with what is derived from other records. Whoever asks whether a kept copy is fresh
is compared with both; whoever writes, with the version only: the sale of a part of a plot is no edit of the plot.
"""

import re
from hashlib import blake2b

from geo.records.editing.faults import ANY_VERSION
from geo.records.features.answers import Feature

TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
PRINT_BYTES = 6


def etag(feature: Feature) -> str:
    """The strong entity tag of a representation."""
    fingerprint = blake2b(feature.text.encode(), digest_size=PRINT_BYTES).hexdigest()
    return f'"{feature.version or "-"}.{fingerprint}"'


def is_fresh(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller has that representation already."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == ANY_VERSION or any(f'"{opaque}"' == tag for _, opaque in _tags(if_none_match) or ())


def demanded_versions(if_match: str | None) -> frozenset[str] | None:
    """The versions of which a record may be to be changed, `*` for any; None where the header is not a list of tags.

    A weak tag is of no version: its comparison has to be strong.
    """
    if if_match is None:
        return None
    if if_match.strip() == ANY_VERSION:
        return frozenset((ANY_VERSION,))
    tags = _tags(if_match)
    return None if tags is None else frozenset(opaque.partition(".")[0] for weak, opaque in tags if not weak)


def _tags(header: str) -> list[tuple[str, str]] | None:
    """Whether each tag is weak, and what it says; None where the header is malformed."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(header):
        match = TAG.match(header, at)
        if match is None:
            return None
        found.append((match[1] or "", match[2]))
        at = match.end()
    return found
