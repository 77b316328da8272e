"""ALKIS: the parcels of the cadastre, and which of them a plot consists of.

Read from the simplified schema (GeoPackage, Shapefile, GML of a WFS) and from NAS, the surveying authorities' own
format. For NAS nothing but this program is needed: values are read by the standard library, areas by GDAL's GML driver.
``make test-exchange`` compares both with what GDAL's NAS driver reads, which Debian's ``ogr2ogr`` has and pyogrio's
wheel has not.
"""

from geo.exchange.alkis.enriching import enrich_by_parcels

__all__ = ["enrich_by_parcels"]
