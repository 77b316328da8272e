"""XPlanung 4.1 to 6.1: what development plans say about plots.

Features and values are read by the standard library, exactly as they are written; only the geometries, which may
contain arcs, are GDAL's. The codes are those of the XLeitstelle's model (xplan-tools 1.17.5,
``model/appschema/xplan*.py``), by which ``make test-exchange`` also proves the test files to be valid.
"""

from geo.exchange.xplanung.enriching import enrich_by_plans

__all__ = ["enrich_by_plans"]
