"""Records over HTTP: OGC API Features and Tiles, changes, search."""
