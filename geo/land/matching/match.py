"""The terms in which plots are matched with an inquiry."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from geo.formatting import day, number
from geo.records.layers.layer import Text

MOST_WEIGHT = 10
"""A weight is between 0 and this."""


class Fit(StrEnum):
    """How a plot answers one criterion."""

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
    """What a rule says of a plot; its reason has names of ``values`` in braces, which are put in when it is told."""

    fit: Fit
    degree: float
    de: str
    en: str
    values: Mapping[str, object] = {}

    @property
    def is_unknown(self) -> bool:
        """Whether it gives neither."""
        return self.fit is Fit.UNKNOWN

    def words(self, language: str = "de") -> str:
        """The reason, with figures and dates as the language writes them."""
        shown = {name: _shown(value, language) for name, value in self.values.items()}
        return (self.en if language == "en" else self.de).format_map(shown)


def fits(de: str, en: str, **values: object) -> Verdict:
    """The plot fits fully."""
    return Verdict(Fit.FITS, 1, de, en, values)


def partly(degree: float, de: str, en: str, **values: object) -> Verdict:
    """The plot fits by that degree, at least 0 and below 1."""
    return Verdict(Fit.PARTLY, degree, de, en, values)


def misses(de: str, en: str, **values: object) -> Verdict:
    """The plot does not fit."""
    return Verdict(Fit.NOT, 0, de, en, values)


def unknown(de: str, en: str, **values: object) -> Verdict:
    """Nobody knows."""
    return Verdict(Fit.UNKNOWN, 0, de, en, values)


NOT_PUBLIC = unknown("nicht öffentlich", "not public")


class Length(float):
    """Metres, told as such below a kilometre, then as kilometres to one decimal."""

    def words(self, language: str) -> str:
        """With their unit."""
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
        # Half up, as people round.
        exact = Decimal(str(value))
        return number(exact.quantize(Decimal(1), ROUND_HALF_UP) if exact >= 1000 else exact, language)
    return str(value)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: the columns of an inquiry. ``place`` is longitude and latitude (WGS 84)."""

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
    """The nearest thing of a kind: its layer or name, where that may be known, and how far it is away."""

    name: str | None
    metres: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a plot on offer. ``admits`` are the zonings asked for that its own admits."""

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
    """Kind and severity of each."""
    fibre: Near | None = None
    access: Mapping[str, Near] = field(default_factory=dict[str, Near])
    """By the codes of an inquiry's ``access``."""
    place_m: float | None = None
    """From the place that the inquiry names."""
    reserved_for: tuple[int, ...] = ()
    """The inquiries for which it is reserved, as far as the caller may know."""
    center: tuple[float, float] | None = None


class Reach(NamedTuple):
    """Up to ``fits_m`` a distance fits, from there to ``partly_m`` it fits less and less."""

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
    """What a request sets: weights and hard criteria by key where they differ from the rules', reaches likewise.

    ``hard`` is None where the rules' own hold. ``hidden`` are the criteria of which the caller may not know.
    """

    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    hard: frozenset[str] | None = None
    reaches: Mapping[str, Reach] = field(default_factory=lambda: REACHES)
    hidden: frozenset[str] = frozenset()

    def weight_of(self, rule: "Rule") -> float:
        """How much the criterion weighs."""
        return self.weights.get(rule.key, rule.weight)

    def excludes(self, rule: "Rule") -> bool:
        """Whether the criterion is hard."""
        return rule.is_hard if self.hard is None else rule.key in self.hard


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion: its default weight, whether it excludes by default, who asks for it, and how it is judged."""

    key: str
    label: Text
    hint: Text
    weight: float
    is_hard: bool
    is_asked: Callable[[Wish], bool]
    judge: Callable[[Wish, Facts, Choices], Verdict]


def verdicts(wish: Wish, plot: Facts, choices: Choices, asked: Iterable[Rule]) -> dict[str, Verdict]:
    """What the rules say of a plot, by criterion; of what may not be known, nothing."""
    return {rule.key: NOT_PUBLIC if rule.key in choices.hidden else rule.judge(wish, plot, choices) for rule in asked}


class Criterion(NamedTuple):
    """A rule as it is applied to a request, and how many plots it excludes."""

    rule: Rule
    is_asked: bool
    is_hard: bool
    weight: float
    excluded: int


@dataclass(frozen=True, slots=True)
class Match:
    """A plot against what is looked for. ``score`` is None where there is nothing to weigh.

    ``known`` is the share of the weight that the score rests on; ``fails`` are the hard criteria that exclude the plot.
    """

    plot: Facts
    wish: Wish
    choices: Choices
    asked: tuple[Rule, ...]
    score: float | None
    known: float
    fails: tuple[str, ...]
    off_m2: float
    """How far the area is off what is wanted."""

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """By criterion. They are found anew: few of thousands are ever told, and keeping them all would cost more."""
        return verdicts(self.wish, self.plot, self.choices, self.asked)

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts the best first: score, what is known, least off the area wanted, number."""
        return (self.score is None, -(self.score or 0), -self.known, self.off_m2, self.plot.id)


@dataclass(frozen=True, slots=True)
class Matches:
    """The plots on offer, those that no hard criterion excludes first; both parts best first.

    Of the excluded ones the nearest misses come first: those with the fewest hard criteria that they fail.
    """

    wish: Wish
    criteria: tuple[Criterion, ...]
    ranked: tuple[Match, ...]
    excluded: tuple[Match, ...]

    def of(self, plot: int) -> Match | None:
        """What is said of one plot; None where it is not on offer."""
        return next((one for one in (*self.ranked, *self.excluded) if one.plot.id == plot), None)
