"""Our codes as those of XTrasse 2.0, as far as they mean the same.

What has no code of the same meaning is left out or becomes "other", never the nearest neighbour; the section's
description then says it in words.
"""

from collections.abc import Mapping
from typing import NamedTuple

from geo.records.layers import rollout_codes
from geo.records.layers.layer import Codes, Text

CONSTRUCTION = {"open": "1000", "closed": "2000", "overhead": "3000"}
"""XP_Bauweise."""

METHOD = {
    "open_trench": "1000",
    "press_drill": "2000",
    "hdd": "3000",
    "plough": "4000",
    "trenching": "6000",
    "saw_cut": "60001",
    "ramming": "7000",
    "microtunnel": "8000",
    "overhead": "9000",
    "other": "9999",
}
"""XP_Legeverfahren, without milling: its code depends on the surface."""

MILLING = {
    "carriageway": "60002",
    "footway": "60002",
    "cycleway": "60002",
    "unpaved": "5000",
}
"""XP_Legeverfahren of milling: 60002 in bound surfaces, 5000 in unbound ones. Of a verge nobody knows which it is."""

SURFACE = {
    "carriageway": "1000",
    "footway": "40001",
    "cycleway": "40002",
    "unpaved": "9999",
    "other": "9999",
}
"""BRA_BaugrundTyp. Our verge is their 5000 (green strip, in town) or 2100 (shoulder): it cannot be told which."""

INEXACT_SURFACES = ("unpaved",)
"""Surfaces whose code says less than ours."""


class Section(NamedTuple):
    """The codes of a section; ``words`` is what they do not say, in German, as authorities read it."""

    bauweise: str | None
    legeverfahren: str | None
    baugrund: str | None
    words: tuple[Text, ...]


def section(construction: str | None, method: str | None, surface: str | None, origin: str) -> Section:
    """Return the codes of a trench's section, and in words what they cannot say."""
    words: list[Text] = []
    laying = MILLING.get(surface or "") if method == "milling" else METHOD.get(method or "")
    if method and laying is None:
        words.append(_words(Text("Verlegeverfahren", "Laying method"), rollout_codes.METHOD, method))
    ground = SURFACE.get(surface or "")
    if surface and (ground is None or surface in INEXACT_SURFACES):
        words.append(_words(Text("Oberfläche", "Surface"), rollout_codes.SURFACE, surface))
    if origin != "new":
        words.append(_words(Text("Herkunft der Trasse", "Origin"), rollout_codes.ORIGIN, origin))
    return Section(_code(CONSTRUCTION, construction), laying, ground, tuple(words))


def _code(codes: Mapping[str, str], ours: str | None) -> str | None:
    return None if ours is None else codes[ours]


def _words(what: Text, labels: Codes, code: str) -> Text:
    label = labels[code]
    return Text(f"{what.de}: {label.de}", f"{what.en}: {label.en}")
