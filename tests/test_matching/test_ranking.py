"""Scores and ranks in hand-calculated cases, and properties that hold whatever the weights."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from geo.land.matching import RULES, Choices, Facts, Fit, Verdict, Wish
from geo.land.matching.choosing import choose, read_hard, read_reaches, read_weights
from geo.land.matching.match import Near, Rule
from geo.land.matching.scoring import judge, rank
from geo.records.features import BadParameter

TODAY = date(2026, 11, 23)
CALL = Wish(min_m2=8_000, zoning="GE", divisible=True, fibre_required=True, access="motorway")
"""„8.000 m² GE, teilbar, mit Glasfaser, nahe der A45“."""


def facts(number: int, **values: Any) -> Facts:
    """Return the facts of a divisible GE plot of 1 ha, with fibre 10 m and the junction 1 km away."""
    defaults: dict[str, Any] = {
        "name": f"Grundstück {number}",
        "remaining_m2": 10_000,
        "zoning": "GE",
        "admits": ("GE", "GEe"),
        "divisible": True,
        "fibre": Near("trenches", 10),
        "access": {"motorway": Near("Anschlussstelle", 1_000)},
    }
    return Facts(id=number, day=TODAY, **defaults | values)


def scores(plots: list[Facts], choices: Choices | None = None, wish: Wish = CALL) -> dict[int, float | None]:
    """Return the scores of the plots that are not excluded, best first."""
    return {one.plot.id: one.score for one in rank(wish, plots, choices or Choices()).ranked}


def test_plots_are_ranked_as_calculated_by_hand() -> None:
    """Weights: size 3, zoning 3, divisible 2, fibre 2, access 2, restrictions 1, reservation 1; together 14.

    | plot | differs by                                  | lost                              | score              |
    |------|---------------------------------------------|-----------------------------------|--------------------|
    | 1    | nothing                                     | 0                                 | 14/14 = 100        |
    | 2    | fibre at 275 m: degree 0.5                  | 2 × 0.5 = 1                       | 13/14 = 92.857     |
    | 3    | 7,600 m²: 5 % short, 0.5; reserved 0.5      | 3 × 0.5 + 1 × 0.5 = 2             | 12/14 = 85.714     |
    | 4    | junction at 9 km: 0; serious restriction: 0 | 2 + 1 = 3                         | 11/14 = 78.571     |
    | 5    | GEe instead of GE 0.5; fibre 0; access 0    | 3 × 0.5 + 2 + 2 = 5.5             | 8.5/14 = 60.714    |
    | 6    | divisibility unknown                        | not counted: 12 of 12             | 100, 12/14 known   |
    """
    plots = [
        facts(5, zoning="GEe", admits=("GEe",), fibre=Near("trenches", 900), access={"motorway": Near("A", 9_000)}),
        facts(4, access={"motorway": Near("A", 9_000)}, restrictions=(("flood", "serious"),)),
        facts(3, remaining_m2=7_600, status="reserved"),
        facts(2, fibre=Near("connections", 275)),
        facts(6, divisible=None),
        facts(1),
    ]
    assert scores(plots) == {1: 100, 6: 100, 2: 92.9, 3: 85.7, 4: 78.6, 5: 60.7}
    assert [*scores(plots)] == [1, 6, 2, 3, 4, 5]


def test_hard_criteria_exclude_and_soft_ones_weigh() -> None:
    """With GI a plot lacks the 3 of 14 for zoning: 11/14 = 78.6. Indivisible, it lacks 2: 12/14 = 85.7."""
    plots = [facts(1, zoning="GI", admits=("GI",)), facts(2, divisible=False)]
    found = rank(CALL, plots, Choices())
    assert [(one.plot.id, one.fails) for one in found.excluded] == [(2, ("divisible",)), (1, ("zoning",))]
    assert {one.rule.key: one.excluded for one in found.criteria if one.excluded} == {"zoning": 1, "divisible": 1}
    assert scores(plots, choose(hard=["zoning"])) == {2: 85.7}
    assert scores(plots, choose(hard=[])) == {2: 85.7, 1: 78.6}
    assert scores([facts(1, fibre=Near("trenches", 5_000))], choose(hard=["fibre"])) == {}


def test_partly_and_unknown_exclude_no_plot() -> None:
    plots = [facts(1, remaining_m2=7_900), facts(2, zoning=None), facts(3, zoning="par34", admits=("par34",))]
    assert set(scores(plots)) == {1, 2, 3}


def test_a_weight_of_0_removes_a_criterion_from_the_score_but_a_hard_one_still_excludes() -> None:
    """Without fibre and access, which weigh 2 each, 10 of 14 remain, and all of them are met."""
    far = facts(1, fibre=Near("trenches", 900), access={"motorway": Near("A", 9_000)})
    assert scores([far]) == {1: 71.4}
    assert scores([far], choose({"fibre": 0, "access": 0})) == {1: 100}
    assert scores([facts(1, divisible=False)], choose({"divisible": 0})) == {}


def test_weights_change_the_order() -> None:
    """Plot 1 lacks fibre, plot 2 access. With fibre 4 the total is 16: 12/16 and 14/16; with access 4 the reverse."""
    plots = [facts(1, fibre=Near("trenches", 900)), facts(2, access={"motorway": Near("A", 9_000)})]
    assert scores(plots, choose({"fibre": 4})) == {2: 87.5, 1: 75}
    assert scores(plots, choose({"access": 4})) == {1: 87.5, 2: 75}


def test_if_all_weights_are_0_there_is_no_score_and_the_plot_comes_last() -> None:
    nothing = {"restrictions": 0, "reservation": 0}
    assert scores([facts(1)], choose(nothing), Wish()) == {1: None}
    unknown = facts(1, divisible=None)
    assert scores([unknown, facts(2)], choose(nothing), Wish(divisible=True)) == {2: 100, 1: None}


def test_equal_scores_are_ordered_by_knowledge_then_surplus_then_number() -> None:
    """All score 100, but less is known of plot 4.

    At least 8,000 m² are wanted: 9,000 m² have a surplus of 1,000 m², and a divisible plot of 50,000 m² is far larger,
    however small its lots.
    """
    wish = Wish(min_m2=8_000, divisible=None, zoning="GE")
    plots = [
        facts(4, zoning=None),
        facts(3, remaining_m2=12_000, divisible=False),
        facts(2, remaining_m2=9_000, divisible=False),
        facts(9, remaining_m2=50_000, min_lot_m2=2_000),
        facts(1, remaining_m2=9_000, divisible=False),
    ]
    for order in (plots, plots[::-1]):
        assert [*scores(order, wish=wish)] == [1, 2, 3, 9, 4]


def test_the_nearest_misses_fail_least() -> None:
    plots = [
        facts(1, divisible=False, zoning="MI", admits=("MI",)),
        facts(2, divisible=False, fibre=Near("trenches", 900)),
        facts(3, divisible=False),
    ]
    found = rank(CALL, plots, Choices())
    assert found.ranked == ()
    assert [one.plot.id for one in found.excluded] == [3, 2, 1]
    assert found.excluded[0].verdicts["divisible"].words() == "nicht teilbar"
    first = found.of(1)
    assert first
    assert first.fails == ("zoning", "divisible")
    small = [facts(number, remaining_m2=area) for number, area in ((1, 3_000), (2, 7_000), (3, 5_000))]
    assert [one.plot.id for one in rank(CALL, small, Choices()).excluded] == [2, 3, 1]
    assert found.of(99) is None


def test_a_plot_of_the_wanted_size_comes_before_a_lot_of_a_far_larger_one() -> None:
    areas = {1: 33_285, 2: 7_900, 3: 8_400, 4: 5_100, 5: 60_000}
    plots = [facts(number, remaining_m2=area, divisible=True) for number, area in areas.items()]
    found = rank(Wish(min_m2=5_000, max_m2=8_000), plots, Choices())
    assert [one.plot.id for one in found.ranked] == [2, 4, 3, 1, 5]
    assert [one.fits for one in found.ranked] == [True, True, False, False, False]


def test_plots_beyond_the_budget_are_ranked_by_how_far() -> None:
    prices = {1: 400, 2: 150, 3: 121, 4: 90}
    plots = [facts(number, asking_price_eur_m2=price) for number, price in prices.items()]
    for hard in ((), ("budget",)):
        found = rank(Wish(budget_eur_m2=100), plots, choose(hard=hard))
        assert [one.plot.id for one in (*found.ranked, *found.excluded)] == [4, 3, 2, 1]


def test_a_criterion_tells_how_many_plots_only_it_excludes() -> None:
    plots = [facts(1, divisible=False), facts(2, divisible=False, zoning="MI", admits=("MI",)), facts(3)]
    criteria = {one.rule.key: one for one in rank(CALL, plots, Choices()).criteria}
    assert [(criteria[key].excluded, criteria[key].excluded_alone) for key in ("divisible", "zoning")] == [
        (2, 1),
        (1, 0),
    ]


@pytest.mark.parametrize("key", RULES)
def test_more_weight_never_lowers_a_plot_that_fits_against_one_that_does_not(key: str) -> None:
    """Whatever their other degrees and weights, the difference of the scores only grows."""
    for good, bad, rest in product((0, 0.3, 1), (0, 0.3, 1), (0, 1, 5)):
        distances = [_score(key, 1, weight, good, rest) - _score(key, 0, weight, bad, rest) for weight in (1, 2, 3, 10)]
        assert distances == sorted(distances)


def _score(key: str, degree: float, weight: float, other_degree: float, other_weight: float) -> float:
    """Return the score of a plot with one degree in ``key`` and the other degree in another criterion."""
    other = "access" if key == "fibre" else "fibre"
    rules = (_always(key, degree), _always(other, other_degree))
    found = judge(CALL, facts(1), choose({key: weight, other: other_weight}, hard=[]), rules)
    assert found.score is not None
    return found.score


def _always(key: str, degree: float) -> Rule:
    fit = Fit.FITS if degree == 1 else Fit.PARTLY if degree else Fit.NOT
    return replace(RULES[key], judge=lambda *_: Verdict(fit, degree, "", ""))


def test_choices_are_read_and_checked() -> None:
    assert read_weights("size:3, fibre:0.5") == {"size": 3, "fibre": 0.5}
    assert read_weights(None) == read_weights("") == {}
    assert (read_hard(None), read_hard(""), read_hard("size, zoning")) == (None, [], ["size", "zoning"])
    assert read_reaches("fibre:50:500") == {"fibre": (50, 500)}
    assert choose(reaches={"fibre": (20, 200)}).reaches["fibre"] == (20, 200)
    assert choose(reaches={"fibre": (20, 200)}).reaches["rail"] == (5_000, 10_000)


@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        ("weights", {"weights": {"colour": 1}}),
        ("weights", {"weights": {"size": -1}}),
        ("weights", {"weights": {"size": 10.5}}),
        ("weights", {"weights": {"size": float("nan")}}),
        ("hard", {"hard": ["size", "colour"]}),
        ("reaches", {"reaches": {"near": (1, 2)}}),
        ("reaches", {"reaches": {"fibre": (500, 50)}}),
        ("reaches", {"reaches": {"fibre": (50,)}}),
        ("reaches", {"reaches": {"fibre": (50, 5_001)}}),
        ("reaches", {"reaches": {"rail": (float("nan"), 2)}}),
    ],
)
def test_an_invalid_choice_is_refused_by_name(parameter: str, given: dict[str, Any]) -> None:
    with pytest.raises(BadParameter) as refused:
        choose(**given)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("text", ["size", "size:", "size:a", "size:1:2", "size:inf", "size:1,size:2", ":"])
def test_weights_that_cannot_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadParameter, match=r"size:3,fibre:0"):
        read_weights(text)
