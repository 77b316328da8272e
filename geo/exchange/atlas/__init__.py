"""The Breitbandatlas of the Bundesnetzagentur: which share of households can order what, by cells of 100 m.

The columns (``down_fn_hh_ftthb_1000``: households that can have 1,000 Mbit/s by fibre, in percent) are those that
public programs read; **they are unverified**, as is how a file names its cells. Both can be said by options.
"""

from geo.exchange.atlas.comparing import Difference, Finding, compare
from geo.exchange.atlas.enriching import enrich_by_cells

__all__ = ["Difference", "Finding", "compare", "enrich_by_cells"]
