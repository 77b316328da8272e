"""The definition of an indicator: its members, and the terms they use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Literal, LiteralString

from geo.periods import Period
from geo.profile import profile
from geo.records.layers.layer import Text
from geo.units import OwnUnit, Unit


class Kind(StrEnum):
    """A flow sums what happened in a period; a stock is the state at the end of the period's last day."""

    FLOW = "flow"
    STOCK = "stock"


class Aggregation(StrEnum):
    """How the amounts of contributions become a figure. A ratio is that of two sums, hence also an average.

    Coverage is the sum of what the records' polygons cover inside the city, in m²: divided among the parts where it
    lies, and counted once where records overlap, for the record with the lower id.
    """

    SUM = "sum"
    COVERAGE = "coverage"
    MAX = "max"
    RATIO = "ratio"


class Shown(StrEnum):
    """What the public sees of an indicator: figures of enough records, only the totals published, or nothing."""

    COUNTS = "counts"
    TOTALS = "totals"
    NOTHING = "nothing"


AREAS = profile().known_areas
"""The agency's areas, the first level of grouping in the report's table."""

PRODUCTS = profile().known_products
"""The agency's products, the second level."""

RATIO_DIGITS = 12
"""The number of decimals to which a ratio is computed."""


PARTS_OF_LINE: LiteralString = "unnest(t.district_keys, t.district_lengths_m) as part (district, length_m)"
WHOLE_LINE: LiteralString = "(values (null::text, t.city_length_m)) as part (district, length_m)"
"""A line's parts inside the city by district, and the replacement used for totals, with all of them as one."""
ONE_OF_LINE: LiteralString = (
    "(select o.district, o.length_m from unnest(t.district_keys, t.district_lengths_m) as o (district, length_m) "
    "where o.district = %({part})s) as part"
)
"""The replacement used for the figures of one district."""

