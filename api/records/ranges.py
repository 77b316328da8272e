"""Reads the Range header (RFC 9110, section 14): one part of a representation in bytes."""

import re

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(Exception):
    """The part begins behind the end."""


def wanted_part(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte of the part and the one behind it; None for the whole, as for what is not understood.

    Several parts at once are not sent: whoever asks for them gets the whole. Raises Unsatisfiable.
    """
    found = RANGE.fullmatch((header or "").strip())
    if not found or found[0] == "bytes=-":
        return None
    first, last = found[1][:20], found[2][:20]
    if not first:
        if not int(last):
            raise Unsatisfiable
        return max(size - int(last), 0), size
    start, end = int(first), int(last) + 1 if last else size
    if end <= start and last:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(end, size)
