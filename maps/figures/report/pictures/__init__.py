"""The maps and charts of a report, drawn from its figures and their places."""
