"""The release of a report, and the errors about releases."""

from datetime import datetime
from typing import NamedTuple

from geo.errors import FlurwerkError


class NotPublished(FlurwerkError):
    """The period, or that version of it, has not been published."""


class NotPublishable(FlurwerkError):
    """The period cannot be published."""


class Release(NamedTuple):
    """A published report: its metadata, and its document as canonical JSON.

    ``place`` is its place in the chain, ``number`` its version within the period; ``recorded_at`` is the settled
    instant whose records it shows. ``hash`` covers all other members.
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
