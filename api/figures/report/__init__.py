"""The report over HTTP: its periods, releases, differences, documents and maps."""
