"""Access to records: layers, features, filters, edits, changes, files, search, tiles."""
