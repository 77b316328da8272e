"""The data types of matching: wishes, facts, rules, verdicts and matches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from geo.formatting import day, number
from geo.records.layers.layer import Text

MOST_WEIGHT = 10
"""The upper limit for weights; the lower one is 0."""


class Fit(StrEnum):
    """How well a plot meets one criterion."""

    FITS = "fits"
    PARTLY = "partly"
    NOT = "does_not_fit"
    UNKNOWN = "unknown"


FIT_LABELS: Mapping[Fit, Text] = {
    Fit.FITS: Text("passt", "fits"),
    Fit.PARTLY: Text("passt teilweise", "fits partly"),
    Fit.NOT: Text("passt nicht", "does not fit"),
    Fit.UNKNOWN: Text("unbekannt", "unknown"),
}


class Verdict(NamedTuple):
    """A rule's verdict on a plot. The reasons ``de`` and ``en`` are templates with names of ``values`` in braces."""

    fit: Fit
    degree: float
    de: str
    en: str
    values: Mapping[str, object] = {}

    @property
    def is_unknown(self) -> bool:
        """Whether the verdict is unknown, so that it does not count in the score."""
        return self.fit is Fit.UNKNOWN

    def words(self, language: str = "de") -> str:
        """Return the reason, with numbers and dates formatted for the language."""
        shown = {name: _shown(value, language) for name, value in self.values.items()}
        return (self.en if language == "en" else self.de).format_map(shown)


def fits(de: str, en: str, **values: object) -> Verdict:
    """Return the verdict that the plot fits fully."""
    return Verdict(Fit.FITS, 1, de, en, values)


def partly(degree: float, de: str, en: str, **values: object) -> Verdict:
    """Return the verdict that the plot fits to a degree of at least 0 and below 1."""
    return Verdict(Fit.PARTLY, degree, de, en, values)


def misses(de: str, en: str, **values: object) -> Verdict:
    """Return the verdict that the plot does not fit."""
    return Verdict(Fit.NOT, 0, de, en, values)


def unknown(de: str, en: str, **values: object) -> Verdict:
    """Return the verdict that it is unknown whether the plot fits."""
    return Verdict(Fit.UNKNOWN, 0, de, en, values)


NOT_PUBLIC = unknown("nicht öffentlich", "not public")


class Length(float):
    """A length in metres, shown in metres below a kilometre and in kilometres to one decimal above."""

    def words(self, language: str) -> str:
        """Return the length with its unit."""
        if self < 999.5:
            return f"{number(float(self), language, 0)} m"
        return f"{number(float(self) / 1000, language, 1)} km"


def _shown(value: object, language: str) -> str:
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, Length):
        return value.words(language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, int | float):
        # Half up, as people expect, and not half to even.
        exact = Decimal(str(value))
        return number(exact.quantize(Decimal(1), ROUND_HALF_UP) if exact >= 1000 else exact, language)
    return str(value)


@dataclass(frozen=True, slots=True)
class Wish:
    """The criteria of an inquiry, named like its columns. ``place`` is longitude and latitude (WGS 84)."""

    tenure: str | None = None
    use: str | None = None
    min_m2: float | None = None
    max_m2: float | None = None
    zoning: str | None = None
    districts: tuple[str, ...] = ()
    place: tuple[float, float] | None = None
    near_m: float | None = None
    divisible: bool | None = None
    fibre_required: bool | None = None
    access: str | None = None
    budget_eur_m2: float | None = None
    needed_by: date | None = None
    inquiry: int | None = None
    number: str | None = None


class Near(NamedTuple):
    """The nearest object of a kind: its layer or name, if the caller may know it, and its distance in metres."""

    name: str | None
    metres: float


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about a plot on offer. ``admits`` are the wanted zonings that its own zoning admits."""

    id: int
    name: str
    day: date
    address: str | None = None
    district: str | None = None
    status: str = "available"
    remaining_m2: float = 0
    zoning: str | None = None
    admits: tuple[str, ...] = ()
    ownership: str = "public"
    divisible: bool | None = None
    min_lot_m2: float | None = None
    asking_price_eur_m2: float | None = None
    ground_value_eur_m2: float | None = None
    horizon: str | None = None
    available_from: date | None = None
    restrictions: tuple[tuple[str, str], ...] = ()
    """The kind and severity of each restriction."""
    fibre: Near | None = None
    access: Mapping[str, Near] = field(default_factory=dict[str, Near])
    """The nearest access points, by the codes of an inquiry's ``access``."""
    place_m: float | None = None
    """The distance from the place that the inquiry names."""
    reserved_for: tuple[int, ...] = ()
    """The inquiries for which it is reserved (0: a reservation without an inquiry), if the caller may know them."""
    center: tuple[float, float] | None = None


