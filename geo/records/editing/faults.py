"""The terms in which records are edited, and what may stand in the way."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from geo.errors import FlurwerkError
from geo.records.layers.layer import Text

GEOM = "geom"
ANY_VERSION = "*"
"""Stands among the versions demanded of a record where its editor does not care."""


class Fault(NamedTuple):
    """What is wrong with a document, and where: a JSON pointer (RFC 6901), empty for the whole."""

    pointer: str
    said: Text


class EditingError(Exception):
    """An edit that is not made."""


class Malformed(EditingError):
    """The body is no document that could be read."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


class InvalidRecord(EditingError):
    """The document is read, but no such record can be."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.said.en for fault in self.faults))


class Unconditional(EditingError):
    """Nobody says which version of the record is to be changed, so another's work could be overwritten unseen."""


class ChangedMeanwhile(EditingError):
    """The record is of another version than demanded: someone was faster."""

    def __init__(self, by: str, at: datetime, names: Iterable[str]) -> None:
        super().__init__(f"changed by {by}")
        self.by = by
        self.at = at
        self.names = tuple(names)
        """The members that differ, as far as history tells."""


class StillNeeded(EditingError):
    """Others refer to the record that is to be deleted."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


class Busy(FlurwerkError):
    """The edit waits for another one, which waits for it."""


def pointer(name: str) -> str:
    """Where a column stands in a Feature."""
    return "/geometry" if name == GEOM else f"/properties/{escaped(name)}"


def escaped(name: str) -> str:
    """A member's name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
