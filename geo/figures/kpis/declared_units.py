"""The units of declared indicators: converted where one is known to be a multiple of the other, else refused."""

from decimal import Decimal

from geo.figures.kpis.compiling import Value
from geo.figures.kpis.countable import Undeclarable
from geo.profile.indicators import Declared, Ratio
from geo.profile.units import OwnUnitSection
from geo.text import Text
from geo.units import Measure, OwnUnit, Unit, factor, unit_of


def unit_and_factor(entry: Declared, value: Value) -> tuple[Unit | OwnUnit, Decimal]:
    """Return the unit of the figure, and by what the values are multiplied to have them in it.

    Raises Undeclarable if they measure something else.
    """
    if isinstance(entry.unit, OwnUnitSection):
        return own_unit(entry.unit), _times_of_own(entry.unit, value)
    if entry.unit is None:
        return value.unit or Unit.COUNT, Decimal(1)
    wanted = unit_of(entry.unit)
    assert wanted is not None
    times = factor(value.unit or Unit.COUNT, wanted)
    if times is None:
        given = value.unit.symbol("de") if value.unit else Unit.COUNT.symbol("de")
        hint = Text(
            'Eine eigene Einheit schreibt man als { symbol = "…", of = "…", factor = … }.',
            'A unit of your own is written as { symbol = "…", of = "…", factor = … }.',
        )
        raise Undeclarable(
            "unit",
            Text(
                f"Gezählt wird in {given}, was sich nicht in {entry.unit} angeben lässt.",
                f"What counts is in {given}, which cannot be told in {entry.unit}.",
            ),
            hint,
        )
    return wanted, times


def _times_of_own(given: OwnUnitSection, value: Value) -> Decimal:
    if given.of_unit is value.unit or (given.of_unit is Unit.COUNT and value.unit is None):
        return given.factor
    if given.of is None:
        assert value.unit is not None
        symbol = value.unit.symbol("de")
        raise Undeclarable(
            "unit",
            Text(f"Gezählt wird in {symbol}.", f"What counts is in {symbol}."),
            Text(f'Schreiben Sie of = "{symbol}" und den Faktor.', f'Write of = "{symbol}" and the factor.'),
        )
    times = factor(value.unit, given.of_unit) if value.unit and given.of_unit else None
    if times is None:
        counted = value.unit.symbol("de") if value.unit else Unit.COUNT.symbol("de")
        raise Undeclarable(
            "unit",
            Text(
                f"Gezählt wird in {counted}, nicht in {given.of}.", f"What counts is in {counted}, not in {given.of}."
            ),
        )
    return times * given.factor


def own_unit(given: OwnUnitSection) -> OwnUnit:
    """Return the unit that a profile describes."""
    return OwnUnit(Measure(given.symbol, "1", decimals=given.decimals))


def refuse_other_unit(entry: Declared, only: Unit) -> None:
    """Raise Undeclarable if the entry names another unit than the only possible one."""
    if entry.unit not in (None, only.symbol("de")):
        raise Undeclarable(
            "unit",
            Text(f"Ein Anteil hat die Einheit {only.symbol('de')}.", f"A share is in {only.symbol('de')}."),
            Text("Lassen Sie unit weg.", "Leave unit out."),
        )


def unit_of_ratio(entry: Ratio, numerator: Unit | OwnUnit, denominator: Unit | OwnUnit) -> Unit | OwnUnit:
    """Return the unit of a ratio of sides in these units. Raises Undeclarable if they have none in the one named."""
    if isinstance(entry.unit, OwnUnitSection):
        if entry.unit.of or entry.unit.factor != 1:
            raise Undeclarable(
                "unit",
                Text(
                    "Die eigene Einheit eines Verhältnisses hat weder of noch factor.",
                    "A ratio's own unit has neither of nor factor.",
                ),
            )
        return own_unit(entry.unit)
    wanted = unit_of(entry.unit)
    assert wanted is not None
    fits = {
        Unit.PERCENT: numerator == denominator,
        Unit.EUROS_PER_SQUARE_METRE: (numerator, denominator) == (Unit.EUROS, Unit.SQUARE_METRES),
    }.get(wanted, numerator == wanted and denominator == Unit.COUNT)
    if not fits:
        both = f"{numerator.symbol('de')} and {denominator.symbol('de')}"
        raise Undeclarable(
            "unit",
            Text(
                f"Das Verhältnis von {numerator.symbol('de')} und {denominator.symbol('de')} hat "
                f"nicht die Einheit {entry.unit}.",
                f"{both} have no ratio in {entry.unit}.",
            ),
            Text(
                'Eine eigene Einheit schreibt man als { symbol = "…" }.',
                'A unit of your own is written as { symbol = "…" }.',
            ),
        )
    return wanted
