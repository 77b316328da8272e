"""The report over HTTP: its periods, each period's report, and the pages on which people read and fill it in."""
