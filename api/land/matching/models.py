"""Response models of matching, and how they are built."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from geo.land.matching import MOST_WEIGHT, Criterion, Facts, Match, Matches, Served, Wish
from geo.records.layers import codes_of
from geo.records.layers.layer import Text

NEAREST_MISSES = 5
"""Number of excluded plots shown by default if no plot matches."""

Key = Annotated[str, Field(description="The criterion's key.", examples=["fibre"])]
Label = Annotated[str, Field(description="The criterion's name.", examples=["Glasfaser"])]


class VerdictOut(BaseModel):
    """How well a plot meets one criterion."""

    key: Key
    label: Label
    fit: Annotated[str, Field(description="`fits`, `partly`, `does_not_fit` or `unknown`.", examples=["partly"])]
    degree: Annotated[
        float | None, Field(description="1: fits, 0: does not fit; null: unknown, does not count.", examples=[0.5])
    ]
    weight: Annotated[float, Field(description="Its weight in this request.", examples=[2])]
    hard: Annotated[bool, Field(description="Whether plots that do not meet it are excluded.")]
    reason: Annotated[str, Field(description="The reason, in words.", examples=["verlegte Trasse in 275 m"])]


class CriterionOut(BaseModel):
    """A criterion as applied in this request."""

    key: Key
    label: Label
    hint: Annotated[str, Field(description="How it is assessed.")]
    asked: Annotated[bool, Field(description="Whether the inquiry requires it; otherwise it is ignored.")]
    hard: Annotated[bool, Field(description="Whether plots that do not meet it are excluded.")]
    weight: Annotated[float, Field(description=f"Between 0 and {MOST_WEIGHT}.", examples=[2])]
    default_hard: Annotated[bool, Field(description="Whether it is hard by default.")]
    default_weight: Annotated[float, Field(description="Its default weight.", examples=[2])]
    excluded: Annotated[int, Field(description="Number of plots that it excludes.", examples=[35])]
    excluded_alone: Annotated[
        int, Field(description="Number of plots that it excludes and nothing else does.", examples=[4])
    ]


class PlotOut(BaseModel):
    """The plot with its public properties."""

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
    center: Annotated[tuple[float, float] | None, Field(description="Longitude and latitude of its centre.")]


class JudgedOut(BaseModel):
    """The assessment of a plot for an inquiry."""

    score: Annotated[float | None, Field(description="0 to 100; null if no criterion counts.", examples=[85.6])]
    known_percent: Annotated[
        int, Field(description="Share of the total weight whose criteria are known.", examples=[100])
    ]
    fails: Annotated[list[str], Field(description="The hard criteria that exclude the plot.")]
    criteria: Annotated[list[VerdictOut], Field(description="The required criteria, in the order of the rules.")]


class MatchOut(JudgedOut):
    """A plot assessed for the inquiry."""

    rank: Annotated[int | None, Field(description="Starts at 1; null if the plot is excluded.", examples=[1])]
    plot: PlotOut


class InquiryOut(BaseModel):
    """The inquiry: the requirements for a plot."""

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
    """The plots on offer ranked for an inquiry, best first."""

    inquiry: InquiryOut
    offered: Annotated[int, Field(description="Number of plots on offer.", examples=[140])]
    matched: Annotated[int, Field(description="Number of these that no hard criterion excludes.", examples=[29])]
    fitting: Annotated[
        int, Field(description="Number of matched plots that meet every criterion fully, as far as is known.")
    ]
    excluded: Annotated[int, Field(description="Number of excluded plots.", examples=[111])]
    criteria: Annotated[list[CriterionOut], Field(description="All criteria, required or not.")]
    matches: list[MatchOut]
    excluded_plots: Annotated[
        list[MatchOut], Field(description="The requested number of excluded plots, nearest misses first.")
    ]
    plot: Annotated[MatchOut | None, Field(description="The plot given as `plot`, if it is on offer.")]


class InquiryMatchOut(JudgedOut):
    """An inquiry for which the plot is assessed."""

    inquiry: InquiryOut


class ServedOut(BaseModel):
    """The open inquiries for land ranked for one plot, best match first."""

    plot: PlotOut
    waiting: Annotated[int, Field(description="Number of open inquiries for land, without duplicates.", examples=[180])]
    served: Annotated[
        int, Field(description="Number of these for which no hard criterion excludes the plot.", examples=[67])
    ]
    inquiries: list[InquiryMatchOut]
    excluded_inquiries: Annotated[list[InquiryMatchOut], Field(description="The requested number of other inquiries.")]


def matches_out(found: Matches, limit: int, excluded: int | None, plot: int | None, language: str) -> dict[str, Any]:
    """Return the members of MatchesOut: the plots that suit an inquiry."""
    criteria = {one.rule.key: one for one in found.criteria}
    ranks = {one.plot.id: rank for rank, one in enumerate(found.ranked, start=1)}

    def match_out(match: Match) -> dict[str, Any]:
        shown = {"rank": ranks.get(match.plot.id), "plot": _plot(match.plot, language)}
        return shown | _judged(match, criteria, language)

    missed = (0 if found.ranked else NEAREST_MISSES) if excluded is None else excluded
    requested = None if plot is None else found.of(plot)
    return {
        "inquiry": _inquiry(found.wish),
        "offered": len(found.ranked) + len(found.excluded),
        "matched": len(found.ranked),
        "fitting": sum(one.fits for one in found.ranked),
        "excluded": len(found.excluded),
        "criteria": [_criterion(one, language) for one in found.criteria],
        "matches": [match_out(one) for one in found.ranked[:limit]],
        "excluded_plots": [match_out(one) for one in found.excluded[:missed]],
        "plot": None if requested is None else match_out(requested),
    }


def served_out(found: Served, limit: int, excluded: int, language: str) -> dict[str, Any]:
    """Return the members of ServedOut: the inquiries that a plot suits."""
    criteria = {one.rule.key: one for one in found.criteria}

    def inquiry_out(wish: Wish, match: Match) -> dict[str, Any]:
        return {"inquiry": _inquiry(wish)} | _judged(match, criteria, language)

    return {
        "plot": _plot(found.plot, language),
        "waiting": len(found.served) + len(found.excluded),
        "served": len(found.served),
        "inquiries": [inquiry_out(*one) for one in found.served[:limit]],
        "excluded_inquiries": [inquiry_out(*one) for one in found.excluded[:excluded]],
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
        "asked": one.applies,
        "hard": one.is_hard,
        "weight": one.weight,
        "default_hard": one.rule.is_hard,
        "default_weight": one.rule.weight,
        "excluded": one.excluded,
        "excluded_alone": one.excluded_alone,
    }


def _plot(plot: Facts, language: str) -> dict[str, Any]:
    label = codes_of("plots", "status").get(plot.status, Text(plot.status, plot.status))
    names = set(PlotOut.model_fields) - {"status_label"}
    return {name: getattr(plot, name) for name in names} | {"status_label": label.in_language(language)}


def _inquiry(wish: Wish) -> dict[str, Any]:
    names = set(InquiryOut.model_fields) - {"id"}
    return {name: getattr(wish, name) for name in names} | {"id": wish.inquiry}
