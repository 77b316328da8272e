"""Rules about the land itself: size, zoning, divisibility, use."""

from collections.abc import Mapping

from geo.land.matching.match import Choices, Facts, Rule, Verdict, Wish, fits, misses, partly, unknown
from geo.land.matching.uses import find_use
from geo.records.layers.layer import Text

TOLERANCE = 0.1
"""The share by which an area may miss the wanted one and still fit partly."""
CUT = 0.5
"""The degree to which a lot fits that is a small part of its plot: it has to be surveyed, and the rest to be sold."""


def judge_size(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge the size. A divisible plot offers a lot, any other plot all that is left (as in wanted_plots.sql)."""
    largest, smallest = plot.remaining_m2, smallest_lot_m2(plot)
    if wish.min_m2 is not None and largest < wish.min_m2:
        degree = 1 - (wish.min_m2 - largest) / (wish.min_m2 * TOLERANCE)
        reason = ("{left} m² frei, {wanted} m² gesucht", "{left} m² left, {wanted} m² wanted")
        return _missed(degree, *reason, left=largest, wanted=wish.min_m2)
    if wish.max_m2 is not None and smallest > wish.max_m2:
        degree = 1 - (smallest - wish.max_m2) / (wish.max_m2 * TOLERANCE)
        if plot.divisible:
            reason = (
                "Teilfläche ab {least} m², höchstens {wanted} m² gesucht",
                "lots from {least} m², {wanted} m² at most",
            )
        else:
            reason = (
                "{least} m² am Stück, höchstens {wanted} m² gesucht",
                "{least} m² in one piece, {wanted} m² at most",
            )
        return _missed(degree, *reason, least=smallest, wanted=wish.max_m2)
    if wish.max_m2 is not None and largest > wish.max_m2:
        return _cut(wish.max_m2 / largest, max(smallest, wish.min_m2 or 0), largest)
    return fits("{left} m² frei", "{left} m² left", left=largest)


def smallest_lot_m2(plot: Facts) -> float:
    """Return the smallest area that can be taken of a plot."""
    return min(plot.min_lot_m2 or 0, plot.remaining_m2) if plot.divisible else plot.remaining_m2


def _cut(share: float, least: float, left: float) -> Verdict:
    """Judge the lot that would be cut of a plot larger than wanted, of which it is that share at most."""
    degree = max(share, CUT)
    if not least:
        return partly(degree, "Teilfläche von {left} m²", "a lot of {left} m²", left=left)
    reason = ("Teilfläche ab {least} m² von {left} m²", "lots from {least} m² of {left} m²")
    return partly(degree, *reason, least=least, left=left)


def _missed(degree: float, de: str, en: str, **values: object) -> Verdict:
    return partly(degree, de, en, **values) if degree > 0 else misses(de, en, **values)


ADMITTED_IN_PART: Mapping[tuple[str, str], tuple[float, Text]] = {
    ("GE", "GEe"): (
        0.5,
        Text("nur nicht wesentlich störende Betriebe", "only businesses that disturb little"),
    ),
    **{
        (wanted, "par34"): (0.5, Text("nach der Umgebung zu prüfen", "to be assessed from the surroundings"))
        for wanted in ("GE", "GEe", "MI", "MU")
    },
    ("GI", "GE"): (0.25, Text("nur, was nicht erheblich belästigt", "only uses that are not a considerable nuisance")),
}
"""The degree and reason by wanted zoning and the plot's, for pairs that admitted_zonings.sql does not fully admit."""


def judge_zoning(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge the zoning: what building law admits (admitted_zonings.sql) fits."""
    if plot.zoning is None:
        return unknown("Nutzungsart nicht erfasst", "zoning not recorded")
    wanted = str(wish.zoning)
    values: dict[str, object] = {"own": _short(plot.zoning), "wanted": _short(wanted)}
    if plot.zoning == wanted:
        return fits("{own}", "{own}", **values)
    if wanted in plot.admits:
        return fits("{own}, lässt {wanted} zu", "{own}, admits {wanted}", **values)
    if found := ADMITTED_IN_PART.get((wanted, plot.zoning)):
        degree, why = found
        return partly(degree, "{own} statt {wanted}: {why}", "{own} instead of {wanted}: {why}", why=why, **values)
    return misses("{own} statt {wanted}", "{own} instead of {wanted}", **values)


def _short(zoning: str) -> str:
    return "§ 34" if zoning == "par34" else zoning


def judge_divisible(_wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge whether the plot may be divided. It never fits partly."""
    if plot.divisible is None:
        return unknown("Teilbarkeit nicht erfasst", "divisibility not recorded")
    if not plot.divisible:
        return misses("nicht teilbar", "not divisible")
    if plot.min_lot_m2 is None:
        return fits("teilbar", "divisible")
    return fits("teilbar ab {least} m²", "divisible from {least} m²", least=plot.min_lot_m2)


def judge_use(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge whether the plot's zoning permits the intended use, if the words for it are known."""
    known = find_use(wish.use or "")
    if known is None:
        return unknown("Nutzung „{use}“ ist zu prüfen", "use “{use}” needs assessment", use=(wish.use or "")[:80])
    if plot.zoning is None:
        return unknown("Nutzungsart nicht erfasst", "zoning not recorded")
    values: dict[str, object] = {"use": known.label, "own": _short(plot.zoning)}
    if plot.zoning in known.fits:
        return fits("{use} in {own} möglich", "{use} possible in {own}", **values)
    if plot.zoning in known.partly:
        return partly(0.5, "{use} in {own} im Einzelfall", "{use} in {own}: case by case", **values)
    return misses("{use} in {own} nicht vorgesehen", "{use} not intended in {own}", **values)


RULES = (
    Rule(
        "size",
        Text("Größe", "Size"),
        Text(
            "Was frei ist; bis 10 % Abweichung passt teilweise, ebenso eine Teilfläche eines größeren Grundstücks.",
            "The area that is left; up to 10 % off fits partly, as does a lot of a larger plot.",
        ),
        weight=3,
        is_hard=True,
        applies=lambda wish: wish.min_m2 is not None or wish.max_m2 is not None,
        judge=judge_size,
    ),
    Rule(
        "zoning",
        Text("Nutzungsart", "Zoning"),
        Text("Die Nutzungsart, die das Baurecht zulässt.", "The zoning that building law admits."),
        weight=3,
        is_hard=True,
        applies=lambda wish: wish.zoning is not None,
        judge=judge_zoning,
    ),
    Rule(
        "divisible",
        Text("Teilbar", "Divisible"),
        Text("Ob sich das Grundstück teilen lässt.", "Whether the plot may be divided."),
        weight=2,
        is_hard=True,
        applies=lambda wish: wish.divisible is True,
        judge=judge_divisible,
    ),
    Rule(
        "use",
        Text("Nutzung", "Use"),
        Text("Ob die Nutzungsart die geplante Nutzung zulässt.", "Whether the zoning permits the intended use."),
        weight=1,
        is_hard=False,
        applies=lambda wish: bool(wish.use and wish.use.strip()),
        judge=judge_use,
    ),
)
