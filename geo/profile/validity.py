"""When a definition of a profile holds."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Protocol, Self

from pydantic import model_validator

from geo.profile.section import Day, Section, Wrong
from geo.text import Text


class Valid(Protocol):
    """What has a key and holds for some time."""

    @property
    def key(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...


class Validity(Section):
    """When a definition holds. A period is counted by the definition of its last day."""

    valid_from: Day | None = None
    """The first day on which it holds; since ever if it is missing."""

    valid_until: Day | None = None
    """The last day on which it holds; for ever if it is missing."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise Wrong(Text("valid_until liegt vor valid_from", "valid_until is before valid_from"))
        return self


def overlapping(entries: Iterable[Valid]) -> Iterator[tuple[str, Text]]:
    """Yield the keys of entries that hold on the same day as another one, and why that is refused."""
    by_key: dict[str, list[Valid]] = {}
    for entry in entries:
        by_key.setdefault(entry.key, []).append(entry)
    for key, found in by_key.items():
        for one, other in combinations(found, 2):
            first = max(one.valid_from or date.min, other.valid_from or date.min)
            last = min(one.valid_until or date.max, other.valid_until or date.max)
            if first <= last:
                begins = first > date.min
                since = Text(f" ab {first}" if begins else "", f" from {first} on" if begins else "")
                yield (
                    key,
                    Text(
                        f"zweimal erklärt{since.de}; geben Sie jeder Fassung valid_from und valid_until",
                        f"it is declared twice{since.en}; give each its valid_from and valid_until",
                    ),
                )
