"""The records behind each figure of the supply: the plots, transactions and measures that add up to it."""

from datetime import date

from geo.figures.kpis.kpi_sql import UNLOCATED
from geo.land.supply.rows import MeasureCount, Row, Supply, Window
from geo.records.layers.layer import Audience
from geo.records.provenance import Condition, Provenance, equals

ON_OFFER = Condition("on_offer", "=", True)
OF_PLOTS: dict[str, tuple[str | None, Condition | None]] = {
    "plots": (None, None),
    "offered_ha": ("area_m2", None),
    "left_ha": ("remaining_m2", None),
    "unrestricted_ha": ("remaining_m2", Condition("restriction", "=", "none")),
    "minor_ha": ("remaining_m2", Condition("restriction", "=", "minor")),
    "serious_ha": ("remaining_m2", Condition("restriction", "=", "serious")),
    "divisible_ha": ("remaining_m2", Condition("divisible", "=", True)),
    "brownfield_ha": ("remaining_m2", Condition("brownfield", "=", True)),
    "asking_price_eur_m2": ("asking_price_eur_m2", None),
    "asking_markup_percent": ("asking_price_eur_m2", Condition("ground_value_eur_m2", "is not null")),
}
"""The figures computed from plots on offer: the property they are computed from, and a further condition."""

OF_TRANSACTIONS = {"ownership": "sector", "horizon": "plot_horizon", "zoning": "plot_zoning", "district": "district"}
"""The property of a transaction that determines its part, by dimension."""


def row_provenance(found: Supply, row: Row) -> dict[str, Provenance]:
    """Return the plots behind each figure of a row, by the figure's name in geo.land.supply.document.row_record."""
    parts = _parts(found, row, {})
    return {
        name: Provenance("plots", amount, (ON_OFFER, *([condition] if condition else []), *parts))
        for name, (amount, condition) in OF_PLOTS.items()
    }


def window_provenance(found: Supply, row: Row, window: Window, audience: Audience) -> dict[str, Provenance]:
    """Return the transactions behind the figures of a window, by the figures' names in window_record.

    The mean take-up and the range are derived from ``takeup_ha`` (and the row's ``left_ha``), so they have no entry.
    """
    is_public = audience is Audience.PUBLIC
    agreed = "agreed_on" if is_public else "agreed_reached_on"
    parts = _parts(found, row, OF_TRANSACTIONS)
    within = (
        Condition(agreed, ">", years_before(found.day, window.years)),
        Condition(agreed, "<=", found.day),
    )
    if is_public:
        # The public sees neither cancelled transactions nor the plot of a transaction.
        return {
            "takeup_ha": Provenance("transactions", "area_m2", (Condition("kind", "<>", "purchase"), *within, *parts)),
            "bought_ha": Provenance("transactions", "area_m2", (Condition("kind", "=", "purchase"), *within, *parts)),
        }
    counted = (*within, Condition("cancelled_on", "is null"), *parts)
    bought = (Condition("kind", "=", "purchase"), *counted)
    priced = (Condition("price_eur", "is not null"), Condition("ground_value_eur_m2", "is not null"))
    taken = (Condition("kind", "<>", "purchase"), Condition("plot", "is not null"), *counted)
    return {
        "takeup_ha": Provenance("transactions", "area_m2", taken),
        "bought_ha": Provenance("transactions", "area_m2", bought),
        "bought_markup_percent": Provenance("transactions", "price_eur", (*bought, *priced)),
    }


def measure_provenance(count: MeasureCount) -> dict[str, Provenance]:
    """Return the measures of a horizon and state."""
    return {
        "measures": Provenance(
            "measures", None, (equals("horizon", count.horizon), Condition("status", "=", count.status))
        )
    }


def years_before(day: date, years: int) -> date:
    """Return the day that many years earlier, as PostgreSQL counts: a year before 29 February is 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _parts(found: Supply, row: Row, names: dict[str, str]) -> tuple[Condition, ...]:
    return tuple(
        equals(names.get(dimension, dimension), _named(found, code) if dimension == "district" else code)
        for dimension, code in row.part.items()
    )


def _named(found: Supply, code: str | None) -> str | None:
    """Return the value of the property ``district``: a name, ``outside``, or None without a place."""
    return None if code in (None, UNLOCATED) else found.districts.get(code, code)
