"""From a file's cells to the database's values: each distinct value is converted once."""
