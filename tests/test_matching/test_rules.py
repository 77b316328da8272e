"""Each rule in hand-calculated cases: what fits, fits partly, does not fit or is unknown, and to which degree."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from geo.land.matching import RULES, Choices, Facts, Fit, Reach, Wish
from geo.land.matching.match import FIT_LABELS, REACHES, Near
from geo.land.matching.scoring import applicable_rules, judge
from geo.land.matching.uses import USES, find_use
from geo.records.layers import codes
from geo.records.layers.layer import Text

TODAY = date(2026, 11, 23)
Given = Mapping[str, Any]


def facts(**values: Any) -> Facts:
    """Return the facts of a plot on offer, by default of 1 ha."""
    return Facts(**{"id": 1, "name": "Grundstück", "day": TODAY, "remaining_m2": 10_000} | values)


def verdict_of(key: str, wish: Given, plot: Given, choices: Choices | None = None) -> tuple[Fit, float, str]:
    """Return the verdict of one rule, in German."""
    found = RULES[key].judge(Wish(**wish), facts(**plot), choices or Choices())
    return found.fit, round(found.degree, 3), found.words("de")


SIZE = [
    # The remaining area is enough; too large, it fits as a lot of a divisible plot only, and partly.
    ({"min_m2": 8_000}, {}, Fit.FITS, 1, "10.000 m² frei"),
    ({"min_m2": 10_000}, {}, Fit.FITS, 1, "10.000 m² frei"),
    ({"max_m2": 9_000}, {"divisible": True}, Fit.PARTLY, 0.9, "Teilfläche von 10.000 m²"),
    (
        {"max_m2": 3_000},
        {"divisible": True, "min_lot_m2": 3_000},
        Fit.PARTLY,
        0.5,
        "Teilfläche ab 3.000 m² von 10.000 m²",
    ),
    ({"min_m2": 5_000, "max_m2": 8_000}, {"divisible": True}, Fit.PARTLY, 0.8, "Teilfläche ab 5.000 m² von 10.000 m²"),
    # 500 m² of 10,500 are missing: 4.76 % of the tolerated 10 %, so 1 − 0.476 = 0.524.
    ({"min_m2": 10_500}, {}, Fit.PARTLY, 0.524, "10.000 m² frei, 10.500 m² gesucht"),
    # 400 m² more than 9,600 are 4.17 %: 1 − 0.417 = 0.583.
    ({"max_m2": 9_600}, {}, Fit.PARTLY, 0.583, "10.000 m² am Stück, höchstens 9.600 m² gesucht"),
    # A lot of 3,150 m² where 3,000 are wanted is 5 % too large: 1 − 0.5.
    (
        {"max_m2": 3_000},
        {"divisible": True, "min_lot_m2": 3_150},
        Fit.PARTLY,
        0.5,
        "Teilfläche ab 3.150 m², höchstens 3.000 m² gesucht",
    ),
    ({"min_m2": 12_000}, {"divisible": True}, Fit.NOT, 0, "10.000 m² frei, 12.000 m² gesucht"),
    ({"max_m2": 5_000}, {"divisible": False}, Fit.NOT, 0, "10.000 m² am Stück, höchstens 5.000 m² gesucht"),
    ({"max_m2": 5_000}, {"divisible": None}, Fit.NOT, 0, "10.000 m² am Stück, höchstens 5.000 m² gesucht"),
]
ZONING = [
    ({"zoning": "GE"}, {"zoning": "GE", "admits": ("GE", "GEe")}, Fit.FITS, 1, "GE"),
    ({"zoning": "GEe"}, {"zoning": "GE", "admits": ("GE", "GEe")}, Fit.FITS, 1, "GE, lässt GEe zu"),
    (
        {"zoning": "GE"},
        {"zoning": "GEe", "admits": ("GEe",)},
        Fit.PARTLY,
        0.5,
        "GEe statt GE: nur nicht wesentlich störende Betriebe",
    ),
    ({"zoning": "GE"}, {"zoning": "par34"}, Fit.PARTLY, 0.5, "§ 34 statt GE: nach der Umgebung zu prüfen"),
    ({"zoning": "GE"}, {"zoning": "MI", "admits": ("MI",)}, Fit.NOT, 0, "MI statt GE"),
    ({"zoning": "GE"}, {}, Fit.UNKNOWN, 0, "Nutzungsart nicht erfasst"),
]
DIVISIBLE = [
    ({"divisible": True}, {"divisible": True}, Fit.FITS, 1, "teilbar"),
    ({"divisible": True}, {"divisible": True, "min_lot_m2": 2_500}, Fit.FITS, 1, "teilbar ab 2.500 m²"),
    ({"divisible": True}, {"divisible": False}, Fit.NOT, 0, "nicht teilbar"),
    ({"divisible": True}, {}, Fit.UNKNOWN, 0, "Teilbarkeit nicht erfasst"),
]
USE = [
    ({"use": "Logistikzentrum"}, {"zoning": "GI"}, Fit.FITS, 1, "Logistik in GI möglich"),
    ({"use": "logistics"}, {"zoning": "GEe"}, Fit.PARTLY, 0.5, "Logistik in GEe im Einzelfall"),
    ({"use": "Neubau einer Werkstatt"}, {"zoning": "MK"}, Fit.NOT, 0, "Handwerk in MK nicht vorgesehen"),
    ({"use": "Sternwarte"}, {"zoning": "GE"}, Fit.UNKNOWN, 0, "Nutzung „Sternwarte“ ist zu prüfen"),
    ({"use": "Büro"}, {}, Fit.UNKNOWN, 0, "Nutzungsart nicht erfasst"),
]
DISTRICTS = [
    ({"districts": ("Hörde", "Eving")}, {"district": "Eving"}, Fit.FITS, 1, "Eving"),
    ({"districts": ("Hörde",)}, {"district": "Eving"}, Fit.NOT, 0, "Eving"),
    ({"districts": ("Hörde",)}, {"district": "outside"}, Fit.NOT, 0, "außerhalb der Stadt"),
    ({"districts": ("Hörde",)}, {}, Fit.UNKNOWN, 0, "Stadtbezirk nicht bekannt"),
]
NEAR = [
    ({"near_m": 1_000}, {"place_m": 1_000.0}, Fit.FITS, 1, "1,0 km entfernt"),
    # Half way between 1 km, the limit for fitting, and 2 km, the limit for fitting partly.
    ({"near_m": 1_000}, {"place_m": 1_500.0}, Fit.PARTLY, 0.5, "1,5 km entfernt"),
    # If no distance is given, up to 2 km fit.
    ({}, {"place_m": 1_999.0}, Fit.FITS, 1, "2,0 km entfernt"),
    ({"near_m": 1_000}, {"place_m": 2_001.0}, Fit.NOT, 0, "2,0 km entfernt"),
    ({"near_m": 1_000}, {}, Fit.UNKNOWN, 0, "Entfernung nicht bekannt"),
]
FIBRE = [
    ({}, {"fibre": Near("trenches", 50.0)}, Fit.FITS, 1, "verlegte Trasse in 50 m"),
    ({}, {"fibre": Near("connections", 0.0)}, Fit.FITS, 1, "angeschlossene Adresse am Grundstück"),
    # 275 m is half way from 50 m to 500 m; at 500 m the degree is 0, but the criterion still fits partly.
    ({}, {"fibre": Near("trenches", 275.0)}, Fit.PARTLY, 0.5, "verlegte Trasse in 275 m"),
    ({}, {"fibre": Near("trenches", 500.0)}, Fit.PARTLY, 0, "verlegte Trasse in 500 m"),
    ({}, {"fibre": Near("trenches", 501.0)}, Fit.NOT, 0, "verlegte Trasse in 501 m"),
    ({}, {}, Fit.UNKNOWN, 0, "keine Glasfaser erfasst"),
]
A45 = "Anschlussstelle Eichlinghofen"
ACCESS = [
    ({"access": "motorway"}, {"access": {"motorway": Near(A45, 3_000.0)}}, Fit.FITS, 1, f"{A45} in 3,0 km"),
    # 4.5 km is half way from 3 km to 6 km.
    ({"access": "motorway"}, {"access": {"motorway": Near(A45, 4_500.0)}}, Fit.PARTLY, 0.5, f"{A45} in 4,5 km"),
    ({"access": "motorway"}, {"access": {"motorway": Near(A45, 6_001.0)}}, Fit.NOT, 0, f"{A45} in 6,0 km"),
    # The public sees the distance, but not which access point it is.
    (
        {"access": "motorway"},
        {"access": {"motorway": Near(None, 999.0)}},
        Fit.FITS,
        1,
        "Autobahnanschlussstelle in 999 m",
    ),
    ({"access": "rail"}, {"access": {"rail": Near("Nord", 4_999.0)}}, Fit.FITS, 1, "Nord in 5,0 km"),
    ({"access": "port"}, {"access": {"motorway": Near(A45, 10.0)}}, Fit.UNKNOWN, 0, "kein Hafen erfasst"),
]
OWNERS = {"restrictions": (("ownership", "serious"),)}
TENURE = [
    ({"tenure": "buy"}, {"asking_price_eur_m2": 90}, Fit.FITS, 1, "zum Kauf angeboten"),
    ({"tenure": "buy"}, {}, Fit.UNKNOWN, 0, "kein Angebotspreis erfasst"),
    ({"tenure": "ground_lease"}, {"ownership": "public"}, Fit.FITS, 1, "öffentliche Fläche, Erbbaurecht möglich"),
    ({"tenure": "rent"}, {"ownership": "public"}, Fit.PARTLY, 0.5, "öffentliche Fläche, Pacht zu verhandeln"),
    ({"tenure": "rent"}, {"ownership": "private"}, Fit.UNKNOWN, 0, "privat: mit dem Eigentümer zu klären"),
    ({"tenure": "buy"}, OWNERS | {"asking_price_eur_m2": 90}, Fit.NOT, 0, "Eigentumsverhältnisse stehen entgegen"),
    (
        {"tenure": "buy"},
        {"restrictions": (("ownership", "minor"),)},
        Fit.PARTLY,
        0.5,
        "Eigentumsverhältnisse zu klären",
    ),
]
BUDGET = [
    ({"budget_eur_m2": 100}, {"asking_price_eur_m2": 100}, Fit.FITS, 1, "100 €/m²"),
    # 10 % above budget, of the tolerated 20 %.
    ({"budget_eur_m2": 100}, {"asking_price_eur_m2": 110}, Fit.PARTLY, 0.5, "110 €/m² bei 100 €/m² Budget"),
    ({"budget_eur_m2": 100}, {"asking_price_eur_m2": 120.5}, Fit.NOT, 0, "120,5 €/m² bei 100 €/m² Budget"),
    (
        {"budget_eur_m2": 100},
        {"ground_value_eur_m2": 95},
        Fit.UNKNOWN,
        0,
        "kein Angebotspreis; Bodenrichtwert 95 €/m²",
    ),
    ({"budget_eur_m2": 100}, {}, Fit.UNKNOWN, 0, "kein Angebotspreis erfasst"),
    (
        {"budget_eur_m2": 5, "tenure": "rent"},
        {"asking_price_eur_m2": 4},
        Fit.UNKNOWN,
        0,
        "nur Kaufpreise sind erfasst",
    ),
]
SPRING = {"needed_by": date(2027, 3, 31)}
NEEDED_BY = [
    (SPRING, {"available_from": date(2024, 1, 1)}, Fit.FITS, 1, "sofort"),
    (SPRING, {"available_from": date(2027, 3, 31)}, Fit.FITS, 1, "ab 31.03.2027"),
    # 61 days later of 183: 1 − 61/183 = 2/3.
    (
        SPRING,
        {"available_from": date(2027, 5, 31)},
        Fit.PARTLY,
        0.667,
        "ab 31.05.2027, gebraucht bis 31.03.2027",
    ),
    (SPRING, {"available_from": date(2027, 9, 30)}, Fit.NOT, 0, "ab 30.09.2027, gebraucht bis 31.03.2027"),
    (SPRING, {"horizon": "immediate"}, Fit.FITS, 1, "sofort"),
    # Available within two years: perhaps by spring, certainly in two years.
    (
        SPRING,
        {"horizon": "short"},
        Fit.PARTLY,
        0.5,
        "kurzfristig (bis 2 Jahre), gebraucht bis 31.03.2027",
    ),
    (
        {"needed_by": date(2028, 11, 23)},
        {"horizon": "short"},
        Fit.FITS,
        1,
        "kurzfristig (bis 2 Jahre)",
    ),
    (
        SPRING,
        {"horizon": "medium"},
        Fit.NOT,
        0,
        "mittelfristig (bis 5 Jahre), gebraucht bis 31.03.2027",
    ),
    # A day in the past counts as today.
    ({"needed_by": date(2020, 1, 1)}, {"horizon": "immediate"}, Fit.FITS, 1, "sofort"),
    (SPRING, {}, Fit.UNKNOWN, 0, "Verfügbarkeit nicht erfasst"),
]
RESTRICTIONS = [
    ({}, {}, Fit.FITS, 1, "keine"),
    ({}, {"restrictions": (("flood", "minor"), ("mining", "minor"))}, Fit.PARTLY, 0.5, "gering: Hochwasser, Bergbau"),
    (
        {},
        {"restrictions": (("flood", "minor"), ("contamination", "serious"))},
        Fit.NOT,
        0,
        "schwerwiegend: Altlast",
    ),
]
RESERVATION = [
    ({}, {}, Fit.FITS, 1, "frei"),
    ({}, {"status": "reserved"}, Fit.PARTLY, 0.5, "reserviert"),
    ({"inquiry": 7}, {"status": "partly_taken", "reserved_for": (8,)}, Fit.PARTLY, 0.5, "reserviert"),
    ({"inquiry": 7}, {"status": "reserved", "reserved_for": (7,)}, Fit.FITS, 1, "für diese Anfrage reserviert"),
]
CASES = {
    "size": SIZE,
    "zoning": ZONING,
    "divisible": DIVISIBLE,
    "use": USE,
    "districts": DISTRICTS,
    "near": NEAR,
    "fibre": FIBRE,
    "access": ACCESS,
    "tenure": TENURE,
    "budget": BUDGET,
    "needed_by": NEEDED_BY,
    "restrictions": RESTRICTIONS,
    "reservation": RESERVATION,
}
NEVER = {
    "size": {Fit.UNKNOWN},
    "divisible": {Fit.PARTLY},
    "districts": {Fit.PARTLY},
    "restrictions": {Fit.UNKNOWN},
    "reservation": {Fit.NOT, Fit.UNKNOWN},
}
"""The outcomes that a rule cannot have, since its facts are always recorded or are yes-or-no facts."""


@pytest.mark.parametrize(
    ("key", "wish", "plot", "fit", "degree", "reason"), [(key, *case) for key, cases in CASES.items() for case in cases]
)
def test_a_rule_judges_and_gives_its_reason(
    key: str, wish: Given, plot: Given, fit: Fit, degree: float, reason: str
) -> None:
    assert verdict_of(key, wish, plot) == (fit, degree, reason)


def test_every_rule_is_tested_with_every_outcome_that_it_can_have() -> None:
    assert list(CASES) == list(RULES)
    for key, cases in CASES.items():
        assert {case[2] for case in cases} == set(Fit) - NEVER.get(key, set()), key


@pytest.mark.parametrize(("key", "cases"), CASES.items())
def test_reasons_are_available_in_english_too(key: str, cases: list[tuple[Any, ...]]) -> None:
    for wish, plot, *_ in cases:
        verdict = RULES[key].judge(Wish(**wish), facts(**plot), Choices())
        assert "{" not in verdict.words("en")
        assert not set("äöüß„") & set(verdict.words("en").replace(A45, ""))


def test_figures_are_formatted_for_the_language() -> None:
    verdict = RULES["size"].judge(Wish(min_m2=12_000), facts(), Choices())
    assert verdict_of("size", {"min_m2": 1}, {"remaining_m2": 3_050.5})[2] == "3.051 m² frei"
    assert verdict.words("de") == "10.000 m² frei, 12.000 m² gesucht"
    assert verdict.words("en") == "10,000 m² left, 12,000 m² wanted"


def test_the_degree_is_1_for_fitting_0_for_not_fitting_and_between_for_partly() -> None:
    for key, cases in CASES.items():
        for wish, plot, fit, *_ in cases:
            degree = RULES[key].judge(Wish(**wish), facts(**plot), Choices()).degree
            assert {Fit.FITS: degree == 1, Fit.PARTLY: 0 <= degree < 1}.get(fit, degree == 0), (key, plot)


def test_reaches_can_be_set() -> None:
    choices = Choices(reaches={**REACHES, "fibre": Reach(100, 300)})
    # 200 m is half way from 100 m to 300 m.
    assert verdict_of("fibre", {}, {"fibre": Near("trenches", 100.0)}, choices)[:2] == (Fit.FITS, 1)
    assert verdict_of("fibre", {}, {"fibre": Near("trenches", 200.0)}, choices)[:2] == (Fit.PARTLY, 0.5)
    assert verdict_of("fibre", {}, {"fibre": Near("trenches", 301.0)}, choices)[:2] == (Fit.NOT, 0)


def test_criteria_left_open_are_not_applied() -> None:
    assert [rule.key for rule in applicable_rules(Wish())] == ["restrictions", "reservation"]
    open_ones = Wish(tenure="any", divisible=False, fibre_required=False, access="none", use=" ")
    assert applicable_rules(open_ones) == applicable_rules(Wish())
    assert list(judge(Wish(), facts(), Choices(), applicable_rules(Wish())).verdicts) == ["restrictions", "reservation"]


def test_hidden_facts_are_unknown() -> None:
    wish = Wish(fibre_required=True)
    found = judge(wish, facts(fibre=Near("trenches", 10)), Choices(hidden=frozenset({"fibre"})), applicable_rules(wish))
    assert (found.verdicts["fibre"].fit, found.verdicts["fibre"].words()) == (Fit.UNKNOWN, "nicht öffentlich")


def test_a_use_is_found_by_german_and_english_words() -> None:
    for words, label in {
        "Produktion": "Produktion",
        "crafts": "Handwerk",
        "research": "Forschung und Technologie",
        "wholesale": "Großhandel",
        "storage": "Lager",
        "office": "Büro",
        "retail": "Einzelhandel",
        "Chemielager": "Stark emittierende Industrie",
        "workshop": "Handwerk",
    }.items():
        found = find_use(words)
        assert found, words
        assert found.label.de == label
    assert find_use("") is None


def test_codes_named_by_the_rules_exist() -> None:
    for use in USES:
        assert use.fits | use.partly <= set(codes.ZONING)
        assert not use.fits & use.partly
    assert set(REACHES) - {"fibre"} == set(codes.ACCESS) - {"none"}
    assert all(isinstance(label, Text) for label in FIT_LABELS.values())
