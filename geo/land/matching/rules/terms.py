"""Rules about the terms on which a plot is available: tenure, price, date, restrictions, reservations."""

from collections.abc import Mapping
from datetime import date

from geo.land.matching.match import Choices, Facts, Rule, Verdict, Wish, fits, misses, partly, unknown
from geo.records.layers import codes_of
from geo.records.layers.layer import Text

DEARER = 0.2
"""The share by which the price may exceed the budget and still fit partly."""
LATER_DAYS = 183
"""The number of days by which a plot may be available later than needed and still fit partly."""


def judge_tenure(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge the tenure from asking price, ownership and ownership restrictions, as offered tenures are not recorded.

    An asking price is for buying. The city grants ground leases on its own land and may lease it; what private owners
    would accept is not recorded.
    """
    severity = [found for kind, found in plot.restrictions if kind == "ownership"]
    if "serious" in severity:
        return misses("Eigentumsverhältnisse stehen entgegen", "ruled out by ownership")
    if severity:
        return partly(0.5, "Eigentumsverhältnisse zu klären", "ownership to be clarified")
    is_public = plot.ownership == "public"
    if wish.tenure == "buy":
        if plot.asking_price_eur_m2 is None:
            return unknown("kein Angebotspreis erfasst", "no asking price recorded")
        return fits("zum Kauf angeboten", "offered for sale")
    if not is_public:
        return unknown("privat: mit dem Eigentümer zu klären", "private: to be clarified with the owner")
    if wish.tenure == "ground_lease":
        return fits("öffentliche Fläche, Erbbaurecht möglich", "public land, ground lease possible")
    return partly(0.5, "öffentliche Fläche, Pacht zu verhandeln", "public land, lease to be negotiated")


def judge_budget(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Compare the asking price with the budget. Prices of leases and ground leases are not recorded."""
    if wish.tenure in ("rent", "ground_lease"):
        return unknown("nur Kaufpreise sind erfasst", "only purchase prices are recorded")
    price, budget = plot.asking_price_eur_m2, wish.budget_eur_m2 or 0
    if price is None and plot.ground_value_eur_m2 is not None:
        reason = ("kein Angebotspreis; Bodenrichtwert {value} €/m²", "no asking price; ground value {value} €/m²")
        return unknown(*reason, value=plot.ground_value_eur_m2)
    if price is None:
        return unknown("kein Angebotspreis erfasst", "no asking price recorded")
    if price <= budget:
        return fits("{price} €/m²", "{price} €/m²", price=price)
    reason = ("{price} €/m² bei {budget} €/m² Budget", "{price} €/m² with a budget of {budget} €/m²")
    degree = 1 - (price - budget) / (budget * DEARER)
    if degree > 0:
        return partly(degree, *reason, price=price, budget=budget)
    return misses(*reason, price=price, budget=budget)


HORIZON_YEARS: Mapping[str, tuple[int, int | None]] = {
    "immediate": (0, 0),
    "short": (0, 2),
    "medium": (2, 5),
    "long": (5, None),
}
"""The years after which a plot of that horizon becomes available, at the earliest and at the latest."""


def judge_needed_by(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Compare the day of availability, or else the horizon, with the day needed (today if that has passed)."""
    assert wish.needed_by is not None
    needed = max(wish.needed_by, plot.day)
    if plot.available_from is not None:
        return _by_day(plot.available_from, needed, plot.day)
    if plot.horizon is None:
        return unknown("Verfügbarkeit nicht erfasst", "availability not recorded")
    values: dict[str, object] = {"horizon": codes_of("plots", "horizon")[plot.horizon], "needed": needed}
    earliest, latest = HORIZON_YEARS[plot.horizon]
    if latest is not None and _years_after(plot.day, latest) <= needed:
        return fits("{horizon}", "{horizon}", **values)
    if _years_after(plot.day, earliest) <= needed:
        return partly(0.5, "{horizon}, gebraucht bis {needed}", "{horizon}, needed by {needed}", **values)
    return misses("{horizon}, gebraucht bis {needed}", "{horizon}, needed by {needed}", **values)


def _by_day(available: date, needed: date, today: date) -> Verdict:
    if available <= today:
        return fits("sofort", "immediately")
    if available <= needed:
        return fits("ab {day}", "from {day}", day=available)
    reason = ("ab {day}, gebraucht bis {needed}", "from {day}, needed by {needed}")
    degree = 1 - (available - needed).days / LATER_DAYS
    if degree > 0:
        return partly(degree, *reason, day=available, needed=needed)
    return misses(*reason, day=available, needed=needed)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def judge_restrictions(_wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge by the most severe restriction (as in plot_severity.sql)."""
    for severity in ("serious", "minor"):
        if kinds := dict.fromkeys(kind for kind, found in plot.restrictions if found == severity):
            labels = [codes_of("plot_restrictions", "kind")[kind] for kind in kinds]
            values: dict[str, object] = {
                "severity": codes_of("plot_restrictions", "severity")[severity],
                "kinds": Text(", ".join(one.de for one in labels), ", ".join(one.en for one in labels)),
            }
            if severity == "serious":
                return misses("{severity}: {kinds}", "{severity}: {kinds}", **values)
            return partly(0.5, "{severity}: {kinds}", "{severity}: {kinds}", **values)
    return fits("keine", "none")


def judge_reservation(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge the reservations: a plot reserved for others, wholly or in part, stays on offer, but fits only partly."""
    if wish.inquiry is not None and wish.inquiry in plot.reserved_for:
        return fits("für diese Anfrage reserviert", "reserved for this inquiry")
    if plot.status == "partly_reserved":
        return partly(0.75, "teilweise reserviert", "partly reserved")
    if plot.status == "reserved" or plot.reserved_for:
        return partly(0.5, "reserviert", "reserved")
    return fits("frei", "free")


def _always(_: Wish) -> bool:
    return True


RULES = (
    Rule(
        "tenure",
        Text("Erwerbsform", "Tenure"),
        Text(
            "Aus Angebotspreis, Eigentum und Eigentumsrestriktionen geschlossen.",
            "Inferred from asking price, ownership and ownership restrictions.",
        ),
        weight=1,
        is_hard=False,
        applies=lambda wish: wish.tenure not in (None, "any"),
        judge=judge_tenure,
    ),
    Rule(
        "budget",
        Text("Preis", "Price"),
        Text(
            "Angebotspreis gegen Preisvorstellung; bis 20 % darüber passt teilweise.",
            "Asking price compared with the budget; up to 20 % above fits partly.",
        ),
        weight=2,
        is_hard=False,
        applies=lambda wish: wish.budget_eur_m2 is not None,
        judge=judge_budget,
    ),
    Rule(
        "needed_by",
        Text("Verfügbarkeit", "Availability"),
        Text(
            "„Verfügbar ab“ oder Zeithorizont gegen „benötigt bis“; bis ein halbes Jahr später passt teilweise.",
            "“Available from”, or the horizon, compared with “needed by”; up to half a year later fits partly.",
        ),
        weight=2,
        is_hard=False,
        applies=lambda wish: wish.needed_by is not None,
        judge=judge_needed_by,
    ),
    Rule(
        "restrictions",
        Text("Restriktionen", "Restrictions"),
        Text("Gering passt teilweise, schwerwiegend passt nicht.", "Minor fits partly, serious does not fit."),
        weight=1,
        is_hard=False,
        applies=_always,
        judge=judge_restrictions,
    ),
    Rule(
        "reservation",
        Text("Reservierung", "Reservation"),
        Text("Für andere reserviert passt teilweise.", "Reserved for others fits partly."),
        weight=1,
        is_hard=False,
        applies=_always,
        judge=judge_reservation,
    ),
)
