"""Records as the outside knows them: layers, features, filters, edits, changes, files, search, tiles."""
