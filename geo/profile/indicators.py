"""What a profile says of the report's lines: areas, products, goals, the built-in indicators, and further ones.

What layers and columns there are is not known here; geo.figures.kpis.declared checks the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from geo.profile.section import Section, Switch, Whole, Words, Wrong, shaped
from geo.profile.units import Decimals, KnownOrOwnUnit
from geo.profile.validity import Validity, overlapping
from geo.text import Text, joined

KEY = shaped(
    "[a-z][a-z0-9_]*",
    Text(
        "ein Schlüssel besteht aus kleinen Buchstaben, Ziffern und _ und beginnt mit einem Buchstaben",
        "a key consists of small letters, digits and _, and begins with a letter",
    ),
)
Key = Annotated[str, Field(max_length=60), KEY]
GoalKey = Annotated[
    str,
    Field(max_length=12),
    shaped(
        "[A-Za-z0-9][A-Za-z0-9.-]*",
        Text(
            "der Schlüssel eines Ziels besteht aus Buchstaben, Ziffern, . und -",
            "a goal's key consists of letters, digits, . and -",
        ),
    ),
]
Step = Annotated[Decimal, Field(gt=0, le=1_000_000_000, max_digits=15)]

DEFAULT_AREAS: dict[str, Text] = {
    "customers": Text("Flächen und Unternehmen", "Land and companies"),
    "information": Text("Infrastruktur und Standorte", "Infrastructure and sites"),
}
DEFAULT_PRODUCTS: dict[str, Text] = {
    "services": Text("Vermittlung von Flächen und Immobilien", "Brokering of land and property"),
    "trends": Text("Breitband und Mobilfunk", "Broadband and mobile"),
    "knowledge": Text("Büromarkt", "Office market"),
    "projects": Text("Gewerbegebiete", "Industrial areas"),
}
"""The areas and products of the built-in indicators, as an agency has them that names none of its own."""


def _one_or_more(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class Printed(Validity):
    """How an indicator's line is printed."""

    rounding: Step | None = None
    """The step to which the printed figure is rounded, half away from zero: 100, 1, 0.1, 0.5 …"""

    decimals: Decimals | None = None
    """How many decimals are printed; those of ``rounding`` by default. Without ``rounding`` it is rounded to them."""

    goals: tuple[GoalKey, ...] | None = None
    """The goals it serves, by their keys."""

    @model_validator(mode="after")
    def _digits_fit(self) -> Self:
        if self.rounding is not None and self.decimals is not None and decimals_of(self.rounding) > self.decimals:
            raise Wrong(
                Text(
                    f"Runden auf {self.rounding} braucht {decimals_of(self.rounding)} Nachkommastellen",
                    f"rounding to {self.rounding} needs {decimals_of(self.rounding)} decimals",
                )
            )
        return self


class Override(Printed):
    """What is different of a built-in indicator. Where none holds, the built-in definition does."""

    key: Annotated[str, KEY]
    """The built-in indicator's key, as in docs/indicators.md."""

    label: Words | None = None
    """The line's text."""

    area: str | None = None
    """The key of its area."""

    product: str | None = None
    """The key of its product."""

    position: Annotated[Whole, Field(gt=0, lt=100_000)] | None = None
    """Its place among the lines of its product."""


class Line(Printed):
    """A line that the profile adds to the report."""

    key: Key
    """By which targets, remarks, the API and files know it; no other indicator's."""

    label: Words
    """The line's text."""

    rule: Words
    """What counts, by which day and what does not: whole sentences, printed among the rules of counting."""

    area: str
    """The key of its area: the first level of the report's table."""

    product: str
    """The key of its product: the second level."""

    position: Annotated[Whole, Field(gt=0, lt=100_000)]
    """Its place among the lines of its product, computed and reported ones. From 101 on it is a figure of the text."""


