"""The definition of an indicator: its members, and the terms they use."""

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
"""The agency's areas, the first level of grouping in the report's table."""

PRODUCTS = {
    "services": Text("Firmenbezogene Dienstleistungen", "Services for companies"),
    "trends": Text("Trends und Innovationen", "Trends and innovations"),
    "knowledge": Text("Wissensmanagement", "Knowledge management"),
    "projects": Text("Großprojekte", "Major projects"),
}


PARTS_OF_LINE: LiteralString = "unnest(t.district_keys, t.district_lengths_m) as part (district, length_m)"
WHOLE_LINE: LiteralString = "(values (null::text, t.city_length_m)) as part (district, length_m)"
"""A line's parts inside the city by district, and the replacement used for totals, with all of them as one."""
ONE_OF_LINE: LiteralString = (
    "(select o.district, o.length_m from unnest(t.district_keys, t.district_lengths_m) as o (district, length_m) "
    "where t.district_keys @> array[%({part})s::text] and o.district = %({part})s) as part"
)
"""The replacement used for the figures of one district, by which an index finds the lines that run through it."""

FIRST_IN_TEXT = 101
"""The first position after the report's table. From here on, figures appear in the report's text."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the report, defined by the records that count.

    ``contributions`` is a query that returns one row per record (for lines, one per record and district) with

    - ``id``: the record's id in the table ``layer``,
    - ``date`` (a flow), or ``from_on`` and ``until_on`` (a stock; it counts on the days from_on ≤ day < until_on),
    - ``amount``: numeric, in the indicator's unit, never rounded,
    - ``district``: a district's key, ``outside``, or null for a record without a place,
    - ``geom``: the geometry to show (in the stored CRS).

    It names tables without a schema, so that the same query can also evaluate the records as of an earlier time.
    ``rounding`` is the step to which the printed figure is rounded, once, at the end. ``position`` is the line in the
    report's table; from FIRST_IN_TEXT on, the figure appears in the report's text. ``goals`` are the city's goals it
    serves.

    What the public sees of a figure (geo.figures.kpis.disclosure) depends on three members. ``suppress_below``: figures
    of at least one but fewer records than this are hidden, as are figures from which they could be derived.
    ``published`` is the condition, over the alias ``r`` of the layer's public view, under which that view shows a
    record with the date and the amount that count; such records hide nothing. ``public_district`` is the column used
    instead of ``district`` for the split by district; places that the public may not know are null there.

    ``recorded_by`` are the columns of the layer whose dates tell whether it has records by the end of a period
    (geo.figures.kpis.recorded): ``layer`` stands for those of the registry, None for none, as in earlier versions.
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
    suppress_below: int = 3
    published: LiteralString | None = None
    public_district: Literal["district", "public_district"] = "district"
    goals: tuple[str, ...] = ()
    recorded_by: tuple[str, ...] | Literal["layer"] | None = "layer"

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose records it reads: its own first, then those that its contributions join."""
        read = re.findall(r"\b(?:from|join)\s+(?!lateral\b)(\w+)", self.contributions)
        return tuple(dict.fromkeys([self.layer, *read]))

    def rounded(self, exact: Decimal) -> Decimal:
        """Return the figure as printed: rounded to the nearest step, half away from zero."""
        return (exact / self.rounding).quantize(Decimal(1), ROUND_HALF_UP) * self.rounding


@dataclass(frozen=True, slots=True)
class Family:
    """One indicator for each row of a query with ``member`` (a part of the indicator's key) and ``name``.

    ``{name}`` in label and rule is replaced by the member's name; the contributions bind ``%(member)s``.
    """

    indicator: Indicator
    members: LiteralString

    def expand(self, member: str, name: str) -> Indicator:
        """Return the indicator of one member."""
        base = self.indicator
        return replace(
            base,
            key=f"{base.key}:{member}",
            label=Text(base.label.de.replace("{name}", name), base.label.en.replace("{name}", name)),
            rule=Text(base.rule.de.replace("{name}", name), base.rule.en.replace("{name}", name)),
            parameters={"member": member},
        )
