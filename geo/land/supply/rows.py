"""The data types of the supply of land: dimensions, windows and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geo.errors import FlurwerkError
from geo.figures.kpis.kpi_sql import OUTSIDE, UNLOCATED
from geo.profile.wording import PARTS, worded
from geo.records.layers import codes_of
from geo.records.layers.layer import Codes, Text

WINDOWS = (1, 3, 5)
"""The lengths, in years, of the windows before the day over which take-up and purchases are summed."""

M2_PER_HA = Decimal(10_000)

DIMENSIONS: Mapping[str, Text] = {
    "horizon": Text("Zeithorizont", "Horizon"),
    "zoning": Text("Nutzungsart", "Zoning"),
    "district": PARTS.singular,
    "ownership": Text("Eigentum", "Ownership"),
}
"""The dimensions by which the supply can be split, named like the columns in geo.land.supply.supply_sql."""

CODES: Mapping[str, Codes] = {name: codes_of("plots", name) for name in ("horizon", "zoning", "ownership")}
PLACES: Codes = {
    OUTSIDE: worded(Text("außerhalb {own:of_whole}", "outside {own:of_whole}")),
    UNLOCATED: Text("ohne Ortsangabe", "without a place"),
}
UNKNOWN = Text("ohne Angabe", "not stated")
NO_TAKE_UP = Text("kein Umsatz", "no take-up")


class UnknownDimension(FlurwerkError):
    """A dimension is unknown, or named twice."""


@dataclass(frozen=True, slots=True)
class Window:
    """The last ``years`` years before the day. Areas in m².

    ``paid_eur`` and ``worth_eur`` are the price and the ground value of the purchases for which both are known; None if
    there are none, or if they are withheld from the audience.
    """

    years: int
    taken_m2: Decimal
    bought_m2: Decimal
    paid_eur: Decimal | None
    worth_eur: Decimal | None

    @property
    def taken_m2_per_year(self) -> Decimal:
        """The mean take-up per year."""
        return self.taken_m2 / self.years

    @property
    def bought_markup_percent(self) -> Decimal | None:
        """The percentage by which the price paid exceeds the ground value; None if unknown."""
        return (self.paid_eur / self.worth_eur - 1) * 100 if self.paid_eur and self.worth_eur else None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: areas in m², prices in €/m².

    ``part`` has a code for every dimension (a district's key, ``outside`` or ``unlocated``), None if not stated; the
    total's is empty. ``left_m2`` and the areas after it exclude what is taken. ``windows`` is None if withheld from the
    audience.
    """

    part: Mapping[str, str | None]
    plots: int
    offered_m2: Decimal
    left_m2: Decimal
    unrestricted_m2: Decimal
    minor_m2: Decimal
    serious_m2: Decimal
    divisible_m2: Decimal
    brownfield_m2: Decimal
    asking_price_eur_m2: Decimal | None
    asking_markup_percent: Decimal | None
    windows: tuple[Window, ...] | None

    def range_years(self, window: Window) -> Decimal | None:
        """Return how many years the land left lasts at the window's mean take-up; None without take-up."""
        return self.left_m2 / window.taken_m2_per_year if window.taken_m2 else None


@dataclass(frozen=True, slots=True)
class MeasureCount:
    """The number of measures of the land strategy with this horizon (None: not stated) and state."""

    horizon: str | None
    status: str
    measures: int


@dataclass(frozen=True, slots=True)
class Supply:
    """The supply on a day. The rows add up to the total exactly, except for medians, means and what derives from them.

    ``measures`` is None if withheld from the audience; ``withheld`` names everything that is.
    """

    day: date
    by: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    measures: tuple[MeasureCount, ...] | None
    districts: Mapping[str, str]
    withheld: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is neither land on offer nor any take-up or purchase in the longest window."""
        dealt = any(window.taken_m2 or window.bought_m2 for window in self.total.windows or ())
        return not self.total.plots and not dealt

    def label(self, dimension: str, code: str | None, language: str = "de") -> str:
        """Return the label of a part."""
        if code is None:
            return UNKNOWN.in_language(language)
        if dimension == "district":
            return self.districts.get(code) or PLACES.get(code, Text(code, code)).in_language(language)
        return CODES[dimension][code].in_language(language)


def parse_dimensions(names: str | Sequence[str] | None, known: Mapping[str, Text] = DIMENSIONS) -> tuple[str, ...]:
    """Parse dimensions given as ``horizon,zoning`` or as a list. Raises UnknownDimension, naming the known ones."""
    given = names.split(",") if isinstance(names, str) else list(names or ())
    chosen = tuple(name for name in (name.strip() for name in given) if name)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise UnknownDimension(
            Text(
                f"„{unknown[0]}“ ist kein Merkmal, nach dem geteilt werden kann.", f"“{unknown[0]}” is not a dimension."
            ),
            Text(f"Bekannt: {', '.join(known)}.", f"Known: {', '.join(known)}."),
        )
    if len(set(chosen)) < len(chosen):
        raise UnknownDimension(
            Text("Ein Merkmal ist zweimal genannt.", "A dimension is named twice."),
            Text(
                f"Nennen Sie jedes einmal, etwa {','.join([*known][:2])}.",
                f"Name each once, such as {','.join([*known][:2])}.",
            ),
        )
    return chosen
