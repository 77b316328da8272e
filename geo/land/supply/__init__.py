"""The supply of commercial land: plots on offer, take-up, how long the land lasts, and measures to gain more.

**On offer** is a plot that was offered, is not withdrawn and has land left (status available, partly taken or
reserved). A partly taken plot contributes what remains of it. A plot counts under its most severe restriction.

**Take-up** is the agreed ``area_m2`` of transactions that take land (sale, ground lease, lease; never a purchase) of
plots known to the agency and are not cancelled, by the day of agreement (or, if it is missing, the earliest later
date). A deal that has ended still counts in the year in which it was made, as in the indicators. It belongs to the
district of its own geometry, or else its plot's; to its plot's recorded horizon and zoning; and, for ownership, to its
own sector, since a sold plot may change hands. A window of n years is (day − n years, day].

**Range** is the land left ÷ the mean take-up per year. Without take-up there is none, which is noted in a text.

**Purchases** are the transactions of that kind, whether or not the plot is known. Their markup is weighted by area: the
price paid over the ground value of the same land, for purchases with both known. The asking price's markup is the
median of the plots' own markups.

**The public** gets what anyone could compute from public rows and columns: everything about plots on offer; of
transactions, the totals and the split by ownership (from kind, sector, area_m2 and agreed_on); no purchase prices, no
measures.
"""

from geo.land.supply.computing import supply, supply_for
from geo.land.supply.rows import (
    DIMENSIONS,
    WINDOWS,
    MeasureCount,
    Row,
    Supply,
    UnknownDimension,
    Window,
    parse_dimensions,
)
from geo.records.layers.kept import are_kept

LAYERS = tuple(filter(are_kept, ("plots", "plot_restrictions", "reservations", "transactions", "measures")))
"""The layers from which the supply is computed."""

__all__ = [
    "DIMENSIONS",
    "LAYERS",
    "WINDOWS",
    "MeasureCount",
    "Row",
    "Supply",
    "UnknownDimension",
    "Window",
    "parse_dimensions",
    "supply",
    "supply_for",
]
