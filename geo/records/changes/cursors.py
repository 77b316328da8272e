"""Writes and reads the feed's cursors as opaque text."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from geo.records.changes.feed import Cursor, CursorExpired, Position
from geo.records.features.selection import BadParameter, Crs
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.store.database import LARGEST_ID

LONGEST = 5_000
LARGEST_XID = 2**64 - 1
EARLIER_LENGTH = 8
"""The number of parts of a cursor up to version 0.1."""


def write(cursor: Cursor) -> str:
    """Return the cursor as text."""
    content = [
        cursor.epoch,
        cursor.layers,
        cursor.properties,
        cursor.crs.name,
        cursor.start,
        cursor.position,
        cursor.start_number,
        cursor.number,
        cursor.day.isoformat(),
        cursor.until and cursor.until.isoformat(),
        cursor.passed,
    ]
    packed = json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(text: str) -> Cursor:
    """Return the cursor of a text made by `write`.

    Raises CursorExpired for a text made by an earlier version, BadParameter for any other.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError(text)
        content = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if len(content) == EARLIER_LENGTH and isinstance(content[0], str):
            raise CursorExpired("This cursor was issued by an earlier version of Flurwerk.")
        epoch, layers, properties, crs, start, position, start_number, number, day, until, passed = content
        (xid, layer, record), (passed_layer, passed_id) = position, passed
        if not isinstance(epoch, str) or not isinstance(properties, str):
            raise ValueError(epoch)
        audiences = _layers(layers)
        return Cursor(
            epoch,
            audiences,
            properties,
            Crs[crs],
            _number(start, LARGEST_XID),
            Position(_number(xid, LARGEST_XID), _layer_number(layer, audiences), _number(record, LARGEST_ID)),
            _number(start_number, LARGEST_ID),
            _number(number, LARGEST_ID),
            _day(day),
            _day(until) if until is not None else None,
            (_layer_number(passed_layer, audiences), _number(passed_id, LARGEST_ID)),
        )
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError):
        raise BadParameter(
            "since", "This is not a cursor of the feed.", "Use the `cursor` of the previous page, or remove `since`."
        ) from None


def _layers(found: Any) -> Mapping[str, Audience]:
    if not found or not found.keys() <= LAYERS.keys() or Audience.PERSONAL in found.values():
        raise ValueError(found)
    return {key: Audience(audience) for key, audience in found.items()}


def _number(found: Any, largest: int) -> int:
    if type(found) is not int or not 0 <= found <= largest:
        raise ValueError(found)
    return found


def _layer_number(found: Any, layers: Mapping[str, Audience]) -> int:
    if type(found) is not int or not -1 <= found < len(layers):
        raise ValueError(found)
    return found


def _day(found: Any) -> date:
    if not isinstance(found, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found, re.ASCII):
        raise ValueError(found)
    return date.fromisoformat(found)