class Declared(Line):
    """An indicator over the records of a layer."""

    layer: str
    """The layer whose records count, such as ``settlements``."""

    filter: str | None = None
    """Which of them: CQL2 text as the API takes it, over the layer's own properties and those of the records it refers
    to, such as ``plot.brownfield = true``. All records if it is missing."""

    date: str | None = None
    """Of a flow: the date property by which records count in a period."""

    from_date: Annotated[str | None, Field(alias="from")] = None
    """Of a stock: the date property of the first day on which a record counts."""

    until: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    """Of a stock: the date property of the day on which it no longer counts; of several, the earliest."""

    measure: Literal["count", "property", "length", "area", "share", "area_share"] | None = None
    """What is counted: the records (``count``, the default), the values of ``property``, the length of lines within the
    city, the area of polygons, the ``share`` of the area (of ``property``, else of the polygons) of all records that
    belong to those matching the filter, or the ``area_share``: how much of the city, and of each part, they cover."""

    counted: Annotated[str | None, Field(alias="property")] = None
    """The number to add up."""

    weight: str | None = None
    """Of a weighted average: the number by which the property's values are weighted."""

    of: str | None = None
    """Of a share: the filter for all records (CQL2), of which ``filter`` chooses some."""

    aggregation: Literal["sum", "average", "weighted_average", "max"] = "sum"
    """How the records' values become one figure."""

    unit: KnownOrOwnUnit | None = None
    """Anzahl, m, km, m², ha, €, T€, €/m², % …, or one of its own. The property's by default."""

    public: Switch = False
    """Whether the public may see more than the totals of half-years and years that are over: all figures that are not
    of few records."""

    suppress_below: Annotated[Whole, Field(ge=3)] = 3
    """The smallest number of records of a figure that the public may see."""

    @property
    def what(self) -> str:
        """The measure, also where the profile leaves it to the other keys."""
        return self.measure or ("property" if self.counted else "count")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for problem in _contradictions(self):
            raise Wrong(problem)
        return self


class Ratio(Line):
    """An indicator that divides two others. Each part and month has the ratio of its own records, never a sum."""

    numerator: Key
    """The key of the indicator above the line, built in or declared."""

    denominator: Key
    """The key of the one below."""

    unit: KnownOrOwnUnit = "%"
    """%, which needs two sides of the same unit; €/m² of € and m²; or one of its own."""


def _contradictions(of: Declared) -> Iterator[Text]:
    if (of.date is None) == (of.from_date is None):
        yield Text(
            "schreiben Sie entweder date (im Zeitraum) oder from (ein Bestand)",
            "write either date (a flow) or from (a stock)",
        )
    if of.until and of.from_date is None:
        yield Text("until gehört zu from", "until belongs to from")
    if of.what in ("property",) and of.counted is None:
        yield Text("measure „property“ braucht property", "measure “property” needs property")
    if of.what not in ("property", "share") and of.counted is not None:
        yield Text(f"measure „{of.what}“ hat kein property", f"measure “{of.what}” takes no property")
    if of.of is not None and of.what != "share":
        yield Text("of gehört zu measure „share“", "of belongs to measure “share”")
    if of.what == "share" and of.filter is None:
        yield Text(
            "measure „share“ braucht filter: von welchen Datensätzen aus „of“ es der Anteil ist",
            "measure “share” needs filter: which of the records of “of” it is the share of",
        )
    if of.what == "area_share" and of.date is not None:
        yield Text(
            "measure „area_share“ braucht from statt date: Es ist der Stand am Ende eines Zeitraums",
            "measure “area_share” needs from instead of date: it is the state at a period's end",
        )
    if of.what in ("count", "share", "area_share") and of.aggregation != "sum":
        yield Text(f"measure „{of.what}“ hat kein {of.aggregation}", f"measure “{of.what}” has no {of.aggregation}")
    if (of.weight is None) != (of.aggregation != "weighted_average"):
        yield Text(
            "weight und aggregation „weighted_average“ gehören zusammen",
            "weight and aggregation “weighted_average” belong together",
        )


