"""Generates the invented sample data; the entry point is `sample_data/generate.py`."""
