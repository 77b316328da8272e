"""The units of columns and indicators. Adding a unit means adding a member to Unit, and nothing else.

An indicator that a profile declares may also have a unit of its own (OwnUnit), which is used like a member of Unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from geo.text import Text


@dataclass(frozen=True, slots=True)
class Measure:
    """The symbol of a unit and the precision with which its values are shown.

    ``ucum`` is the code in the Unified Code for Units of Measure, where a currency is an annotation. ``suffix`` ends
    the names of columns in this unit; None if there are none. ``decimals`` is the maximum for a value,
    ``part_decimals`` for a district's part of an indicator, ``record_decimals`` for a record's contribution to an
    indicator (None: all digits). ``is_printed``: whether the symbol follows the number.
    """

    symbol: Text
    ucum: str
    suffix: str | None = None
    decimals: int = 0
    part_decimals: int = 0
    record_decimals: int | None = None
    is_printed: bool = True


def _same(symbol: str) -> Text:
    return Text(symbol, symbol)


class Unit(Enum):
    """The unit of a column or an indicator."""

    COUNT = Measure(Text("Anzahl", "number"), ucum="1", is_printed=False)
    METRES = Measure(_same("m"), ucum="m", suffix="_m")
    KILOMETRES = Measure(_same("km"), ucum="km", decimals=1, part_decimals=1, record_decimals=3)
    SQUARE_METRES = Measure(_same("m²"), ucum="m2", suffix="_m2")
    HECTARES = Measure(_same("ha"), ucum="har", decimals=1)
    EUROS = Measure(_same("€"), ucum="{EUR}", suffix="_eur", decimals=2)
    THOUSAND_EUROS = Measure(_same("T€"), ucum="k{EUR}", decimals=1)
    EUROS_PER_SQUARE_METRE = Measure(_same("€/m²"), ucum="{EUR}/m2", suffix="_eur_m2", decimals=2)
    PERCENT = Measure(_same("%"), ucum="%", suffix="_percent", decimals=1)
    MEGABITS_PER_SECOND = Measure(_same("Mbit/s"), ucum="Mbit/s", suffix="_mbit", decimals=1)

    def symbol(self, language: str) -> str:
        """Return the symbol in that language; for a count, the word."""
        return self.value.symbol.in_language(language)

    @property
    def printed(self) -> Text | None:
        """The symbol that follows a number; None for a count."""
        return self.value.symbol if self.value.is_printed else None


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """A unit that a profile declares for one of its indicators."""

    value: Measure

    def symbol(self, language: str) -> str:
        """Return the symbol in that language; for a count, the word."""
        return self.value.symbol.in_language(language)

    @property
    def printed(self) -> Text | None:
        """The symbol that follows a number; None for a count."""
        return self.value.symbol if self.value.is_printed else None


FACTORS = {
    (Unit.METRES, Unit.KILOMETRES): Decimal("0.001"),
    (Unit.SQUARE_METRES, Unit.HECTARES): Decimal("0.0001"),
    (Unit.EUROS, Unit.THOUSAND_EUROS): Decimal("0.001"),
}
"""By what a value in the first unit is multiplied to have it in the second."""


def factor(given: Unit, wanted: Unit) -> Decimal | None:
    """Return by what values are multiplied to have them in the other unit, None if they measure different things."""
    return Decimal(1) if given is wanted else FACTORS.get((given, wanted))


def unit_of(symbol: str) -> Unit | None:
    """Return the unit with that symbol in either language, or None."""
    return next((unit for unit in Unit if symbol in unit.value.symbol), None)


def for_pages(own: Iterable[Unit | OwnUnit] = ()) -> dict[str, dict[str, int | None]]:
    """Return the decimals of each printed unit by its symbol, for the pages' scripts; also of ``own`` units."""
    found: dict[str, dict[str, int | None]] = {}
    for unit in (*Unit, *own):
        if unit.value.is_printed:
            names = ("decimals", "part_decimals", "record_decimals")
            decimals = {name: getattr(unit.value, name) for name in names}
            for symbol in unit.value.symbol:
                found.setdefault(symbol, decimals)
    return found
