"""The supply of commercial land: what is on offer, how fast it goes, how long it lasts, what is done to win more.

**On offer** is a plot that was offered, is not withdrawn and has land left (status available, partly taken or
reserved). What a partly taken plot adds is what remains of it. A plot stands in its most severe restriction.

**Take-up** is the land of transactions that take land (sale, ground lease, lease; never a purchase), not cancelled, of
plots known to the agency: the agreed ``area_m2`` by the day of agreement (where it is missing, the earliest later
date). A deal that has ended counts on in the year in which it was made, as it does in the indicators. It belongs to the
district of its own geometry, else its plot's; to its plot's horizon and zoning as recorded; and, for ownership, to its
own sector, since a plot sold may change hands. A window of n years is (day − n years, day].

**Range** is the land left ÷ the mean take-up a year. Without take-up there is none, which is said in words.

**Purchases** are the transactions of that kind, known plot or not. Their markup is area-weighted: what was paid, over
the same land at its ground value, of those of which both are known. The asking price's markup is the median of the
plots' own markups.

**The public** gets what anybody could add up from public rows and columns: all about plots on offer; of transactions
kind, sector, area_m2 and agreed_on, so their totals and the split by ownership; no purchase price, no measures.
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

LAYERS = ("plots", "plot_restrictions", "reservations", "transactions", "measures")
"""The layers whose records are added up."""

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
