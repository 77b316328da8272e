"""Writes and reads cursors, the opaque texts in URLs that say where a page begins."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime

from geo.records.features.selection import BadParameter, Cursor, SortKey
from geo.store.database import LARGEST_ID

LONGEST = 20_000


def write(cursor: Cursor, sort: Sequence[SortKey], as_of: datetime | None = None) -> str:
    """Return the cursor as text. It includes order and instant, since it is only valid for these."""
    content = [_order(sort), list(cursor.values), cursor.id, int(cursor.many), _instant(as_of)]
    packed = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(text: str, sort: Sequence[SortKey], as_of: datetime | None = None) -> Cursor:
    """Return the cursor of a text that `write` made for the same order and instant. Raises BadParameter for others."""
    try:
        if len(text) > LONGEST:
            raise ValueError(text)
        content = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        order, values, record, many, instant = content
        if order != _order(sort) or type(values) is not list or len(values) != len(sort):
            raise ValueError(order)
        if not all(value is None or (isinstance(value, str) and "\0" not in value) for value in values):
            raise ValueError(values)
        if type(record) is not int or not 0 <= record <= LARGEST_ID or many not in (0, 1):
            raise ValueError(record)
        if instant != _instant(as_of):
            raise ValueError(instant)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise unusable() from None
    return Cursor(tuple(values), record, bool(many))


def unusable() -> BadParameter:
    """Return the exception for a cursor that no page of this request has issued."""
    return BadParameter("cursor", "This cursor does not belong to this request.", "Follow the `next` links.")


def _instant(as_of: datetime | None) -> str:
    return as_of.isoformat() if as_of else ""


def _order(sort: Sequence[SortKey]) -> str:
    return ",".join(f"{'-' if key.descending else '+'}{key.name}" for key in sort)
