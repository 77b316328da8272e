"""Which plots on offer serve an inquiry, how well, and why: rules held as data, judged by one engine.

**A rule** (geo/land/matching/rules) judges one criterion of an inquiry against the facts of one plot: it fits (degree
1), fits partly (below 1), does not fit (0) or is unknown, each with its reason in words. What an inquiry leaves open is
not asked. Restrictions and reservations are asked always.

**A hard criterion excludes** the plots that do not fit; a soft one does not. Partly and unknown exclude nobody.

**The score** is 100 × Σ weight × degree ÷ Σ weight, over the criteria that are asked and known, hard and soft ones:
what is unknown gives neither. It is rounded to one decimal; where there is nothing to weigh there is none. Equal scores
are ordered by what is known of the plot (more first), then by how far its area is off what is wanted (less first), then
by its number.

**On offer** means what it means in the supply (plot_supply.sql), and land is waited for as in the demand
(wanted_land.sql). The rules for size, zoning, divisible and districts are those of the demand (wanted_plots.sql): a
plot fits an inquiry there exactly if all four fit here. They are the ones that are hard by default. This engine tells
apart what is missed narrowly or not known, which the demand counts as not fitting; and it weighs what the demand leaves
to people.
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
