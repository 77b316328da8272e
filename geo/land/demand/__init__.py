"""The demand for commercial land: open inquiries by size, zoning and district, and the plots on offer that fit them.

**Waiting** are open inquiries for a plot or without a preference, except duplicates (geo/store/schema/views/
wanted_land.sql). An inquiry belongs to the size class of the smallest area that it can use, or else of the largest.

**A plot fits** (wanted_plots.sql) if it is on offer, can provide a lot of the wanted size (from a divisible plot a part
no smaller than its smallest lot, from any other plot all that is left), its zoning admits the wanted one
(admitted_zonings.sql), and it lies in a wanted district. Criteria that an inquiry leaves open are met by every plot.
Price, tenure, access, fibre and dates are not considered; people weigh them.

**An inquiry for several districts** counts in each of them, with the plots of that district, but only once in the
total. The parts by district therefore add up to more than the total.
"""

from geo.land.demand.computing import demand, demand_for
from geo.land.demand.rows import DIMENSIONS, SIZE_CLASSES, Demand, DemandRow, size_class

__all__ = ["DIMENSIONS", "SIZE_CLASSES", "Demand", "DemandRow", "demand", "demand_for", "size_class"]
