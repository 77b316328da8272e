"""Records as GeoJSON: a request is read and checked, becomes one statement, and PostgreSQL writes the text."""

from geo.features.base import BadParameter, Crs, Paging, Selection
from geo.features.reading import Asked, queryables, read

__all__ = ["Asked", "BadParameter", "Crs", "Paging", "Selection", "queryables", "read"]
