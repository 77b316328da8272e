"""OGC API – Features: the records for the agency's own GIS."""
