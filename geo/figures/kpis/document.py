"""Generates docs/indicators.md from the registry: ``python -m geo.figures.kpis.document > docs/indicators.md``."""

from geo.figures.kpis import FAMILIES, INDICATORS, Indicator, Kind
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
    kind = {Kind.FLOW: "flow", Kind.STOCK: "stock"}[indicator.kind]
    unit = indicator.unit.value.symbol
    return (
        f"\n## `{key}`\n\n"
        f"**{indicator.label.de}** · {indicator.label.en}\n\n"
        f"- counts records of `{indicator.layer}`; {kind}; unit {unit.de} ({unit.en}); "
        f"rounded to {plain(indicator.rounding)}\n"
        f"- public: {_public(indicator)}\n"
        f"- {indicator.rule.de}\n"
        f"- {indicator.rule.en}\n"
    )


def _public(indicator: Indicator) -> str:
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
