"""The web pages at the root: the advisors' map, the report and the portable overview map."""
