"""The database: connections and pools, the private server, the schema and its catalogue."""
