"""The pages at the root: the advisors' map and the portable overview."""
