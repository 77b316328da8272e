"""OGC API – Tiles: vector tiles of one or several layers, and their metadata."""
