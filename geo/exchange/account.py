"""The account of an export: what was written, what was left out and why. Nothing vanishes in silence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from geo.errors import FlurwerkError
from geo.records.layers.layer import Text


class NothingToExport(FlurwerkError):
    """No record is left that the format can express."""


class Remark(NamedTuple):
    """A record, by layer, source and source_id, and why it was left out or written with an empty field."""

    layer: str
    source: str
    source_id: str
    reason: Text


@dataclass(slots=True)
class Account:
    """Every record that was selected is either ``written``, counted by layer, or in ``left_out``.

    ``incomplete`` are written records of which the format wants to know what is not recorded. ``not_covered`` counts
    the records of layers that the format has no place for.
    """

    written: Counter[str] = field(default_factory=Counter)
    left_out: list[Remark] = field(default_factory=list)
    incomplete: list[Remark] = field(default_factory=list)
    not_covered: Counter[str] = field(default_factory=Counter)


def by_reason(remarks: Iterable[Remark]) -> dict[tuple[str, Text], list[Remark]]:
    """Return the remarks by layer and reason, in the order in which these first occur."""
    found: dict[tuple[str, Text], list[Remark]] = {}
    for remark in remarks:
        found.setdefault((remark.layer, remark.reason), []).append(remark)
    return found
