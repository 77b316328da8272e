"""The faults of documents and the exceptions of edits."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from geo.errors import FlurwerkError
from geo.records.layers.layer import Text

GEOM = "geom"
ANY_VERSION = "*"
"""Accepts any version of the record that is edited."""


class Fault(NamedTuple):
    """An error in a document: a JSON pointer (RFC 6901) to its place, empty for the whole, and the message."""

    pointer: str
    message: Text


class EditingError(Exception):
    """An edit was refused."""


class Malformed(EditingError):
    """The body cannot be read."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class InvalidRecord(EditingError):
    """The document can be read, but the record is invalid."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message.en for fault in self.faults))


class VersionRequired(EditingError):
    """The request does not specify the version to be changed, so it could overwrite someone else's work unnoticed."""


class VersionConflict(EditingError):
    """The record no longer has the expected version, since someone else has changed it."""

    def __init__(self, by: str, at: datetime, names: Iterable[str]) -> None:
        super().__init__(f"changed by {by}")
        self.by = by
        self.at = at
        self.names = tuple(names)
        """The members that differ, as far as the history shows."""


class StillReferenced(EditingError):
    """Other records refer to the one that is to be deleted."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class Busy(FlurwerkError):
    """The edit conflicts with a concurrent one (deadlock or serialization failure)."""


def pointer(name: str) -> str:
    """Return the JSON pointer to a column's member of a Feature."""
    return "/geometry" if name == GEOM else f"/properties/{escaped(name)}"


def escaped(name: str) -> str:
    """Return a member's name escaped for a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
