"""Judges plots by the rules, scores and ranks them, without access to the database."""

import math
from collections import Counter
from collections.abc import Iterable, Set

from geo.land.matching.match import NOT_PUBLIC, Choices, Criterion, Facts, Fit, Match, Matches, Rule, Wish
from geo.land.matching.rules import RULES


def judge(wish: Wish, plot: Facts, choices: Choices, rules: tuple[Rule, ...]) -> Match:
    """Judge one plot by the rules that apply to the wish."""
    known = weighed = total = 0.0
    fails: list[str] = []
    fits = True
    for rule in rules:
        weight = choices.weight_of(rule)
        total += weight
        verdict = NOT_PUBLIC if rule.key in choices.hidden else rule.judge(wish, plot, choices)
        if not verdict.is_unknown:
            known += weight
            weighed += weight * verdict.degree
        fits = fits and verdict.fit in (Fit.FITS, Fit.UNKNOWN)
        if verdict.fit is Fit.NOT and choices.excludes(rule):
            fails.append(rule.key)
    return Match(
        plot=plot,
        wish=wish,
        choices=choices,
        rules=rules,
        score=round(100 * weighed / known, 1) if known else None,
        known=known / total if total else 0,
        fails=tuple(fails),
        fits=fits,
        over_eur_m2=max((plot.asking_price_eur_m2 or 0) - (wish.budget_eur_m2 or math.inf), 0),
        off_m2=_off_m2(wish, plot),
    )


def rank(wish: Wish, plots: Iterable[Facts], choices: Choices) -> Matches:
    """Judge all plots. Return them split into those not excluded and those excluded, both best first."""
    rules = applicable_rules(wish)
    judged = [judge(wish, plot, choices, rules) for plot in plots]
    return Matches(
        wish=wish,
        criteria=criteria(choices, {rule.key for rule in rules}, judged),
        ranked=tuple(sorted((one for one in judged if not one.fails), key=lambda one: one.order)),
        excluded=tuple(sorted((one for one in judged if one.fails), key=lambda one: (len(one.fails), *one.order))),
    )


def criteria(choices: Choices, applied: Set[str], judged: Iterable[Match]) -> tuple[Criterion, ...]:
    """Return all rules as they were applied, with the number of plots that each excluded, and excluded alone."""
    fails = [one.fails for one in judged]
    failing = Counter(key for keys in fails for key in keys)
    alone = Counter(keys[0] for keys in fails if len(keys) == 1)
    return tuple(
        Criterion(rule, key in applied, choices.excludes(rule), choices.weight_of(rule), failing[key], alone[key])
        for key, rule in RULES.items()
    )


def applicable_rules(wish: Wish) -> tuple[Rule, ...]:
    """Return the rules for the criteria that the wish sets, and those that always apply."""
    return tuple(rule for rule in RULES.values() if rule.applies(wish))


def _off_m2(wish: Wish, plot: Facts) -> float:
    """Return by how many m² the plot falls short of the wanted area or exceeds it."""
    if wish.min_m2 is not None and plot.remaining_m2 < wish.min_m2:
        return wish.min_m2 - plot.remaining_m2
    wanted = wish.max_m2 or wish.min_m2
    return 0 if wanted is None else max(plot.remaining_m2 - wanted, 0)
