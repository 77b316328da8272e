"""The terms in which changes are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from geo.errors import FlurwerkError
from geo.records.features import Crs
from geo.records.layers.layer import Audience


class CursorExpired(FlurwerkError):
    """A cursor that was valid once: the records, or what the caller may see of them, are not the same any more."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "Start again without `since`, with an empty copy.")


class FeedUnsettled(FlurwerkError):
    """The records came from another server, and their transaction ids with them."""

    def __init__(self) -> None:
        super().__init__("The records were restored from elsewhere.", "Run: flurwerk migrate")


class Position(NamedTuple):
    """A place in the order of changes: behind this record of this layer (by its number) in this transaction."""

    xid: int
    layer: int = -1
    id: int = 0

    @property
    def is_within(self) -> bool:
        """Whether a part of the transaction lies before the position."""
        return self.layer >= 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a reader has been told so far.

    ``layers`` are those asked for, as whom the reader sees each; their numbers are their places here. Everything that
    was written below the transaction ``start`` belongs to the stock. What the passing of days has changed is told up
    to ``day``; while it is told up to ``until``, ``passed`` is the last layer (by its number) and record of it.
    """

    epoch: str
    layers: Mapping[str, Audience]
    crs: Crs
    start: int
    position: Position
    day: date
    until: date | None = None
    passed: tuple[int, int] = (-1, 0)


class Asked(NamedTuple):
    """A page of changes: behind which cursor, below which transaction, up to which day, how many."""

    cursor: Cursor
    horizon: int
    today: date
    limit: int
