"""Records over HTTP: OGC API – Features and Tiles, the change feed, undo and search."""
