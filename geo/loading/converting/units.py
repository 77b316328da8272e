"""Units in which contractors deliver numbers, with their size in the unit of the layer's columns."""

from decimal import Decimal

from geo.units import Unit

SIZES: dict[str, tuple[Unit, Decimal]] = {
    "m²": (Unit.SQUARE_METRES, Decimal(1)),
    "m2": (Unit.SQUARE_METRES, Decimal(1)),
    "qm": (Unit.SQUARE_METRES, Decimal(1)),
    "a": (Unit.SQUARE_METRES, Decimal(100)),
    "ha": (Unit.SQUARE_METRES, Decimal(10_000)),
    "km²": (Unit.SQUARE_METRES, Decimal(1_000_000)),
    "km2": (Unit.SQUARE_METRES, Decimal(1_000_000)),
    "cm": (Unit.METRES, Decimal("0.01")),
    "m": (Unit.METRES, Decimal(1)),
    "km": (Unit.METRES, Decimal(1000)),
    "€": (Unit.EUROS, Decimal(1)),
    "T€": (Unit.EUROS, Decimal(1000)),
    "Mio. €": (Unit.EUROS, Decimal(1_000_000)),
    "€/m²": (Unit.EUROS_PER_SQUARE_METRE, Decimal(1)),
    "kbit/s": (Unit.MEGABITS_PER_SECOND, Decimal("0.001")),
    "Mbit/s": (Unit.MEGABITS_PER_SECOND, Decimal(1)),
    "Gbit/s": (Unit.MEGABITS_PER_SECOND, Decimal(1000)),
}


def factor(given: str, unit: Unit | None) -> Decimal | None:
    """Return what numbers in the given unit are multiplied by to be in the column's; None if they cannot be."""
    size = SIZES.get(given)
    return size[1] if size and size[0] is unit else None


def units_of(unit: Unit | None) -> list[str]:
    """Return the units that convert to that of a column."""
    return [name for name, (target, _) in SIZES.items() if target is unit]
