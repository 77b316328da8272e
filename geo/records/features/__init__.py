"""Records as GeoJSON: a request is read and checked, becomes one statement, and PostgreSQL writes the text."""

from geo.records.features.reading import Asked, queryables, read
from geo.records.features.selection import BadParameter, Crs, Paging, Selection

__all__ = ["Asked", "BadParameter", "Crs", "Paging", "Selection", "queryables", "read"]
