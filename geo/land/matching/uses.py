"""Kinds of commercial use, the words that people use for them, and the zonings intended for them (BauNVO).

An inquiry's use is free text. Uses that are not recognised here are left to people to judge.
"""

import re
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from geo.records.layers.layer import Text


class Use(NamedTuple):
    """A kind of use: the beginnings of words for it, and the zonings that permit it fully or case by case."""

    label: Text
    words: tuple[str, ...]
    fits: Set[str]
    partly: Set[str]


INDUSTRIAL = frozenset({"GI", "G"})
COMMERCIAL = INDUSTRIAL | {"GE"}
QUIET = frozenset({"GE", "GEe", "G"})
CENTRAL = frozenset({"MI", "MU", "MK"})

USES = (
    Use(
        Text("Stark emittierende Industrie", "heavy industry"),
        ("schwerindustrie", "chemie", "störfall", "gießerei", "recycling", "entsorgung", "heavy", "chemic", "foundry"),
        INDUSTRIAL,
        frozenset({"GE"}),
    ),
    Use(
        Text("Logistik", "logistics"),
        ("logisti", "spedition", "umschlag", "warehous", "freight"),
        COMMERCIAL,
        frozenset({"GEe", "SO"}),
    ),
    Use(
        Text("Forschung und Technologie", "research"),
        ("forschung", "labor", "technologie", "research", "laborator", "rechenzentrum", "datacent"),
        QUIET | {"SO"},
        CENTRAL | {"GI", "par34"},
    ),
    Use(
        Text("Produktion", "production"),
        ("produktion", "fertigung", "herstell", "maschinenbau", "industrie", "production", "manufactur", "industr"),
        COMMERCIAL,
        frozenset({"GEe", "par34"}),
    ),
    Use(
        Text("Lager", "storage"),
        ("lager", "storage", "storing"),
        COMMERCIAL,
        frozenset({"GEe", "par34"}),
    ),
    Use(
        Text("Handwerk", "crafts"),
        ("handwerk", "werkstatt", "schreinerei", "tischlerei", "craft", "workshop"),
        QUIET | {"MI", "MU"},
        frozenset({"GI", "par34"}),
    ),
    Use(
        Text("Großhandel", "wholesale"),
        ("großhandel", "grosshandel", "wholesale"),
        COMMERCIAL,
        frozenset({"GEe", "SO", "par34"}),
    ),
    Use(
        Text("Einzelhandel", "retail"),
        ("einzelhandel", "supermarkt", "laden", "retail", "shop"),
        CENTRAL | {"SO"},
        frozenset({"par34"}),
    ),
    Use(
        Text("Büro", "office"),
        ("büro", "buero", "verwaltung", "office", "dienstleist"),
        QUIET | CENTRAL,
        frozenset({"SO", "par34"}),
    ),
)


@lru_cache(maxsize=1000)
def find_use(text: str) -> Use | None:
    """Return the first kind of use to which a word of the text belongs, None if there is none."""
    words = re.findall(r"[\wäöüß]+", text.lower())
    return next((use for use in USES if any(word.startswith(use.words) for word in words)), None)


def uses_in(language: str) -> dict[str, str]:
    """Return the names of all kinds of use in a language, by their names (case-folded) in either language."""
    return {name.casefold(): use.label.in_language(language) for use in USES for name in (use.label.de, use.label.en)}
