"""The pages for people: the same resources, read in a browser."""
