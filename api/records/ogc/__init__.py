"""OGC API – Features: the records, for desktop GIS and other clients."""
