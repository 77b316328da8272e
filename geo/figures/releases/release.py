"""The terms in which releases are described."""

from datetime import datetime
from typing import NamedTuple

from geo.errors import FlurwerkError


class NotPublished(FlurwerkError):
    """A period, or a version of one, that has not been published."""


class NotPublishable(FlurwerkError):
    """A period that cannot be published as asked."""


class Release(NamedTuple):
    """A published report: what is said of it, and its document as canonical JSON.

    ``place`` is its place in the chain, ``number`` its version among those of its period; ``recorded_at`` is the
    settled instant whose records it shows. ``hash`` covers everything before it.
    """

    place: int
    period: str
    number: int
    recorded_at: datetime
    published_at: datetime
    published_by: str
    reason: str | None
    accepted: str | None
    document: str
    previous_hash: str
    hash: str
