"""Makes an indicator of what a profile declares."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from geo.figures.kpis.area_of_city import CITY
from geo.figures.kpis.compiling import Compiler, Counted, area_of_city
from geo.figures.kpis.countable import Undeclarable
from geo.figures.kpis.declared_units import refuse_other_unit, unit_and_factor, unit_of_ratio
from geo.figures.kpis.indicator import Aggregation, Indicator, Kind, Shown
from geo.profile import Profile
from geo.profile.indicators import Declared, Line, Printed, Ratio, decimals_of
from geo.records.layers.layer import Text
from geo.units import OwnUnit, Unit

SIDES = (Text("Zähler", "numerator"), Text("Nenner", "denominator"))
NAMES = ("numerator", "denominator")


def indicator_of(entry: Declared, profile: Profile) -> Indicator:
    """Return the indicator that an entry of the profile declares. Raises Undeclarable."""
    compiler = Compiler(entry)
    value = compiler.value()
    if entry.what == "share":
        refuse_other_unit(entry, Unit.PERCENT)
        return _divided(
            entry,
            profile,
            compiler.counted(value.amount, Decimal(1), {"of": entry.of, "filter": entry.filter}),
            compiler.counted(value.amount, Decimal(1), {"of": entry.of}),
            unit=Unit.PERCENT,
            of=(Unit.SQUARE_METRES, Unit.SQUARE_METRES),
            factor_of_ratio=Decimal(100),
        )
    if entry.what == "area_share":
        return _covering(entry, profile, compiler.counted(value.amount, Decimal(1), {"filter": entry.filter}))
    unit, times = unit_and_factor(entry, value)
    filters = {"filter": entry.filter}
    if entry.aggregation in ("average", "weighted_average"):
        weight = compiler.weight() if entry.aggregation == "weighted_average" else None
        given = (*value.given, *((weight,) if weight else ()))
        by = f"t.{weight}" if weight else "1"
        amount = f"{value.amount} * t.{weight}" if weight else value.amount
        return _divided(
            entry,
            profile,
            compiler.counted(amount, times, filters, given),
            compiler.counted(by, Decimal(1), filters, given),
            unit=unit,
            # Values times weights have no unit that anybody would know.
            of=(unit if weight is None else Unit.COUNT, Unit.COUNT),
            factor_of_ratio=Decimal(1),
        )
    is_largest = entry.aggregation == "max"
    counted = compiler.counted(value.amount, times, filters, value.given if is_largest else ())
    return replace(
        _line(entry, profile, unit),
        kind=Kind.FLOW if entry.date else Kind.STOCK,
        layer=entry.layer,
        aggregation=Aggregation.MAX if is_largest else Aggregation.SUM,
        **_counting(counted),
        **_disclosure(entry),
    )


def ratio_of(entry: Ratio, profile: Profile, numerator: Indicator, denominator: Indicator) -> Indicator:
    """Return the ratio of two indicators. Raises Undeclarable."""
    for name, side in zip(NAMES, (numerator, denominator), strict=True):
        if any(version.aggregation is not Aggregation.SUM for version in side.versions):
            raise Undeclarable(
                name,
                Text(
                    f"{side.key} ist nicht immer eine Summe, also lässt sich weder dadurch noch das selbst teilen.",
                    f"{side.key} is not always a sum, so nothing can be divided by it or into it.",
                ),
            )
    if numerator.kind is not denominator.kind:
        raise Undeclarable(
            "denominator",
            Text(
                "Die eine Seite summiert, was in einem Zeitraum geschah, die andere ist der Stand an seinem Ende.",
                "One side sums what happened in a period, the other is the state at its end.",
            ),
        )
    return replace(
        _line(entry, profile, unit_of_ratio(entry, numerator.unit, denominator.unit)),
        kind=numerator.kind,
        layer=numerator.layer,
        aggregation=Aggregation.RATIO,
        numerator=numerator,
        denominator=denominator,
        factor=Decimal(100) if entry.unit == "%" else Decimal(1),
        public_district="public_district",
    )


def _line(entry: Line, profile: Profile, unit: Unit | OwnUnit) -> Indicator:
    """Return what an indicator has as a line; it counts nothing yet."""
    return Indicator(
        key=entry.key,
        position=entry.position,
        area=profile.known_areas[entry.area],
        product=profile.known_products[entry.product],
        label=entry.label,
        unit=unit,
        kind=Kind.FLOW,
        rule=entry.rule,
        layer="",
        contributions="",
        goals=entry.goals or (),
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        **rounded(entry, None, unit.value.decimals),
    )


def _divided(
    entry: Declared,
    profile: Profile,
    numerator: Counted,
    denominator: Counted,
    *,
    unit: Unit | OwnUnit,
    of: tuple[Unit | OwnUnit, Unit | OwnUnit],
    factor_of_ratio: Decimal,
) -> Indicator:
    """Return an indicator that divides two counts of its own, which are no lines of the report."""
    line = replace(_line(entry, profile, unit), kind=Kind.FLOW if entry.date else Kind.STOCK, layer=entry.layer)
    sides = [
        replace(
            line,
            key=f"{entry.key}:{name}",
            label=Text(f"{entry.label.de} – {words.de}", f"{entry.label.en} – {words.en}"),
            unit=measured,
            rounding=Decimal(1).scaleb(-measured.value.decimals),
            decimals=measured.value.decimals,
            valid_from=None,
            valid_until=None,
            # Whether there is a figure is told by the ratio.
            recorded_by=None,
            **_counting(counted),
            **_disclosure(entry),
        )
        for name, words, measured, counted in zip(NAMES, SIDES, of, (numerator, denominator), strict=True)
    ]
    return replace(
        line,
        aggregation=Aggregation.RATIO,
        numerator=sides[0],
        denominator=sides[1],
        factor=factor_of_ratio,
        public_district="public_district",
    )


def _covering(entry: Declared, profile: Profile, counted: Counted) -> Indicator:
    """Return the share of the city's area, and of each part's, that the polygons counted cover."""
    refuse_other_unit(entry, Unit.PERCENT)
    share = _divided(
        entry,
        profile,
        counted,
        area_of_city(),
        unit=Unit.PERCENT,
        of=(Unit.SQUARE_METRES, Unit.SQUARE_METRES),
        factor_of_ratio=Decimal(100),
    )
    assert share.numerator
    assert share.denominator
    return replace(
        share,
        # There is always a city: whether the share is 0 or not recorded is told by the records.
        numerator=replace(share.numerator, aggregation=Aggregation.COVERAGE, recorded_by="layer"),
        denominator=replace(share.denominator, aggregation=Aggregation.COVERAGE, layer=CITY),
    )


def _counting(counted: Counted) -> dict[str, Any]:
    return {
        "contributions": counted.contributions,
        "parameters": counted.parameters,
        "dates": counted.dates,
        "amounts": counted.amounts,
        "public_district": "public_district",
    }


def _disclosure(entry: Declared) -> dict[str, Any]:
    if entry.aggregation == "max":
        return {"suppress_below": entry.suppress_below, "shown": Shown.NOTHING}
    return {"suppress_below": entry.suppress_below, "shown": Shown.COUNTS if entry.public else Shown.TOTALS}


def rounded(entry: Printed, rounding: Decimal | None, decimals: int) -> dict[str, Any]:
    """Return rounding and decimals: one follows from the other where only one is given."""
    if entry.rounding is not None:
        shown = decimals_of(entry.rounding) if entry.decimals is None else entry.decimals
        return {"rounding": entry.rounding, "decimals": shown}
    if entry.decimals is not None:
        return {"rounding": Decimal(1).scaleb(-entry.decimals), "decimals": entry.decimals}
    return {"rounding": rounding or Decimal(1).scaleb(-decimals), "decimals": decimals}
