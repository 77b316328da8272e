"""Creates, replaces, changes and deletes records: reads and checks a GeoJSON document, and executes one statement."""

from geo.records.editing.documents import parse
from geo.records.editing.edits import create, remove, replace, revise
from geo.records.editing.faults import (
    Busy,
    Fault,
    InvalidRecord,
    Malformed,
    StillReferenced,
    VersionConflict,
    VersionRequired,
)
from geo.records.editing.members import Members, members_of
from geo.records.editing.reading import ParsedRecord, read_feature, read_patch
from geo.records.editing.retries import KeyReused, Retry, created_before, remember, retry

__all__ = [
    "Busy",
    "Fault",
    "InvalidRecord",
    "KeyReused",
    "Malformed",
    "Members",
    "ParsedRecord",
    "Retry",
    "StillReferenced",
    "VersionConflict",
    "VersionRequired",
    "create",
    "created_before",
    "members_of",
    "parse",
    "read_feature",
    "read_patch",
    "remember",
    "remove",
    "replace",
    "retry",
    "revise",
]
