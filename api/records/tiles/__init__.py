"""OGC API – Tiles: vector tiles of one layer or of several, and what describes them."""
