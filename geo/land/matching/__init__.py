"""Matching of plots on offer with inquiries: which plots fit, how well and why. The rules are data for one engine.

**A rule** (geo/land/matching/rules) judges one criterion of an inquiry against the facts of one plot. It fits (degree
1), fits partly (below 1), does not fit (0) or is unknown, each with a reason as text. Criteria that an inquiry leaves
open are not applied. Restrictions and reservations are always applied.

**A hard criterion excludes** plots that do not fit; a soft one does not. Partly and unknown never exclude a plot.

**The score** is 100 × Σ weight × degree ÷ Σ weight over the applied criteria, hard and soft, whose verdict is known:
unknown ones add to neither sum. It is rounded to one decimal; if there is nothing to weigh, there is no score. Plots of
equal score are ordered by the share of the weight that is known (more first), then by how far the area is off the
wanted one (less first), then by id.

**On offer** is defined as in the supply (plot_supply.sql), and waiting inquiries as in the demand (wanted_land.sql).
The rules for size, zoning, divisible and districts are those of the demand (wanted_plots.sql): a plot fits an inquiry
there exactly if all four fit here. They are hard by default. Beyond the demand, matching distinguishes near misses and
unknowns, which the demand counts as not fitting, and weighs the criteria that the demand ignores.
"""

from geo.land.matching.match import MOST_WEIGHT, Choices, Criterion, Facts, Fit, Match, Matches, Reach, Verdict, Wish
from geo.land.matching.ranking import (
    InquiryUnknown,
    PlotUnknown,
    Served,
    find_wish,
    match,
    match_for,
    served_by,
    served_by_for,
    wish_for,
)
from geo.land.matching.rules import RULES

__all__ = [
    "MOST_WEIGHT",
    "RULES",
    "Choices",
    "Criterion",
    "Facts",
    "Fit",
    "InquiryUnknown",
    "Match",
    "Matches",
    "PlotUnknown",
    "Reach",
    "Served",
    "Verdict",
    "Wish",
    "find_wish",
    "match",
    "match_for",
    "served_by",
    "served_by_for",
    "wish_for",
]
