"""The demand for commercial land: who waits for how much of what, and which plots on offer fit.

**Waiting** are open inquiries for a plot or for whatever is found; duplicates are left out (geo/store/schema/views/
wanted_land.sql). An inquiry belongs to the class of the smallest area that it can use, else of the largest.

**A plot fits** (wanted_plots.sql) when it is on offer and a lot of the wanted size can be had of it (of a divisible
plot a part, not below its smallest lot; of another one all that is left), its zoning admits the wanted one
(admitted_zonings.sql), and it lies in a wanted district. What an inquiry leaves open, every plot fits. Price, tenure,
access, fibre and dates are for people to weigh.

**An inquiry for several districts** counts in each of them, there with the plots of that district; the total counts it
once. So the parts by district add up to more than the total.
"""

from geo.land.demand.computing import demand, demand_for
from geo.land.demand.rows import DIMENSIONS, SIZE_CLASSES, Demand, DemandRow, size_class

__all__ = ["DIMENSIONS", "SIZE_CLASSES", "Demand", "DemandRow", "demand", "demand_for", "size_class"]
