"""Records created, replaced, changed and deleted: a GeoJSON document is read and checked, and becomes one statement."""

from geo.editing.base import Busy, ChangedMeanwhile, Fault, InvalidRecord, Malformed, StillNeeded, Unconditional
from geo.editing.documents import parse
from geo.editing.members import Members, members_of
from geo.editing.reading import Given, read_feature, read_patch
from geo.editing.run import create, remove, replace, revise

__all__ = [
    "Busy",
    "ChangedMeanwhile",
    "Fault",
    "Given",
    "InvalidRecord",
    "Malformed",
    "Members",
    "StillNeeded",
    "Unconditional",
    "create",
    "members_of",
    "parse",
    "read_feature",
    "read_patch",
    "remove",
    "replace",
    "revise",
]
