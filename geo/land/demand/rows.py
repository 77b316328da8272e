"""The data types of the demand for land: size classes, dimensions and rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from geo.profile.wording import PARTS
from geo.records.layers import codes_of
from geo.records.layers.layer import Text


class SizeClass(NamedTuple):
    """Areas from ``least_m2`` to below ``end_m2`` (None: unlimited)."""

    least_m2: int
    end_m2: int | None
    label: Text


SIZE_CLASSES: Mapping[str, SizeClass] = {
    "xs": SizeClass(0, 2_000, Text("unter 2.000 m²", "under 2,000 m²")),
    "s": SizeClass(2_000, 5_000, Text("2.000 bis unter 5.000 m²", "2,000 to under 5,000 m²")),
    "m": SizeClass(5_000, 10_000, Text("5.000 bis unter 10.000 m²", "5,000 to under 10,000 m²")),
    "l": SizeClass(10_000, 30_000, Text("1 bis unter 3 ha", "1 to under 3 ha")),
    "xl": SizeClass(30_000, None, Text("ab 3 ha", "3 ha and more")),
}
"""The size classes of inquiries, by the smallest area that they can use, or else by the largest."""

DIMENSIONS: Mapping[str, Text] = {
    "size_class": Text("Größenklasse", "Size class"),
    "zoning": Text("Nutzungsart", "Zoning"),
    "district": PARTS.singular,
}
NOT_STATED = Text("ohne Angabe", "not stated")
ANY = Text("beliebig", "any")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting inquiry, and the plots that fit it."""

    inquiry: int
    min_m2: Decimal | None
    max_m2: Decimal | None
    wanted_m2: Decimal | None
    zoning: str | None
    districts: tuple[str, ...] | None
    plots: frozenset[int]


@dataclass(frozen=True, slots=True)
class Offered:
    """A plot on offer: the area left of it and the name of its district."""

    left_m2: Decimal
    district: str | None


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One row of the table; the total's ``part`` is empty.

    ``part`` has a code of SIZE_CLASSES (None: no area stated), a zoning or the name of a district (None: any).
    ``smallest_m2`` and ``largest_m2`` are the sums of the inquiries' minimum and maximum areas; if an inquiry lacks one
    of the two, the other is used. ``plots`` fit at least one of the inquiries; ``unmet`` are the inquiries that no plot
    fits.
    """

    part: Mapping[str, str | None]
    inquiries: frozenset[int]
    smallest_m2: Decimal
    largest_m2: Decimal
    plots: frozenset[int]
    left_m2: Decimal
    unmet: frozenset[int]


@dataclass(frozen=True, slots=True)
class Demand:
    """The demand on a day."""

    day: date
    by: tuple[str, ...]
    rows: tuple[DemandRow, ...]
    total: DemandRow

    def label(self, dimension: str, code: str | None, language: str = "de") -> str:
        """Return the label of a part."""
        if code is None:
            return (NOT_STATED if dimension == "size_class" else ANY).in_language(language)
        if dimension == "size_class":
            return SIZE_CLASSES[code].label.in_language(language)
        return codes_of("inquiries", "zoning")[code].in_language(language) if dimension == "zoning" else code


def size_class(area_m2: Decimal | None) -> str | None:
    """Return the size class of an area, None if no area is stated."""
    if area_m2 is None:
        return None
    return next(key for key, found in SIZE_CLASSES.items() if found.end_m2 is None or area_m2 < found.end_m2)
