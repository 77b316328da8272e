"""Entity tags of features, and conditional requests that use them (RFC 9110, section 13).

A tag is ``version.fingerprint``: the version changes whenever the record is written; the fingerprint of the
representation also changes with values derived from other records. Conditional reads compare both, conditional writes
the version only, because the sale of part of a plot, for example, does not edit the plot.
"""

import re
from hashlib import blake2b

from geo.records.editing.faults import ANY_VERSION
from geo.records.features.answers import Feature

TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
PRINT_BYTES = 6


def etag(feature: Feature) -> str:
    """Return the strong entity tag of a representation."""
    fingerprint = blake2b(feature.text.encode(), digest_size=PRINT_BYTES).hexdigest()
    return f'"{feature.version or "-"}.{fingerprint}"'


def is_fresh(if_none_match: str | None, tag: str) -> bool:
    """Return whether the caller already has the representation with this tag."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == ANY_VERSION or any(f'"{opaque}"' == tag for _, opaque in _tags(if_none_match) or ())


def demanded_versions(if_match: str | None) -> frozenset[str] | None:
    """Return the versions of the record that permit a change, `*` for any; None unless the header is a list of tags.

    Weak tags are ignored, as the comparison must be strong.
    """
    if if_match is None:
        return None
    if if_match.strip() == ANY_VERSION:
        return frozenset((ANY_VERSION,))
    tags = _tags(if_match)
    return None if tags is None else frozenset(opaque.partition(".")[0] for weak, opaque in tags if not weak)


def _tags(header: str) -> list[tuple[str, str]] | None:
    """Return a pair of weakness prefix and opaque tag for each tag; None if the header is malformed."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(header):
        match = TAG.match(header, at)
        if match is None:
            return None
        found.append((match[1] or "", match[2]))
        at = match.end()
    return found
