"""The types of the changes feed: positions, cursors, requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from geo.errors import FlurwerkError
from geo.records.features import Crs
from geo.records.layers.layer import Audience, Layer


class CursorExpired(FlurwerkError):
    """The cursor is no longer valid: the records, or what the caller may see of them, have been exchanged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "Start again without `since`, with an empty copy.")


class FeedNotReady(FlurwerkError):
    """The records were restored from another server, and have its transaction ids."""

    def __init__(self) -> None:
        super().__init__("The records were restored from another server.", "Run: flurwerk migrate")


class Position(NamedTuple):
    """A place in the order of changes: after this record of this layer (by its number) in this transaction."""

    xid: int
    layer: int = -1
    id: int = 0

    @property
    def is_within(self) -> bool:
        """Whether part of the transaction is before the position."""
        return self.layer >= 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """What has been delivered to a reader so far.

    ``layers`` are the requested layers and the audience as which the reader sees each; their number is their place in
    this mapping. ``properties`` is a digest of the properties that the reader sees of them. Everything written below
    the transaction ``start``, or up to the public's change ``start_number``, belongs to the initial copy. ``position``
    is the place among transactions, ``number`` the last change of those that the public sees; either is 0 if there is
    no layer of that kind. Changes by the day alone have been delivered up to ``day``. While those up to ``until`` are
    being delivered, ``passed`` is the last layer (by number) and record.
    """

    epoch: str
    layers: Mapping[str, Audience]
    properties: str
    crs: Crs
    start: int
    position: Position
    start_number: int
    number: int
    day: date
    until: date | None = None
    passed: tuple[int, int] = (-1, 0)


class FeedRequest(NamedTuple):
    """A request for a page: after ``cursor``, below the transaction ``horizon``, until ``today``, at most ``limit``.

    ``layers`` are those of the cursor as the reader sees them. ``number`` is how many changes the public has seen.
    """

    cursor: Cursor
    layers: Mapping[str, Layer]
    horizon: int
    number: int
    today: date
    limit: int