PLACELESS = re.compile(r"\bnull::text as district\b")
"""By this the contributions of an indicator say that none of them has a place."""

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
    ``dates`` are the columns of ``layer`` from whose dates ``date``, ``from_on`` and ``until_on`` follow; ``amounts``
    those from whose values ``amount`` does and that may be empty: without one a record may count 0
    (geo.figures.checks.values).
    ``rounding`` is the step to which the printed figure is rounded, once, at the end, and ``decimals`` how many
    decimals are printed. ``position`` is the line in the report's table; from FIRST_IN_TEXT on, the figure appears in
    the report's text. ``goals`` are the city's goals it serves.

    A ratio has no contributions: it divides ``numerator`` by ``denominator``, times ``factor``. Where it is not to be
    computed (nothing to divide by, or no record to choose a maximum from), there is no figure: None. Of coverage the
    amounts of ``contributions`` do not count, but their polygons, which only stocks have.

    A definition holds from ``valid_from`` to ``valid_until``, that day included (None: ever); ``others`` are the
    definitions of the same key that hold at other times. A period is counted by the definition of its last day.

    What the public sees of a figure (geo.figures.kpis.disclosure) depends on four members. ``shown`` is what it may
    see at all. ``suppress_below``: figures of at least one but fewer records than this are hidden, as are figures from
    which they could be derived.
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
    unit: Unit | OwnUnit
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
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    decimals: int = 0
    aggregation: Aggregation = Aggregation.SUM
    numerator: "Indicator | None" = None
    denominator: "Indicator | None" = None
    factor: Decimal = Decimal(1)
    valid_from: date | None = None
    valid_until: date | None = None
    others: tuple["Indicator", ...] = ()
    shown: Shown = Shown.COUNTS
    recorded_by: tuple[str, ...] | Literal["layer"] | None = "layer"

    @property
    def sides(self) -> tuple["Indicator", ...]:
        """The indicators whose records are behind it: numerator and denominator of a ratio, else itself."""
        return (self.numerator, self.denominator) if self.numerator and self.denominator else (self,)

    @property
    def is_sum(self) -> bool:
        """Whether it is 0 where nothing counts, and parts add up; of a ratio or maximum there is no figure then."""
        return self.aggregation in (Aggregation.SUM, Aggregation.COVERAGE)

    @property
    def is_share_of_area(self) -> bool:
        """Whether it is the share that records cover of the area of the city, and of each part."""
        return self.numerator is not None and self.numerator.aggregation is Aggregation.COVERAGE

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose records it reads: its own first, then those that its contributions join."""
        found = [self.layer]
        for version in self.versions:
            found += [layer for side in version.sides if side is not version for layer in side.layers]
            read = re.findall(r"\b(?:from|join)\s+(?!lateral\b|unnest\b)(\w+)", version.contributions)
            found += [version.layer, *read]
        return tuple(dict.fromkeys(found))

    @property
    def has_place(self) -> bool:
        """Whether any of its records can lie in a part of the city; those of others have a figure of the whole only."""
        return any(not PLACELESS.search(side.contributions) for side in self.sides)

    @property
    def versions(self) -> tuple["Indicator", ...]:
        """All definitions of its key, in the order in which they hold."""
        return tuple(sorted(self._each(), key=lambda version: version.valid_from or date.min))

    @property
    def part_decimals(self) -> int:
        """The number of decimals with which a part of the figure is printed."""
        return max(self.unit.value.part_decimals, self.decimals)

    def holds_on(self, day: date) -> bool:
        """Whether this definition holds on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)

    def in_force(self, period: Period) -> "Indicator | None":
        """Return the definition by which the period is counted, that of its last day; None if there is none.

        It knows the others, as this one does. A ratio is not defined where one of its sides is not.
        """
        found = self if self.holds_on(period.last) else None
        if not found:
            other = next((version for version in self.others if version.holds_on(period.last)), None)
            found = replace(other, others=tuple(each for each in self._each() if each is not other)) if other else None
        return None if found and found.lacking(period) else found

    def lacking(self, period: Period) -> "list[Indicator]":
        """Return the sides of a ratio that are not defined on the period's last day."""
        return [side for side in self.sides if side is not self and not side.in_force(period)]

    def _each(self) -> tuple["Indicator", ...]:
        return (replace(self, others=()), *self.others) if self.others else (self,)

    def rounded(self, exact: Decimal) -> Decimal:
        """Return the figure as printed: rounded to the nearest step, half away from zero."""
        return (exact / self.rounding).quantize(Decimal(1), ROUND_HALF_UP) * self.rounding

    def printed(self, exact: Decimal | None) -> Decimal | None:
        """Return the figure as printed; None where there is none."""
        return None if exact is None else self.rounded(exact)

    def total(self, amounts: Iterable[Decimal]) -> Decimal | None:
        """Return the figure of records with these amounts; not of a ratio."""
        if self.aggregation is Aggregation.MAX:
            return max(amounts, default=None)
        return sum(amounts, Decimal())

    def divided(self, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
        """Return the ratio of two sums as the database computes it; None if there is nothing to divide by."""
        if not denominator or numerator is None:
            return None
        with localcontext(prec=60):
            return (numerator * self.factor / denominator).quantize(Decimal(1).scaleb(-RATIO_DIGITS), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Family:
    """One indicator for each row of a query with ``member`` (a part of the indicator's key), ``name`` and ``geom``.

    ``{name}`` in label and rule is replaced by the member's name; the contributions bind ``%(member)s``. ``geom`` is
    the area that the member is, null if it has none.
    """

    indicator: Indicator
    members: LiteralString

    def expand(self, member: str, name: str) -> Indicator:
        """Return the indicator of one member."""

        def of_member(version: Indicator) -> Indicator:
            return replace(
                version,
                key=f"{version.key}:{member}",
                label=Text(version.label.de.replace("{name}", name), version.label.en.replace("{name}", name)),
                rule=Text(version.rule.de.replace("{name}", name), version.rule.en.replace("{name}", name)),
                parameters={"member": member},
                others=tuple(map(of_member, version.others)),
            )

        return of_member(self.indicator)