class Reach(NamedTuple):
    """A distance fits up to ``fits_m``; from there to ``partly_m`` the degree falls to 0."""

    fits_m: float
    partly_m: float


REACHES: Mapping[str, Reach] = {
    "fibre": Reach(50, 500),
    "motorway": Reach(3_000, 6_000),
    "rail": Reach(5_000, 10_000),
    "port": Reach(5_000, 10_000),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """The weights, hard criteria and reaches of a request, by key. The rules' own weights apply where none is given.

    ``hard`` is None if the rules' own hard criteria apply. ``hidden`` criteria are not disclosed to the caller.
    """

    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    hard: frozenset[str] | None = None
    reaches: Mapping[str, Reach] = field(default_factory=lambda: REACHES)
    hidden: frozenset[str] = frozenset()

    def weight_of(self, rule: "Rule") -> float:
        """Return the weight of the criterion."""
        return self.weights.get(rule.key, rule.weight)

    def excludes(self, rule: "Rule") -> bool:
        """Whether the criterion is hard."""
        return rule.is_hard if self.hard is None else rule.key in self.hard


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion: its default weight, whether it is hard by default, when it applies, and how it is judged."""

    key: str
    label: Text
    hint: Text
    weight: float
    is_hard: bool
    applies: Callable[[Wish], bool]
    judge: Callable[[Wish, Facts, Choices], Verdict]


def verdicts(wish: Wish, plot: Facts, choices: Choices, rules: Iterable[Rule]) -> dict[str, Verdict]:
    """Return the rules' verdicts on a plot, by criterion. Verdicts on hidden criteria are not disclosed."""
    return {rule.key: NOT_PUBLIC if rule.key in choices.hidden else rule.judge(wish, plot, choices) for rule in rules}


class Criterion(NamedTuple):
    """A rule as applied to a request, the number of plots that it excludes, and of those that nothing else excludes."""

    rule: Rule
    applies: bool
    is_hard: bool
    weight: float
    excluded: int
    excluded_alone: int


@dataclass(frozen=True, slots=True)
class Match:
    """A plot matched with a wish. ``score`` is None if there is nothing to weigh.

    ``known`` is the share of the weight that the score is based on; ``fails`` are the hard criteria that exclude the
    plot.
    """

    plot: Facts
    wish: Wish
    choices: Choices
    rules: tuple[Rule, ...]
    score: float | None
    known: float
    fails: tuple[str, ...]
    fits: bool
    """Whether it fits fully, as far as it is known."""
    over_eur_m2: float
    """The difference between a price beyond the budget and the budget, in €/m²."""
    off_m2: float
    """The difference between the area and the wanted one, in m²."""

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts by criterion. They are computed on demand, since few of thousands of matches are ever shown."""
        return verdicts(self.wish, self.plot, self.choices, self.rules)

    @property
    def order(self) -> tuple[Any, ...]:
        """The sort key for best first: score, known share, price beyond the budget, difference in area, id."""
        return (self.score is None, -(self.score or 0), -self.known, self.over_eur_m2, self.off_m2, self.plot.id)


@dataclass(frozen=True, slots=True)
class Matches:
    """The plots on offer, split into those not excluded (``ranked``) and those excluded, both best first.

    Excluded plots that fail the fewest hard criteria come first.
    """

    wish: Wish
    criteria: tuple[Criterion, ...]
    ranked: tuple[Match, ...]
    excluded: tuple[Match, ...]

    def of(self, plot: int) -> Match | None:
        """Return the match of one plot, None if it is not on offer."""
        return next((one for one in (*self.ranked, *self.excluded) if one.plot.id == plot), None)