def decimals_of(step: Decimal) -> int:
    """Return how many decimals a number has that is rounded to this step: 1 for 0.1, 2 for 0.25, 0 for 100."""
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class Indicators(Section):
    """The tables of the profile that describe the report's lines."""

    areas: dict[Key, Words] = Field(
        default_factory=dict, examples=[{"customers": "Flächen und Firmen", "information": "Breitband und Büros"}]
    )
    """The areas by their keys, in the report's order; others follow. Those of the built-in lines, customers and
    information, are „Flächen und Unternehmen“ and „Infrastruktur und Standorte“ unless they stand here."""

    products: dict[Key, Words] = Field(
        default_factory=dict,
        examples=[{"services": "Vermarktung", "trends": "Ausbau", "knowledge": "Büros", "projects": "Gewerbegebiete"}],
    )
    """The products by their keys, in the report's order. Reported indicators belong to one by its German text. Those of
    the built-in lines, services, trends, knowledge and projects, have names by default likewise: „Vermittlung von
    Flächen und Immobilien“, „Breitband und Mobilfunk“, „Büromarkt“, „Gewerbegebiete“."""

    goals: dict[GoalKey, Words] = Field(
        default_factory=dict, examples=[{"A": "Mehr Arbeit am Ort.", "B": "Glasfaser für alle Betriebe."}]
    )
    """The agency's goals by their keys, any number; none unless they stand here. Built-in indicators serve those that
    [[overrides]] names for them."""

    overrides: tuple[Override, ...] = ()
    """What is different of built-in indicators."""

    indicators: tuple[Declared, ...] = ()
    """Indicators over the records of a layer."""

    ratios: tuple[Ratio, ...] = ()
    """Indicators that divide two others."""

    part_labels: dict[str, dict[str, Words]] = Field(default_factory=dict)
    """What one part calls a line in its own figures and report, by the part's key and the indicator's: in a table
    [part_labels."05958004"], public_land_m2 = "Verkaufte Gemeindeflächen". The whole keeps its own words."""

    @property
    def known_areas(self) -> dict[str, Text]:
        """All areas by their keys: the profile's in its order, then those of the built-in indicators."""
        return {**self.areas, **{key: text for key, text in DEFAULT_AREAS.items() if key not in self.areas}}

    @property
    def known_products(self) -> dict[str, Text]:
        """All products by their keys, likewise."""
        return {**self.products, **{key: text for key, text in DEFAULT_PRODUCTS.items() if key not in self.products}}

    @property
    def lines(self) -> tuple[Declared | Ratio, ...]:
        """All lines that the profile adds."""
        return (*self.indicators, *self.ratios)

    def contradictions(self) -> Iterator[Text]:
        """Yield what the tables' entries have wrong between them, each with its key and what is allowed."""
        entries: list[tuple[str, Sequence[Override | Declared | Ratio]]] = [
            ("overrides", self.overrides),
            ("indicators", self.indicators),
            ("ratios", self.ratios),
        ]
        for table, found in entries:
            for entry in found:
                yield from self._unknown(f"{table}.{entry.key}", entry)
        for table, found in (("overrides", self.overrides), ("indicators", self.lines)):
            yield from (joined(f"{table}.{key}: ", reason, ".") for key, reason in overlapping(found))

    def _unknown(self, where: str, entry: Override | Declared | Ratio) -> Iterator[Text]:
        for name, known in (("area", self.known_areas), ("product", self.known_products)):
            given = getattr(entry, name)
            if given is not None and given not in known:
                yield Text(
                    f"{where}.{name}: „{given}“ gibt es nicht; bekannt sind {', '.join(known)}.",
                    f"{where}.{name}: there is no {name} “{given}”; known are {', '.join(known)}.",
                )
        for goal in entry.goals or ():
            if goal not in self.goals:
                keys = ", ".join(self.goals)
                known = (
                    Text(f"bekannt sind {keys}", f"known are {keys}")
                    if self.goals
                    else Text("[goals] nennt keine", "[goals] names none")
                )
                yield Text(
                    f"{where}.goals: Das Ziel „{goal}“ gibt es nicht; {known.de}.",
                    f"{where}.goals: there is no goal “{goal}”; {known.en}.",
                )


def in_order(given: Mapping[str, Text]) -> dict[str, int]:
    """Return the place of each German text in a table of the profile."""
    return {text.de: place for place, text in enumerate(given.values())}
