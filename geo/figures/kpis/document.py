"""Generates docs/indicators.md from the registry: ``python -m geo.figures.kpis.document > docs/indicators.md``."""

from geo.figures.kpis import FAMILIES, INDICATORS, Indicator, Kind
from geo.figures.kpis.indicator import Aggregation, Shown
from geo.formatting import plain
from geo.rhythm import own_rhythm

HEAD = """# Indicators

Generated from the registry in `geo/figures/kpis/` by `make docs`; a test fails if this page is outdated.

A **flow** sums what happened in the period. A **stock** is the state at the end of the period's last day. Figures are
computed exactly and rounded only once, at the end, half away from zero. Every figure is the sum of its contributions,
which are the rows of one query; `flurwerk kpi PERIOD --key KEY --rows` prints them. Figures of fewer records than the
public may see are hidden from it with what would reveal them; see [access.md](access.md#figures-for-the-public).
"""


def markdown() -> str:
    """Return the page, ending in a line break."""
    families = [family.indicator for family in FAMILIES]
    ordered = sorted([*INDICATORS, *families], key=lambda indicator: (indicator.position, indicator.key))
    keyed_by_members = {family.indicator.key for family in FAMILIES}
    return HEAD + "".join(_section(indicator, indicator.key in keyed_by_members) for indicator in ordered)


def _section(indicator: Indicator, has_members: bool) -> str:
    key = f"{indicator.key}:AREA" if has_members else indicator.key
    return f"\n## `{key}`\n" + "".join(map(_definition, indicator.versions))


def _definition(indicator: Indicator) -> str:
    held = [f"from {indicator.valid_from}" if indicator.valid_from else ""]
    held += [f"until {indicator.valid_until}, that day included" if indicator.valid_until else ""]
    validity = " ".join(filter(None, held))
    return (
        f"\n**{indicator.label.de}** · {indicator.label.en}\n\n"
        + (f"- holds {validity}\n" if validity else "")
        + f"- {_counted(indicator)}; rounded to {plain(indicator.rounding)}\n"
        f"- public: {_public(indicator)}\n"
        f"- {indicator.rule.de}\n" + ("" if indicator.rule.de == indicator.rule.en else f"- {indicator.rule.en}\n")
    )


def _counted(indicator: Indicator) -> str:
    kind = {Kind.FLOW: "flow", Kind.STOCK: "stock"}[indicator.kind]
    symbol = indicator.unit.value.symbol
    unit = f"unit {symbol.de} ({symbol.en})"
    if len(indicator.sides) > 1:
        numerator, denominator = (f"`{side.key}`" for side in indicator.sides)
        layers = ", ".join(f"`{layer}`" for layer in dict.fromkeys(side.layer for side in indicator.sides))
        return f"divides {numerator} by {denominator}, over records of {layers}; {kind}; {unit}"
    what = "the largest value in" if indicator.aggregation is Aggregation.MAX else "counts"
    return f"{what} records of `{indicator.layer}`; {kind}; {unit}"


def _public(indicator: Indicator) -> str:
    if len(indicator.sides) > 1:
        return "where both sides are"
    if indicator.shown is Shown.NOTHING:
        return "nothing"
    if indicator.shown is Shown.TOTALS:
        return f"the totals of {own_rhythm().names[1]} and years that are over"
    if not indicator.suppress_below:
        return "all figures"
    if indicator.kind is Kind.STOCK:
        return f"the totals at the end of {own_rhythm().names[1]} that are over"
    text = f"figures of at least {indicator.suppress_below} records"
    if indicator.published is None:
        return text
    return f"{text}, not counting those that the public layer shows (`{indicator.published}`)"


if __name__ == "__main__":
    print(markdown(), end="")
