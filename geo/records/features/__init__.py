"""Records as GeoJSON: reads and checks a request, and builds the statement with which PostgreSQL writes the text."""

from geo.records.features.reading import FeatureQuery, queryables, read
from geo.records.features.selection import BadParameter, Crs, Paging, Selection

__all__ = ["BadParameter", "Crs", "FeatureQuery", "Paging", "Selection", "queryables", "read"]
