"""The units of columns and indicators, each described once: a new unit is one more member of Unit, and nothing else."""

from dataclasses import dataclass
from enum import Enum

from geo.text import Text


@dataclass(frozen=True, slots=True)
class Measure:
    """How a unit is written, and how exactly values in it are shown.

    ``ucum`` is its code in the Unified Code for Units of Measure, in which a currency is an annotation. ``suffix`` is
    how the names of the columns end whose values are in it; None where no column is. ``decimals`` are those of a value
    at most, ``part_decimals`` those of a district's part of an indicator, ``record_decimals`` those of what a record
    adds to an indicator (None: as many as it has). ``is_printed``: whether the symbol follows the number.
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
    """What a column or an indicator is measured in."""

    COUNT = Measure(Text("Anzahl", "number"), ucum="1", is_printed=False)
    METRES = Measure(_same("m"), ucum="m", suffix="_m")
    KILOMETRES = Measure(_same("km"), ucum="km", decimals=1, part_decimals=1, record_decimals=3)
    SQUARE_METRES = Measure(_same("m²"), ucum="m2", suffix="_m2")
    HECTARES = Measure(_same("ha"), ucum="har", decimals=1)
    EUROS = Measure(_same("€"), ucum="{EUR}", suffix="_eur", decimals=2)
    EUROS_PER_SQUARE_METRE = Measure(_same("€/m²"), ucum="{EUR}/m2", suffix="_eur_m2", decimals=2)
    MEGABITS_PER_SECOND = Measure(_same("Mbit/s"), ucum="Mbit/s", suffix="_mbit", decimals=1)

    def symbol(self, language: str) -> str:
        """The symbol, or the word for a count, in a language."""
        return self.value.symbol.in_language(language)

    @property
    def printed(self) -> Text | None:
        """The symbol that follows a number; None of a count, which stands alone."""
        return self.value.symbol if self.value.is_printed else None


def for_pages() -> dict[str, dict[str, int | None]]:
    """What the pages' scripts need of the units that follow a number, by their symbol."""
    return {
        unit.value.symbol.de: {"decimals": unit.value.decimals, "record_decimals": unit.value.record_decimals}
        for unit in Unit
        if unit.value.is_printed
    }
