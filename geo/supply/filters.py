"""Which records stand behind a cell of the supply: the filter to which the cell's link will lead."""

from datetime import date
from typing import Literal, NamedTuple

from geo.layers.base import Audience
from geo.supply.base import MeasureCount, Row, Supply

Operator = Literal["=", "<>", ">", "<=", "in", "is null", "is not null"]


class Condition(NamedTuple):
    """A property of the layer compared with a value; ``plot.zoning`` is that of a transaction's plot."""

    property: str
    operator: Operator
    value: str | bool | int | date | tuple[str, ...] | None = None


class Behind(NamedTuple):
    """The records of ``layer`` that meet all conditions; their ``amount`` adds up to the cell (None: their number)."""

    layer: str
    amount: str | None
    conditions: tuple[Condition, ...]


ON_OFFER = (
    Condition("status", "in", ("available", "partly_taken", "reserved")),
    Condition("offered_on", "is not null"),
    Condition("remaining_m2", ">", 0),
)
PLOT_CELLS: dict[str, tuple[str | None, tuple[Condition, ...]]] = {
    "plots": (None, ()),
    "offered_m2": ("area_m2", ()),
    "left_m2": ("remaining_m2", ()),
    "unrestricted_m2": ("remaining_m2", (Condition("restriction", "=", "none"),)),
    "minor_m2": ("remaining_m2", (Condition("restriction", "=", "minor"),)),
    "serious_m2": ("remaining_m2", (Condition("restriction", "=", "serious"),)),
    "divisible_m2": ("remaining_m2", (Condition("divisible", "=", True),)),
    "brownfield_m2": ("remaining_m2", (Condition("brownfield", "=", True),)),
}
"""The cells that plots on offer make up, each with the property that is summed and what is asked besides."""

MEDIAN_CELLS: dict[str, tuple[Condition, ...]] = {
    "asking_price_eur_m2": (Condition("asking_price_eur_m2", "is not null"),),
    "asking_markup_percent": (
        Condition("asking_price_eur_m2", "is not null"),
        Condition("ground_value_eur_m2", "is not null"),
    ),
}
"""The cells that are medians of plots on offer: what is asked of a plot to have a say."""

OF_TRANSACTIONS = {"ownership": "sector", "horizon": "plot.horizon", "zoning": "plot.zoning", "district": "district"}


def behind_plots(row: Row, cell: str) -> Behind:
    """The plots behind a cell named as in PLOT_CELLS or MEDIAN_CELLS."""
    amount, besides = PLOT_CELLS[cell] if cell in PLOT_CELLS else (None, MEDIAN_CELLS[cell])
    parts = tuple(_equals(dimension, code) for dimension, code in row.part.items())
    return Behind("plots", amount, (*ON_OFFER, *besides, *parts))


def behind_window(
    supply: Supply,
    row: Row,
    years: int,
    kind: Literal["taken", "bought"],
    audience: Audience = Audience.INTERNAL,
) -> Behind:
    """The transactions behind the take-up (``taken``) or the purchases of the last so many years."""
    is_public = audience is Audience.PUBLIC
    agreed = "agreed_on" if is_public else "agreed_reached_on"
    conditions = [
        Condition("kind", "<>" if kind == "taken" else "=", "purchase"),
        Condition(agreed, ">", _years_before(supply.day, years)),
        Condition(agreed, "<=", supply.day),
    ]
    if not is_public:
        # The public sees no cancelled ones anyway, nor which plot a transaction is of.
        conditions.append(Condition("status", "<>", "cancelled"))
        if kind == "taken":
            conditions.append(Condition("plot", "is not null"))
    parts = (_equals(OF_TRANSACTIONS[dimension], code) for dimension, code in row.part.items())
    return Behind("transactions", "area_m2", (*conditions, *parts))


def behind_measures(count: MeasureCount) -> Behind:
    """The measures of a horizon and state."""
    return Behind("measures", None, (_equals("horizon", count.horizon), Condition("status", "=", count.status)))


def _equals(name: str, code: str | None) -> Condition:
    return Condition(name, "is null") if code is None else Condition(name, "=", code)


def _years_before(day: date, years: int) -> date:
    """As PostgreSQL counts: a year before 29 February is 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
