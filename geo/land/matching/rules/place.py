"""Rules about a plot's location: districts, the wanted place, fibre, access."""

from collections.abc import Mapping

from geo.land.matching.match import Choices, Facts, Length, Reach, Rule, Verdict, Wish, fits, misses, partly, unknown
from geo.profile.wording import PARTS, worded
from geo.records.layers import codes_of
from geo.records.layers.layer import Text

OUTSIDE = worded(Text("außerhalb {own:of_whole}", "outside {own:of_whole}"))
NEAR_M = 2_000
"""How far a plot may lie from the wanted place, if the inquiry does not say."""


def judge_districts(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge whether the district is one of the wanted ones (as in wanted_plots.sql). It never fits partly."""
    if plot.district is None:
        return unknown(f"{PARTS.singular.de} nicht bekannt", f"{PARTS.one_en} not known")
    name = OUTSIDE if plot.district == "outside" else plot.district
    verdict = fits if plot.district in wish.districts else misses
    return verdict("{name}", "{name}", name=name)


def judge_near(wish: Wish, plot: Facts, _: Choices) -> Verdict:
    """Judge the distance to the wanted place: within the wanted distance it fits, up to twice as far partly."""
    wanted = wish.near_m or NEAR_M
    if plot.place_m is None:
        return unknown("Entfernung nicht bekannt", "distance not known")
    return _by_distance(plot.place_m, Reach(wanted, 2 * wanted), "{away} entfernt", "{away} away")


def judge_fibre(_wish: Wish, plot: Facts, choices: Choices) -> Verdict:
    """Judge the distance to the nearest fibre, which is a laid trench or a connected address."""
    if plot.fibre is None:
        return unknown("keine Glasfaser erfasst", "no fibre recorded")
    layer, metres = str(plot.fibre.name), plot.fibre.metres
    if metres < 1:
        return fits("{what} am Grundstück", "{what} at the plot", what=FIBRE[layer])
    reason = ("{what} in {away}", "{what} {away} away")
    return _by_distance(metres, choices.reaches["fibre"], *reason, what=FIBRE[layer])


FIBRE: Mapping[str, Text] = {
    "trenches": Text("verlegte Trasse", "laid trench"),
    "connections": Text("angeschlossene Adresse", "connected address"),
}
ACCESS: Mapping[str, Text] = {
    "motorway": codes_of("access_points", "kind")["motorway_junction"],
    "rail": codes_of("access_points", "kind")["rail_terminal"],
    "port": codes_of("access_points", "kind")["port"],
}

WITHOUT_ACCESS: Mapping[str, Verdict] = {
    "motorway": unknown("keine Anschlussstelle erfasst", "no motorway junction recorded"),
    "rail": unknown("kein Umschlagbahnhof erfasst", "no rail terminal recorded"),
    "port": unknown("kein Hafen erfasst", "no port recorded"),
}


def judge_access(wish: Wish, plot: Facts, choices: Choices) -> Verdict:
    """Judge the straight-line distance to the nearest access point of the wanted kind."""
    kind = str(wish.access)
    found = plot.access.get(kind)
    if found is None:
        return WITHOUT_ACCESS[kind]
    named = found.name or ACCESS[kind]
    return _by_distance(found.metres, choices.reaches[kind], "{what} in {away}", "{what} {away} away", what=named)


def _by_distance(metres: float, reach: Reach, de: str, en: str, **what: object) -> Verdict:
    away = Length(metres)
    if metres <= reach.fits_m:
        return fits(de, en, away=away, **what)
    if metres <= reach.partly_m:
        degree = (reach.partly_m - metres) / (reach.partly_m - reach.fits_m)
        return partly(degree, de, en, away=away, **what)
    return misses(de, en, away=away, **what)


RULES = (
    Rule(
        "districts",
        PARTS.singular,
        Text(f"Unter den gewünschten {PARTS.dative}.", f"One of the wanted {PARTS.all_en}."),
        weight=2,
        is_hard=True,
        applies=lambda wish: bool(wish.districts),
        judge=judge_districts,
    ),
    Rule(
        "near",
        Text("Wunschort", "Wanted place"),
        Text(
            "Im gewünschten Umkreis (sonst 2 km); bis zum Doppelten passt teilweise.",
            "Within the wanted distance (2 km by default); up to twice as far fits partly.",
        ),
        weight=2,
        is_hard=False,
        applies=lambda wish: wish.place is not None,
        judge=judge_near,
    ),
    Rule(
        "fibre",
        Text("Glasfaser", "Fibre"),
        Text(
            "Luftlinie zur nächsten verlegten Trasse oder angeschlossenen Adresse.",
            "Straight-line distance to the nearest laid trench or connected address.",
        ),
        weight=2,
        is_hard=False,
        applies=lambda wish: wish.fibre_required is True,
        judge=judge_fibre,
    ),
    Rule(
        "access",
        Text("Verkehrsanbindung", "Access"),
        Text(
            "Luftlinie zur nächsten Anschlussstelle, zum Umschlagbahnhof oder Hafen.",
            "Straight-line distance to the nearest motorway junction, rail terminal or port.",
        ),
        weight=2,
        is_hard=False,
        applies=lambda wish: wish.access in WITHOUT_ACCESS,
        judge=judge_access,
    ),
)
