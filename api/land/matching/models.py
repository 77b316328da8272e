"""How matches are told: the models of their answers."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from geo.land.matching import MOST_WEIGHT, Criterion, Facts, Match, Matches, Served, Wish
from geo.records.layers import codes
from geo.records.layers.layer import Text

NEAREST_MISSES = 5
"""So many excluded plots are shown unasked where nothing is left."""

Key = Annotated[str, Field(description="The criterion.", examples=["fibre"])]
Label = Annotated[str, Field(description="Its name.", examples=["Glasfaser"])]


class VerdictOut(BaseModel):
    """How a plot answers one criterion."""

    key: Key
    label: Label
    fit: Annotated[str, Field(description="`fits`, `partly`, `does_not_fit` or `unknown`.", examples=["partly"])]
    degree: Annotated[
        float | None, Field(description="1: fits, 0: does not fit; null: unknown, and gives neither.", examples=[0.5])
    ]
    weight: Annotated[float, Field(description="How much it weighs here.", examples=[2])]
    hard: Annotated[bool, Field(description="Whether it excludes plots that do not fit.")]
    reason: Annotated[str, Field(description="Why, in words.", examples=["verlegte Trasse in 275 m"])]


class CriterionOut(BaseModel):
    """A criterion as it is applied to this request."""

    key: Key
    label: Label
    hint: Annotated[str, Field(description="How it is judged.")]
    asked: Annotated[bool, Field(description="Whether the inquiry asks for it; else it neither weighs nor excludes.")]
    hard: Annotated[bool, Field(description="Whether it excludes plots that do not fit.")]
    weight: Annotated[float, Field(description=f"Between 0 and {MOST_WEIGHT}.", examples=[2])]
    default_hard: Annotated[bool, Field(description="Whether it is hard unless the request says so.")]
    default_weight: Annotated[float, Field(description="What it weighs unless the request says so.", examples=[2])]
    excluded: Annotated[int, Field(description="Plots that it excludes.", examples=[35])]


class PlotOut(BaseModel):
    """The plot, as everybody may see it."""

    id: int
    name: Annotated[str, Field(examples=["Oespel, Fläche 2"])]
    address: str | None
    district: str | None
    status: Annotated[str, Field(examples=["available"])]
    status_label: Annotated[str, Field(examples=["verfügbar"])]
    remaining_m2: Annotated[float, Field(examples=[9345])]
    zoning: str | None
    divisible: bool | None
    asking_price_eur_m2: float | None
    center: Annotated[tuple[float, float] | None, Field(description="Longitude and latitude of its middle.")]


class JudgedOut(BaseModel):
    """What is said of a plot and an inquiry."""

    score: Annotated[
        float | None, Field(description="0 to 100; null where there is nothing to weigh.", examples=[85.6])
    ]
    known_percent: Annotated[int, Field(description="The share of the weight that the score rests on.", examples=[100])]
    fails: Annotated[list[str], Field(description="The hard criteria that exclude the plot.")]
    criteria: Annotated[list[VerdictOut], Field(description="What is asked, in the order of the rules.")]


class MatchOut(JudgedOut):
    """A plot against the inquiry."""

    rank: Annotated[int | None, Field(description="From 1; null for one that is excluded.", examples=[1])]
    plot: PlotOut


class InquiryOut(BaseModel):
    """The inquiry: what is looked for."""

    id: int | None
    number: str | None
    tenure: str | None
    use: str | None
    min_m2: float | None
    max_m2: float | None
    zoning: str | None
    districts: list[str]
    place: Annotated[tuple[float, float] | None, Field(description="Longitude and latitude.")]
    near_m: float | None
    divisible: bool | None
    fibre_required: bool | None
    access: str | None
    budget_eur_m2: float | None
    needed_by: date | None


class MatchesOut(BaseModel):
    """The plots on offer against an inquiry, best first."""

    inquiry: InquiryOut
    offered: Annotated[int, Field(description="Plots on offer.", examples=[140])]
    matched: Annotated[int, Field(description="Those that no hard criterion excludes.", examples=[29])]
    excluded: Annotated[int, Field(description="The others.", examples=[111])]
    criteria: Annotated[list[CriterionOut], Field(description="All criteria, asked or not.")]
    matches: list[MatchOut]
    excluded_plots: Annotated[
        list[MatchOut], Field(description="As many of the excluded as are asked for, the nearest misses first.")
    ]
    plot: Annotated[MatchOut | None, Field(description="The plot asked about, if it is on offer.")]


class InquiryMatchOut(JudgedOut):
    """An inquiry against the plot."""

    inquiry: InquiryOut


class ServedOut(BaseModel):
    """The inquiries that wait for land against one plot, the best served first."""

    plot: PlotOut
    waiting: Annotated[int, Field(description="Open inquiries for land, without duplicates.", examples=[180])]
    served: Annotated[int, Field(description="Those for which no hard criterion excludes the plot.", examples=[67])]
    inquiries: list[InquiryMatchOut]
    excluded_inquiries: Annotated[list[InquiryMatchOut], Field(description="As many of the others as are asked for.")]


def matches_out(found: Matches, limit: int, excluded: int | None, plot: int | None, language: str) -> dict[str, Any]:
    """The answer to who looks for plots."""
    criteria = {one.rule.key: one for one in found.criteria}
    ranks = {one.plot.id: rank for rank, one in enumerate(found.ranked, start=1)}

    def told(match: Match) -> dict[str, Any]:
        shown = {"rank": ranks.get(match.plot.id), "plot": _plot(match.plot, language)}
        return shown | _judged(match, criteria, language)

    missed = (0 if found.ranked else NEAREST_MISSES) if excluded is None else excluded
    asked = None if plot is None else found.of(plot)
    return {
        "inquiry": _inquiry(found.wish),
        "offered": len(found.ranked) + len(found.excluded),
        "matched": len(found.ranked),
        "excluded": len(found.excluded),
        "criteria": [_criterion(one, language) for one in found.criteria],
        "matches": [told(one) for one in found.ranked[:limit]],
        "excluded_plots": [told(one) for one in found.excluded[:missed]],
        "plot": None if asked is None else told(asked),
    }


def served_out(found: Served, limit: int, excluded: int, language: str) -> dict[str, Any]:
    """The answer to who looks for takers of a plot."""
    criteria = {one.rule.key: one for one in found.criteria}

    def told(wish: Wish, match: Match) -> dict[str, Any]:
        return {"inquiry": _inquiry(wish)} | _judged(match, criteria, language)

    return {
        "plot": _plot(found.plot, language),
        "waiting": len(found.served) + len(found.excluded),
        "served": len(found.served),
        "inquiries": [told(*one) for one in found.served[:limit]],
        "excluded_inquiries": [told(*one) for one in found.excluded[:excluded]],
    }


def _judged(match: Match, criteria: dict[str, Criterion], language: str) -> dict[str, Any]:
    return {
        "score": match.score,
        "known_percent": round(100 * match.known),
        "fails": list(match.fails),
        "criteria": [
            {
                "key": key,
                "label": criteria[key].rule.label.in_language(language),
                "fit": verdict.fit,
                "degree": None if verdict.is_unknown else round(verdict.degree, 3),
                "weight": criteria[key].weight,
                "hard": criteria[key].is_hard,
                "reason": verdict.words(language),
            }
            for key, verdict in match.verdicts.items()
        ],
    }


def _criterion(one: Criterion, language: str) -> dict[str, Any]:
    return {
        "key": one.rule.key,
        "label": one.rule.label.in_language(language),
        "hint": one.rule.hint.in_language(language),
        "asked": one.is_asked,
        "hard": one.is_hard,
        "weight": one.weight,
        "default_hard": one.rule.is_hard,
        "default_weight": one.rule.weight,
        "excluded": one.excluded,
    }


def _plot(plot: Facts, language: str) -> dict[str, Any]:
    label = codes.PLOT_STATUS.get(plot.status, Text(plot.status, plot.status))
    names = set(PlotOut.model_fields) - {"status_label"}
    return {name: getattr(plot, name) for name in names} | {"status_label": label.in_language(language)}


def _inquiry(wish: Wish) -> dict[str, Any]:
    names = set(InquiryOut.model_fields) - {"id"}
    return {name: getattr(wish, name) for name in names} | {"id": wish.inquiry}
