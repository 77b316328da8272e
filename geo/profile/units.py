"""The unit of an indicator in a profile: one that is known, or one of its own."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from geo.profile.section import Section, Whole, Words, Wrong
from geo.text import Text
from geo.units import Unit, unit_of

Decimals = Annotated[Whole, Field(ge=0, le=6)]


class OwnUnitSection(Section):
    """A unit of an indicator's own: ``unit = { symbol = "Mio. €", of = "€", factor = 0.000001, decimals = 2 }``."""

    symbol: Words
    """What is printed behind the number."""

    of: str | None = None
    """The unit of the property that is counted, if it has one: m², €, m …"""

    factor: Annotated[Decimal, Field(gt=0, le=1_000_000_000, max_digits=20)] = Decimal(1)
    """By what the property's values are multiplied to have them in this unit."""

    decimals: Decimals = 0
    """How many decimals are printed, unless the indicator says otherwise."""

    @property
    def of_unit(self) -> Unit | None:
        """The unit named by ``of``."""
        return unit_of(self.of) if self.of else None

    @model_validator(mode="after")
    def _of_a_known_unit(self) -> Self:
        if self.of and self.of_unit is None:
            raise Wrong(
                Text(
                    f"of: die Einheit „{self.of}“ gibt es nicht; bekannt sind {_known_units()}",
                    f"of: there is no unit “{self.of}”; known are {_known_units()}",
                )
            )
        return self


def _known(given: Any) -> Any:
    if not isinstance(given, str) or unit_of(given) is None:
        raise Wrong(
            Text(
                f'die Einheit „{given}“ gibt es nicht; bekannt sind {_known_units()}, oder {{ symbol = "…" }}',
                f'there is no unit “{given}”; known are {_known_units()}, or {{ symbol = "…" }}',
            )
        )
    return given


def _own_or_known(given: Any) -> str:
    return OWN if isinstance(given, dict | OwnUnitSection) else KNOWN


OWN, KNOWN = UNIT_TAGS = ("own unit", "known unit")
"""Which of both a unit is; of no concern to whom its mistakes are told."""

KnownOrOwnUnit = Annotated[
    Annotated[str, BeforeValidator(_known), Tag(KNOWN)] | Annotated[OwnUnitSection, Tag(OWN)],
    Discriminator(_own_or_known),
]
"""A unit by its symbol, or one of the indicator's own."""


def _known_units() -> str:
    return ", ".join(unit.value.symbol.de for unit in Unit)
