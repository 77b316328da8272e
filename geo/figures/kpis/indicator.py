"""The terms in which an indicator is described."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal, LiteralString

from geo.records.layers.layer import Text
from geo.units import Unit


class Kind(StrEnum):
    """A flow sums what happened in a period; a stock is the state at the end of the period's last day."""

    FLOW = "flow"
    STOCK = "stock"


AREAS = {
    "customers": Text("Kundenservice", "Customer service"),
    "information": Text("Business Information Service", "Business Information Service"),
}
"""The agency's areas, by which the report's table is grouped first."""

PRODUCTS = {
    "services": Text("Firmenbezogene Dienstleistungen", "Services for companies"),
    "trends": Text("Trends und Innovationen", "Trends and innovations"),
    "knowledge": Text("Wissensmanagement", "Knowledge management"),
    "projects": Text("Großprojekte", "Major projects"),
}


PARTS_OF_LINE: LiteralString = "unnest(t.district_keys, t.district_lengths_m) as part (district, length_m)"
WHOLE_LINE: LiteralString = "(values (null::text, t.city_length_m)) as part (district, length_m)"
"""A line's parts inside the city by district, and all of them as one: what a total takes in the place of the parts."""

FIRST_IN_TEXT = 101
"""The first position that is no line of the report's table."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the report, defined by the records that count.

    ``contributions`` is a query that returns one row per record (a line: per record and district) with

    - ``id``: the record's id in the table ``layer``,
    - ``date`` (a flow), or ``from_on`` and ``until_on`` (a stock; it counts on the days from_on ≤ day < until_on),
    - ``amount``: numeric, in the indicator's unit, never rounded,
    - ``district``: a district's key, ``outside``, or null for a record without a place,
    - ``geom``: the geometry to show (EPSG:25832).

    It names tables without a schema, so that the same query answers as recorded on any day. ``rounding`` is the step
    to which the printed figure is rounded, once, at the end. ``suppress_below``: the public sees no figure of at least
    one but fewer records than that, nor one from which it could be worked out (see geo.figures.kpis.suppression).
    ``public_district`` is the column by which the public sees it split by district, where that is another one than
    ``district``: a place that the public does not know is null there. ``position`` is its line in the report's table;
    from FIRST_IN_TEXT on it is a figure of the report's text. ``goals`` are the city's goals that it serves.
    """

    key: str
    position: int
    area: Text
    product: Text
    label: Text
    unit: Unit
    kind: Kind
    rule: Text
    layer: str
    contributions: LiteralString
    rounding: Decimal = Decimal(1)
    parameters: Mapping[str, str] = field(default_factory=dict)
    suppress_below: int = 0
    public_district: Literal["district", "public_district"] = "district"
    goals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.suppress_below and self.kind is Kind.STOCK:
            raise ValueError(f"{self.key}: counts are suppressed for flows only, whose periods add up")

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose records it reads: its own first, then those that its contributions look up."""
        read = re.findall(r"\b(?:from|join)\s+(?!lateral\b)(\w+)", self.contributions)
        return tuple(dict.fromkeys([self.layer, *read]))

    def rounded(self, exact: Decimal) -> Decimal:
        """The figure as printed: to the nearest step, half away from zero."""
        return (exact / self.rounding).quantize(Decimal(1), ROUND_HALF_UP) * self.rounding


@dataclass(frozen=True, slots=True)
class Family:
    """One indicator for each member that a query finds: ``member`` (its part of the key) and ``name``.

    ``{name}`` in the label stands for the member's name; the contributions bind ``%(member)s``.
    """

    indicator: Indicator
    members: LiteralString

    def expand(self, member: str, name: str) -> Indicator:
        """The indicator of one member."""
        base = self.indicator
        return replace(
            base,
            key=f"{base.key}:{member}",
            label=Text(base.label.de.replace("{name}", name), base.label.en.replace("{name}", name)),
            rule=Text(base.rule.de.replace("{name}", name), base.rule.en.replace("{name}", name)),
            parameters={"member": member},
        )
